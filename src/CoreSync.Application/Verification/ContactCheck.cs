using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Servers;
using CoreSync.Trust;

namespace CoreSync.Application.Verification;

/// <summary>Looks at targets for which nothing is due: one that was restored would wait for the next change otherwise (S09). Sends no item; what it finds makes a job due.</summary>
internal sealed class ContactCheck(
    ITargetStore targets, ITrustStore trust, TrustedCertificates certificates, ISyncJobStore jobs, ITargetConnector connector, IComponentStore components,
    ICheckpointStore checkpoints, IDoubtStore doubts, PastAgreement agreement, Items.ICatalogue catalogue, ITombstoneStore tombstones, ILocalCore local)
{
    /// <summary>Looks at each target once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var active = (await jobs.ActiveAsync(cancellationToken).ConfigureAwait(false)).Select(job => job.Target).ToHashSet();
        foreach (var target in (await targets.ListAsync(cancellationToken).ConfigureAwait(false)).Where(target => target is { IsEnabled: true, Direction: SyncDirection.Push } && !active.Contains(target.Id)))
        {
            if (await IsDueAsync(target, cancellationToken).ConfigureAwait(false))
                await LookAsync(target, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsDueAsync(CoreServer target, CancellationToken cancellationToken)
    {
        var record = await trust.FindAsync(target.Id, cancellationToken).ConfigureAwait(false);
        if (record is not { State: TrustState.Trusted } || !certificates.Holds(record))
            return false;
        var writer = await doubts.WriterAsync(target.Id, cancellationToken).ConfigureAwait(false);
        // Nothing was ever sent there, or a job is due anyway.
        return writer is { BlockedAt: null, Epoch: > 0 } && (await doubts.DoubtsAsync(target.Id, cancellationToken).ConfigureAwait(false)).Count == 0;
    }

    private async Task LookAsync(CoreServer target, CancellationToken cancellationToken)
    {
        // What keeps a target from being reached is told by the jobs to it.
        var connected = await connector.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
        if (connected.IsFailed)
            return;
        await using var connection = connected.Value.ConfigureAwait(false);
        var state = await connected.Value.Inspection.StateAsync(cancellationToken).ConfigureAwait(false);
        if (state.IsFailed)
            return;
        foreach (var component in (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.Sends()))
        {
            if (!state.Value.Components.TryGetValue(component.Name, out var theirs))
                continue;
            var ours = await checkpoints.FindAsync(target.Id, component.Name, cancellationToken).ConfigureAwait(false);
            var head = await catalogue.HeadAsync(cancellationToken).ConfigureAwait(false);
            var horizon = await tombstones.HorizonAsync(component.Name, cancellationToken).ConfigureAwait(false);
            await agreement.ExamineAsync(target, component.Name, ours, theirs, local.Current.StoreId, head, horizon, cancellationToken).ConfigureAwait(false);
        }
    }
}
