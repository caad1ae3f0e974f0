using CoreSync.Accounts;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>What a target tells about what it holds. Nothing is written by asking; items that the target made itself are never told.</summary>
public interface IReplicaInspection
{
    /// <summary>Where the target stands in the source's streams, and what it holds adds up to.</summary>
    /// <returns>Fails with <c>RightsMissingError</c>.</returns>
    Task<Result<ReplicaState>> StateAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="IDigestStore.RangesAsync"/>
    Task<Result<IReadOnlyList<RangeDigest>>> RangesAsync(ComponentName component, CoreId origin, IdPrefix within, int digits, CancellationToken cancellationToken);

    /// <summary>The items of a range by id, a page of at most <see cref="InspectionLimits.Entries"/>.</summary>
    Task<Result<IReadOnlyList<DigestEntry>>> EntriesAsync(ComponentName component, CoreId origin, IdPrefix within, ItemId? after, CancellationToken cancellationToken);

    /// <summary>Certain items as the target holds them, at most <see cref="InspectionLimits.Items"/>; those that it does not know or made itself are absent.</summary>
    Task<Result<IReadOnlyList<HeldItem>>> HeldAsync(ComponentName component, IReadOnlyCollection<ItemId> items, bool documents, CancellationToken cancellationToken);

    /// <summary>What the target would do with the changes of a batch, judged by what judges a batch that is sent (J10). Content need not come along.</summary>
    /// <returns>One for each change, in their order.</returns>
    Task<Result<IReadOnlyList<PlannedItem>>> PlanAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken);

    /// <summary>Looks at the files received from one core: which were changed or removed here; at most <see cref="InspectionLimits.Items"/>.</summary>
    Task<Result<IReadOnlyList<DamagedItem>>> DamagedAsync(ComponentName component, CoreId origin, CancellationToken cancellationToken);
}

/// <summary>Where a target stands.</summary>
/// <param name="Core">The target core.</param>
/// <param name="Components">The components that it receives from this source, each with its checkpoint.</param>
/// <param name="Refused">Components that it has but refuses from this account.</param>
/// <param name="Digests">What it keeps in sync, by component and origin.</param>
public sealed record ReplicaState(
    CoreId Core, IReadOnlyDictionary<ComponentName, Checkpoint> Components, IReadOnlySet<ComponentName> Refused, IReadOnlyList<OriginDigest> Digests);

/// <summary>Opens what this core tells to an account that signed in for a source.</summary>
public interface ILocalInspections
{
    /// <summary>What the account may know about what came from <paramref name="source"/>.</summary>
    IReplicaInspection For(Account reader, CoreId source);
}

/// <summary>Limits of one question.</summary>
public static class InspectionLimits
{
    /// <summary>Most entries in an answer.</summary>
    public const int Entries = 2000;

    /// <summary>Most items in an answer, or asked for.</summary>
    public const int Items = 500;

    /// <summary>Most ranges in an answer.</summary>
    public const int Ranges = 4096;

    /// <summary>Largest document that is told.</summary>
    public const int DocumentBytes = 64 * 1024;

    /// <summary>Most bytes of documents in one answer.</summary>
    public const int AllDocumentBytes = 2 * 1024 * 1024;
}

/// <summary>Finds received files whose place no longer holds what the catalogue says.</summary>
public interface IFileInspector
{
    /// <summary>Looks at each file of the catalogue that is kept in sync and was made by <paramref name="origin"/>; hashes only where size or time differ.</summary>
    /// <param name="component">A files component that receives.</param>
    /// <param name="origin">One core, or null for all others.</param>
    /// <param name="limit">Most damaged files.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Fails with <c>ComponentDirectoryMissingError</c> when there is no directory to look at.</returns>
    Task<Result<IReadOnlyList<DamagedItem>>> InspectAsync(Component component, CoreId? origin, int limit, CancellationToken cancellationToken);
}
