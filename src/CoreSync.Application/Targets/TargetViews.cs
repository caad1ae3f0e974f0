using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Application.Trust;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Trust;

namespace CoreSync.Application.Targets;

/// <summary>Puts together the four facts of a target core (C5).</summary>
internal sealed class TargetViews(
    ITargetFacts facts, TrustedCertificates certificates, ICheckpointStore checkpoints, ICatalogue catalogue, IComponentStore components, ISyncJobStore jobs, IPaceStore paces,
    ISettingStore settings, TimeProvider time)
{
    public async Task<TargetView> OfAsync(CoreServer target, CancellationToken cancellationToken) => (await OfAsync([target], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Several, in the same order. What they have in common is read once, so that a list of thousands is no thousand looks at everything.</summary>
    public async Task<IReadOnlyList<TargetView>> OfAsync(IReadOnlyList<CoreServer> cores, CancellationToken cancellationToken)
    {
        if (cores.Count == 0)
            return [];
        var known = await components.ListAsync(cancellationToken).ConfigureAwait(false);
        var read = await facts.ReadAsync(
            [.. cores.Select(core => new TargetQuestion(
                core.Id, core.KnownCore, core.Direction == SyncDirection.Pull ? [] : [.. known.Where(component => component.SendsTo(core)).Select(component => component.Name)]))],
            cancellationToken).ConfigureAwait(false);
        var running = (await jobs.ActiveAsync(cancellationToken).ConfigureAwait(false)).DistinctBy(job => job.Target).ToDictionary(job => job.Target, job => job.Id);
        var observed = await paces.AllAsync(cancellationToken).ConfigureAwait(false);
        var policy = await settings.ReadRetryPolicyAsync(cancellationToken).ConfigureAwait(false);
        var held = certificates.Held();
        var views = new List<TargetView>(cores.Count);
        for (var i = 0; i < cores.Count; i++)
        {
            var (target, stored) = (cores[i], read[i]);
            var record = stored.Trust ?? TrustRecord.New(target.Id, target.Address.Fqdn);
            var waiting = target.Direction == SyncDirection.Pull ? await LeftAsync(target, cancellationToken).ConfigureAwait(false) : stored.Waiting;
            Guid? job = running.TryGetValue(target.Id, out var active) ? active : null;
            views.Add(Of(target, stored, record, held.Holds(record), waiting, job, observed.GetValueOrDefault(target.Id, TargetPace.None), policy.MaxAttempts));
        }

        return views;
    }

    /// <summary>Those of one direction.</summary>
    public Task<IReadOnlyList<TargetView>> OfAsync(IEnumerable<CoreServer> cores, SyncDirection direction, CancellationToken cancellationToken) =>
        OfAsync([.. cores.Where(core => core.Direction == direction)], cancellationToken);

    private TargetView Of(CoreServer target, StoredFacts stored, TrustRecord record, bool isHeld, long waiting, Guid? job, TargetPace pace, int maxAttempts)
    {
        var now = time.GetUtcNow();
        var isScheduled = target.IsEnabled && !target.Rules.IsPaused(now);
        return new TargetView(
            target, record, isHeld, waiting, stored.Failed, job, pace.Retries, maxAttempts, stored.Quarantined, isScheduled ? pace.Missed(now) : null,
            isScheduled && pace.ExpectedAt is { } next && next > now ? target.Rules.Schedule.OpensAt(next, time.LocalTimeZone) : null, stored.Conflicts);
    }

    /// <summary>Changes in enabled components that the target has not acknowledged. What a source has is known when it was asked: what the last job left of that.</summary>
    public async Task<long> WaitingAsync(CoreServer target, CancellationToken cancellationToken)
    {
        if (target.Direction == SyncDirection.Pull)
            return await LeftAsync(target, cancellationToken).ConfigureAwait(false);

        var waiting = 0L;
        foreach (var component in (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.SendsTo(target)))
        {
            var checkpoint = await checkpoints.FindAsync(target.Id, component.Name, cancellationToken).ConfigureAwait(false);
            waiting += (await catalogue.BacklogAsync(component.Name, checkpoint.Sequence, target.KnownCore, cancellationToken).ConfigureAwait(false)).Changes;
        }

        return waiting;
    }

    private async Task<long> LeftAsync(CoreServer target, CancellationToken cancellationToken)
    {
        var last = (await jobs.ListAsync(new JobFilter(target.Address.Fqdn, Limit: 1), cancellationToken).ConfigureAwait(false)).FirstOrDefault(job => job.Target == target.Id);
        return last is null || target.LastSuccess >= last.EndedAt ? 0 : Math.Max(0, last.Progress.ItemsTotal - last.Progress.ItemsDone);
    }
}

internal static class ComponentFacts
{
    /// <summary>Whether items of the component leave this core.</summary>
    public static bool Sends(this Component component) => component.IsEnabled;

    /// <summary>Whether items of the component go to a target.</summary>
    public static bool SendsTo(this Component component, CoreServer target) => component.Sends() && target.Rules.Sends(component.Name);

    /// <summary>Whether items of the component may be written on this core.</summary>
    public static bool Receives(this Component component) => component.IsEnabled && (component.Kind == ComponentKind.Documents || component.Files?.ReceiveTo is not null);
}
