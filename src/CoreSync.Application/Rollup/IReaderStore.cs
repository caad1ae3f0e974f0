using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;

namespace CoreSync.Application.Rollup;

/// <summary>What this core remembers of the rollup cores that collect from it: who they are, and what they acknowledged (P2).</summary>
public interface IReaderStore
{
    /// <summary>All readers, by name.</summary>
    Task<IReadOnlyList<FeedReader>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Records that a reader was let in, or refused.</summary>
    Task MeetAsync(FeedReader reader, CancellationToken cancellationToken);

    /// <summary>Forgets a reader and what it acknowledged; tombstones no longer wait for it. Answers whether there was one.</summary>
    Task<bool> RemoveAsync(CoreId reader, CancellationToken cancellationToken);

    /// <summary>What a reader acknowledged; components that it never did are absent.</summary>
    Task<IReadOnlyDictionary<ComponentName, Checkpoint>> PositionsAsync(CoreId reader, CancellationToken cancellationToken);

    /// <summary>Records what a reader acknowledged; of an unknown reader nothing is recorded.</summary>
    Task AcknowledgeAsync(CoreId reader, ComponentName component, Checkpoint position, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>What a reader knows of the writers of this store; <see cref="TargetWriter.None"/> at first.</summary>
    Task<TargetWriter> WriterAsync(CoreId reader, CancellationToken cancellationToken);

    /// <summary>Records what a known reader knows of the writers of this store.</summary>
    Task SaveWriterAsync(CoreId reader, TargetWriter writer, CancellationToken cancellationToken);
}

/// <summary>A rollup core that collects from this core.</summary>
/// <param name="Core">Its id.</param>
/// <param name="Name">Its FQDN, as it says itself; its id where it gave none.</param>
/// <param name="Account">The account that it signed in with.</param>
/// <param name="SeenAt">When it asked last.</param>
/// <param name="Refused">Why it was refused then; null when it was let in.</param>
public sealed record FeedReader(CoreId Core, string Name, string Account, DateTimeOffset SeenAt, string? Refused = null);
