using System.Collections.Concurrent;
using CoreSync.Application.Accounts;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Settings;
using CoreSync.Trust;

namespace CoreSync.Application.Jobs;

/// <summary>
/// Decides which targets are due for auto sync (J1): enabled, trusted, with something waiting, and either changed since the last job or past the interval.
/// A target that failed waits with exponential back-off and jitter; one that is blocked waits until somebody changed something about it.
/// </summary>
internal sealed class DueTargets(
    ITargetStore targets, ITrustStore trust, TrustedCertificates certificates, ICredentialStore credentials, TargetViews views, ISyncJobStore jobs, Items.ICatalogue catalogue,
    ICheckpointStore checkpoints, ISettingStore settings, IRandomSource random, TimeProvider time)
{
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<TargetId, Pace> paces = new();

    /// <summary>When the next target may become due by time alone.</summary>
    public DateTimeOffset NextAt { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Queues a job for each target that is due.</summary>
    public async Task EnqueueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var head = await catalogue.HeadAsync(cancellationToken).ConfigureAwait(false);
        var interval = TimeSpan.FromSeconds(await settings.ReadNumberAsync(Setting.SyncInterval, cancellationToken).ConfigureAwait(false));
        NextAt = now + interval;
        var active = (await jobs.ActiveAsync(cancellationToken).ConfigureAwait(false)).Select(job => job.Target).ToHashSet();
        foreach (var target in (await targets.ListAsync(cancellationToken).ConfigureAwait(false)).Where(target => target.IsEnabled && !active.Contains(target.Id)))
        {
            var pace = paces.GetOrAdd(target.Id, _ => new Pace());
            var circumstances = await CircumstancesAsync(target, cancellationToken).ConfigureAwait(false);
            if (circumstances is null)
                continue;
            if (circumstances != pace.Circumstances)
                pace.Renew(circumstances);
            var trigger = pace.Trigger(now, head);
            NextAt = pace.NotBefore > now && pace.NotBefore < NextAt ? pace.NotBefore : NextAt;
            if (trigger is null || !await HasWorkAsync(target, cancellationToken).ConfigureAwait(false))
                continue;
            pace.Begin(now, head, interval);
            await jobs.EnqueueAsync(SyncJob.Queue(random.NewGuid(), target.Id, target.Address.Fqdn, trigger.Value, now), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Learns from an ended job when the next one makes sense.</summary>
    public void Ended(SyncJob job)
    {
        var pace = paces.GetOrAdd(job.Target, _ => new Pace());
        var now = time.GetUtcNow();
        if (job.State == SyncJobState.Blocked)
            pace.Block();
        else if (job.State == SyncJobState.Failed)
            pace.BackOff(now, random.NextDouble());
        else
            pace.Recover();
    }

    private async Task<bool> HasWorkAsync(CoreServer target, CancellationToken cancellationToken) =>
        await views.WaitingAsync(target, cancellationToken).ConfigureAwait(false) > 0
        || (await checkpoints.FailuresAsync(target.Id, cancellationToken).ConfigureAwait(false)).Count > 0;

    // What a person may have changed about the target since it was blocked; null when it may not sync at all.
    private async Task<string?> CircumstancesAsync(CoreServer target, CancellationToken cancellationToken)
    {
        var record = await trust.FindAsync(target.Id, cancellationToken).ConfigureAwait(false);
        if (record is null || (record.Mode == TrustMode.Chain ? !record.MayBeContacted : record.State != TrustState.Trusted || !certificates.Holds(record)))
            return null;
        var credential = await credentials.ForAsync(target.Id, cancellationToken).ConfigureAwait(false);
        return credential is null ? null : $"{record.Version}|{credential.User}|{credential.Password.GetHashCode(StringComparison.Ordinal)}|{target.Address.Dial}|{target.KnownCore}";
    }

    private sealed class Pace
    {
        private Sequence lastHead = new(-1);
        private int failures;
        private bool isBlocked;

        public string? Circumstances { get; private set; }

        public DateTimeOffset NotBefore { get; private set; } = DateTimeOffset.MinValue;

        public void Renew(string circumstances)
        {
            Circumstances = circumstances;
            isBlocked = false;
            failures = 0;
            NotBefore = DateTimeOffset.MinValue;
        }

        public JobTrigger? Trigger(DateTimeOffset now, Sequence head)
        {
            var changed = head > lastHead;
            // A blocked target waits for a person, a failing one for its back-off; a new change alone does not hurry either.
            if (isBlocked && !changed)
                return null;
            if ((isBlocked || failures > 0) && now < NotBefore)
                return null;
            return changed ? JobTrigger.Change : now >= NotBefore ? JobTrigger.Interval : null;
        }

        public void Begin(DateTimeOffset now, Sequence head, TimeSpan interval)
        {
            lastHead = head;
            NotBefore = now + interval;
        }

        public void Block() => isBlocked = true;

        public void BackOff(DateTimeOffset now, double jitter)
        {
            failures++;
            var delay = TimeSpan.FromSeconds(Math.Min(MaxBackOff.TotalSeconds, Math.Pow(2, Math.Min(failures, 12))));
            NotBefore = now + (delay * (0.75 + (jitter / 2)));
        }

        public void Recover()
        {
            failures = 0;
            isBlocked = false;
        }
    }
}
