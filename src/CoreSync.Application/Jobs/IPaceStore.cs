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

    /// <summary>Forgets failed attempts: a person changed what they may have failed for, or wants to try at once.</summary>
    public static async Task ForgetRetriesAsync(this IPaceStore store, TargetId target, CancellationToken cancellationToken)
    {
        if ((await store.FindAsync(target, cancellationToken).ConfigureAwait(false)).Retries != RetryState.None)
            await store.SaveRetriesAsync(target, RetryState.None, cancellationToken).ConfigureAwait(false);
    }
}
