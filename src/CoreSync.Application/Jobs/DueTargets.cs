using CoreSync.Application.Accounts;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Application.Verification;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Settings;
using CoreSync.Trust;

namespace CoreSync.Application.Jobs;

/// <summary>
/// Decides which targets are due for synchronisation on their own (J1): enabled, trusted, with something waiting, and either changed since the last job, or their schedule
/// fired, or a retry is due. <see cref="SyncDue"/> decides; this finds the facts.
/// </summary>
internal sealed class DueTargets(
    ITargetStore targets, ITrustStore trust, TrustedCertificates certificates, ICredentialStore credentials, TargetViews views, ISyncJobStore jobs, IPaceStore paces,
    TargetSchedules schedules, Items.ICatalogue catalogue, ICheckpointStore checkpoints, ISettingStore settings, IDoubtStore doubts, IRandomSource random, TimeProvider time)
{
    private readonly Dictionary<TargetId, Seen> seen = [];

    /// <summary>When the next target may become due by time alone.</summary>
    public DateTimeOffset NextAt { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>Queues a job for each target that is due.</summary>
    public async Task EnqueueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        NextAt = DateTimeOffset.MaxValue;
        var head = await catalogue.HeadAsync(cancellationToken).ConfigureAwait(false);
        var all = await targets.ListAsync(cancellationToken).ConfigureAwait(false);
        var known = await paces.AllAsync(cancellationToken).ConfigureAwait(false);
        foreach (var target in await schedules.CollectAsync(all, known, cancellationToken).ConfigureAwait(false))
            SeenOf(target).HasFired = true;

        var debounce = TimeSpan.FromMilliseconds(await settings.ReadNumberAsync(Setting.SyncDebounce, cancellationToken).ConfigureAwait(false));
        var active = (await jobs.ActiveAsync(cancellationToken).ConfigureAwait(false)).Select(job => job.Target).ToHashSet();
        var records = (await trust.ListAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(record => record.Target);
        var held = certificates.Held();
        foreach (var target in all.Where(target => target.IsEnabled && !active.Contains(target.Id)))
        {
            if (records.GetValueOrDefault(target.Id) is not { } record || !MaySync(record, held) || await CircumstancesAsync(target, record, cancellationToken).ConfigureAwait(false) is not { } circumstances)
                continue;
            var facts = SeenOf(target.Id);
            facts.Meet(circumstances);
            var due = new SyncDue(
                target.Rules, known.GetValueOrDefault(target.Id, TargetPace.None).Retries, facts.HasFired && now >= facts.SlowUntil, HasChanged(target, facts, head), facts.BegunAt + debounce,
                await checkpoints.FailuresDueAtAsync(target.Id, cancellationToken).ConfigureAwait(false));
            if (due.WaitsUntil(now) is { } wait && wait < NextAt)
                NextAt = wait;
            if (due.Trigger(now, time.LocalTimeZone) is { } trigger)
                await EnqueueAsync(target, trigger, head, now, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Learns from an ended job: one that reached its target and still failed as a whole is repeated at the slow cadence only, unless something changes; one that a rule
    /// stopped goes on as soon as the rule allows.
    /// </summary>
    public async Task EndedAsync(SyncJob job, CancellationToken cancellationToken)
    {
        var policy = await settings.ReadRetryPolicyAsync(cancellationToken).ConfigureAwait(false);
        var facts = SeenOf(job.Target);
        facts.SlowUntil = job.State is SyncJobState.Failed or SyncJobState.Blocked ? time.GetUtcNow() + policy.ProbeEvery : DateTimeOffset.MinValue;
        facts.HasFired |= job is { State: SyncJobState.Cancelled, ErrorCode: not null };
    }

    // What a source has is known when it was asked; an engine begins with asking.
    private static bool HasChanged(CoreServer target, Seen facts, Sequence head) => target.Direction == SyncDirection.Push ? head > facts.Head : facts.Head < Sequence.Zero;

    // Called by the engine's one loop, and by the jobs that end.
    private Seen SeenOf(TargetId target)
    {
        lock (seen)
            return seen.TryGetValue(target, out var found) ? found : seen[target] = new Seen();
    }

    private async Task EnqueueAsync(CoreServer target, JobTrigger trigger, Sequence head, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var facts = SeenOf(target.Id);
        facts.Head = head;
        facts.HasFired = false;
        // A retry tells whether the target works again, even when nothing waits for it.
        if (target.Direction == SyncDirection.Push && trigger != JobTrigger.Retry && await views.WaitingAsync(target, cancellationToken).ConfigureAwait(false) == 0
            && (await doubts.DoubtsAsync(target.Id, cancellationToken).ConfigureAwait(false)).Count == 0)
            return;
        facts.BegunAt = now;
        await jobs.EnqueueAsync(SyncJob.Queue(random.NewGuid(), target.Id, target.Address.Fqdn, trigger, now), cancellationToken).ConfigureAwait(false);
    }

    // One that may not waits for a person, whose decision wakes the engine.
    private static bool MaySync(TrustRecord record, HeldCertificates held) =>
        record.Mode == TrustMode.Chain ? record.MayBeContacted : record.State == TrustState.Trusted && held.Holds(record);

    // What a person may have changed about the target; null when it has no credential: somebody must set one.
    private async Task<string?> CircumstancesAsync(CoreServer target, TrustRecord record, CancellationToken cancellationToken)
    {
        var credential = await credentials.ForAsync(target, cancellationToken).ConfigureAwait(false);
        return credential is null
            ? null
            : $"{await DoubtsAsync(target, cancellationToken).ConfigureAwait(false)}|{record.Version}|{credential.User}|{credential.Password.GetHashCode(StringComparison.Ordinal)}|{target.Address.Dial}|{target.Rules.PausedUntil}|{string.Join(',', target.Rules.Components)}";
    }

    // One that must be compared is worth a look at once (P6).
    private async Task<string> DoubtsAsync(CoreServer target, CancellationToken cancellationToken) => string.Join(
        ',', (await doubts.DoubtsAsync(target.Id, cancellationToken).ConfigureAwait(false)).Select(doubt => $"{doubt.Key} {doubt.Value.Reason} {doubt.Value.Items.Count}").Order(StringComparer.Ordinal));

    // What this process has seen of a target; forgotten at its end, which costs one look.
    private sealed class Seen
    {
        public Sequence Head { get; set; } = new(-1);

        public bool HasFired { get; set; }

        public DateTimeOffset BegunAt { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset SlowUntil { get; set; } = DateTimeOffset.MinValue;

        private string? circumstances;

        /// <summary>A person changed something about the target: it is worth a look at once.</summary>
        public void Meet(string now)
        {
            if (circumstances is not null && circumstances != now)
            {
                HasFired = true;
                SlowUntil = DateTimeOffset.MinValue;
            }

            circumstances = now;
        }
    }
}
