using CoreSync.Accounts;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Application.Rollup;

/// <summary>A source core as a rollup core collects from it (P1, pull): this core's own side, or a remote one over HTTPS.</summary>
public interface ISource
{
    /// <summary>Every item of the components that both sides have, flagged for auto sync or not.</summary>
    IChangeFeed Feed { get; }

    /// <summary>What the source holds, for comparing (P6).</summary>
    ISourceHoldings Holdings { get; }

    /// <summary>Introduces the reader and asks what waits for it.</summary>
    /// <param name="here">Where the reader stands by its own memory; the lower of the two memories counts (P2).</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Fails with <see cref="RightsMissingError"/> (R6).</returns>
    Task<Result<SourceState>> OpenAsync(IReadOnlyDictionary<ComponentName, Checkpoint> here, CancellationToken cancellationToken);

    /// <summary>Tells the source what is durable at the reader.</summary>
    Task<Result> AcknowledgeAsync(ComponentName component, Checkpoint position, CancellationToken cancellationToken);

    /// <summary>Tells the source that the reader has seen a newer writer of it: a restored store rises above it (P6).</summary>
    /// <returns>Fails with <see cref="StaleEpochError"/> or <see cref="CoreDuplicatedError"/> when it may not.</returns>
    Task<Result> RiseAboveAsync(long highest, CancellationToken cancellationToken);
}

/// <summary>A trusted, signed-in connection to a source core. Cut at once when the trust in the source ends (T6).</summary>
public interface ISourceConnection : ISource, IAsyncDisposable
{
    /// <summary>The core behind the name.</summary>
    CoreId Core { get; }
}

/// <summary>Opens connections to source cores, as <see cref="Targets.ITargetConnector"/> does to targets, with the account of the scheduler service (R6).</summary>
public interface ISourceConnector
{
    /// <summary>Connects: credential, TCP, TLS, trust, sign-in, protocol; a fresh handshake each time.</summary>
    /// <returns>Fails as <see cref="Targets.ITargetConnector.ConnectAsync"/>.</returns>
    Task<Result<ISourceConnection>> ConnectToSourceAsync(CoreServer source, CancellationToken cancellationToken);
}

/// <summary>Opens this core's own side for a rollup core that signed in.</summary>
public interface ILocalSources
{
    /// <summary>What the account may collect (R4); rights are read again at every request (R7).</summary>
    /// <param name="account">The account that the rollup core signed in with.</param>
    /// <param name="reader">The rollup core.</param>
    /// <param name="name">Its FQDN, as it says itself; null when it says none.</param>
    ISource For(Account account, CoreId reader, string? name);
}

/// <summary>What a source tells a reader that introduces itself.</summary>
/// <param name="Head">Who writes its feed, and where that ends.</param>
/// <param name="Components">The components that it gives to this account.</param>
/// <param name="Refused">Components that it has and does not give to this account.</param>
public sealed record SourceState(FeedHead Head, IReadOnlyDictionary<ComponentName, SourceComponent> Components, IReadOnlySet<ComponentName> Refused);

/// <summary>A component of a source.</summary>
/// <param name="Remembered">What the reader acknowledged by the source's memory.</param>
/// <param name="Horizon">Up to which position tombstones were purged.</param>
/// <param name="Changes">Changes that wait for the reader.</param>
/// <param name="Bytes">Bytes of content among them.</param>
/// <param name="Braked">Why nothing of it is given now: too many deletes at once (A6); null when it is.</param>
public sealed record SourceComponent(Checkpoint Remembered, Sequence Horizon, long Changes, long Bytes, MassDeleteError? Braked = null);

/// <summary>What a source core holds and keeps in sync, for comparing with what a target or a reader holds (P6, J11).</summary>
public interface ISourceHoldings
{
    /// <summary>The source core.</summary>
    CoreId Core { get; }

    /// <summary>One digest per origin; empty ones are absent.</summary>
    Task<Result<IReadOnlyList<OriginDigest>>> TotalsAsync(ComponentName component, CancellationToken cancellationToken);

    /// <summary>The digests of the ranges of <paramref name="digits"/> digits within a range, in order; empty ones are absent.</summary>
    Task<Result<IReadOnlyList<RangeDigest>>> RangesAsync(ComponentName component, CoreId origin, IdPrefix within, int digits, CancellationToken cancellationToken);

    /// <summary>The items of a range by id, a page of at most <see cref="Verification.InspectionLimits.Entries"/>.</summary>
    Task<Result<IReadOnlyList<DigestEntry>>> EntriesAsync(ComponentName component, CoreId origin, IdPrefix within, ItemId? after, CancellationToken cancellationToken);

    /// <summary>Certain items as the source holds them, tombstones too; unknown ones are absent.</summary>
    Task<Result<IReadOnlyDictionary<ItemId, Item>>> FindAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken);

    /// <summary>Gives items that the source made new revisions above those that others hold: its state wins (P6).</summary>
    Task<Result> RaiseAsync(IReadOnlyList<RevisionRaise> raises, CancellationToken cancellationToken);
}

/// <summary>An item that needs a revision above one that is known elsewhere.</summary>
/// <param name="Item">The item.</param>
/// <param name="Above">The revision known elsewhere.</param>
/// <param name="ContentChanged">Its content is sent again.</param>
public readonly record struct RevisionRaise(ItemId Item, Revision Above, bool ContentChanged);
