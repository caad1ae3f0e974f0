using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Application.Trust;
using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Trust;

namespace CoreSync.Application.Targets;

/// <summary>Puts together the four facts of a target core (C5).</summary>
internal sealed class TargetViews(
    ITrustStore trust, TrustedCertificates certificates, ICheckpointStore checkpoints, ICatalogue catalogue, IComponentStore components, ISyncJobStore jobs, IPaceStore paces,
    ISettingStore settings, TimeProvider time)
{
    public async Task<TargetView> OfAsync(CoreServer target, CancellationToken cancellationToken)
    {
        var record = await trust.FindAsync(target.Id, cancellationToken).ConfigureAwait(false) ?? TrustRecord.New(target.Id, target.Address.Fqdn);
        var failures = await checkpoints.FailuresAsync(target.Id, cancellationToken).ConfigureAwait(false);
        var running = (await jobs.ActiveAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(job => job.Target == target.Id);
        var waiting = await WaitingAsync(target, cancellationToken).ConfigureAwait(false);
        var pace = await paces.FindAsync(target.Id, cancellationToken).ConfigureAwait(false);
        var policy = await settings.ReadRetryPolicyAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var isScheduled = target.IsEnabled && !target.Rules.IsPaused(now);
        var conflicts = failures.Count(failure => failure.Kind == CoreSync.Replication.ItemOutcomeKind.Conflict);
        return new TargetView(
            target, record, certificates.Holds(record), waiting, failures.Count - conflicts, running?.Id, pace.Retries, policy.MaxAttempts,
            failures.Count(failure => failure.QuarantinedSince is not null && failure.Kind != CoreSync.Replication.ItemOutcomeKind.Conflict), isScheduled ? pace.Missed(now) : null,
            isScheduled && pace.ExpectedAt is { } next && next > now ? target.Rules.Schedule.OpensAt(next, time.LocalTimeZone) : null, conflicts);
    }

    /// <summary>Those of one direction.</summary>
    public async Task<IReadOnlyList<TargetView>> OfAsync(IEnumerable<CoreServer> cores, SyncDirection direction, CancellationToken cancellationToken)
    {
        var found = new List<TargetView>();
        foreach (var core in cores.Where(core => core.Direction == direction))
            found.Add(await OfAsync(core, cancellationToken).ConfigureAwait(false));
        return found;
    }

    /// <summary>Changes in enabled components that the target has not acknowledged. What a source has is known when it was asked: what the last job left of that.</summary>
    public async Task<long> WaitingAsync(CoreServer target, CancellationToken cancellationToken)
    {
        if (target.Direction == SyncDirection.Pull)
        {
            var last = (await jobs.ListAsync(new JobFilter(target.Address.Fqdn, Limit: 1), cancellationToken).ConfigureAwait(false)).FirstOrDefault(job => job.Target == target.Id);
            return last is null || target.LastSuccess >= last.EndedAt ? 0 : Math.Max(0, last.Progress.ItemsTotal - last.Progress.ItemsDone);
        }

        var waiting = 0L;
        foreach (var component in (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.SendsTo(target)))
        {
            var checkpoint = await checkpoints.FindAsync(target.Id, component.Name, cancellationToken).ConfigureAwait(false);
            waiting += (await catalogue.BacklogAsync(component.Name, checkpoint.Sequence, target.KnownCore, cancellationToken).ConfigureAwait(false)).Changes;
        }

        return waiting;
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
