using CoreSync.Jobs;
using CoreSync.Servers;

namespace CoreSync.Application.Jobs;

/// <summary>Keeps what the engine observes about targets, so that back-off and quarantine survive a restart. Apart from <c>ITargetStore</c>, whose entries people edit.</summary>
public interface IPaceStore
{
    /// <summary>What is known of each target; absent means <see cref="TargetPace.None"/>.</summary>
    Task<IReadOnlyDictionary<TargetId, TargetPace>> AllAsync(CancellationToken cancellationToken);

    /// <summary>Records how the attempts to reach a target went; nothing when the target was removed meanwhile.</summary>
    Task SaveRetriesAsync(TargetId target, RetryState retries, CancellationToken cancellationToken);

    /// <summary>Records fires of schedules in one transaction; the attempts stay as they are.</summary>
    Task SaveFiresAsync(IReadOnlyCollection<(TargetId Target, TargetPace Pace)> fires, CancellationToken cancellationToken);
}

/// <summary>Short forms of <see cref="IPaceStore"/>.</summary>
internal static class PaceReading
{
    /// <summary>What is known of one target.</summary>
    public static async Task<TargetPace> FindAsync(this IPaceStore store, TargetId target, CancellationToken cancellationToken) =>
        (await store.AllAsync(cancellationToken).ConfigureAwait(false)).GetValueOrDefault(target, TargetPace.None);

    /// <summary>Has a failing target tried at once: a person asked for it, or changed what it may have failed for.</summary>
    public static async Task ReleaseAsync(this IPaceStore store, TargetId target, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var retries = (await store.FindAsync(target, cancellationToken).ConfigureAwait(false)).Retries;
        if (retries.Failed > 0)
            await store.SaveRetriesAsync(target, retries.Release(now), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for one target, or for all that are failing.</summary>
    public static async Task ReleaseAllAsync(this IPaceStore store, TargetId? only, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var target in (await store.AllAsync(cancellationToken).ConfigureAwait(false)).Keys.Where(target => only is null || target == only))
            await store.ReleaseAsync(target, now, cancellationToken).ConfigureAwait(false);
    }
}
