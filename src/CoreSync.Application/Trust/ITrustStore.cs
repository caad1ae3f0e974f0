using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Application.Trust;

/// <summary>Keeps trust records and the append-only history.</summary>
public interface ITrustStore
{
    /// <summary>The record of a target; null when the target does not exist.</summary>
    Task<TrustRecord?> FindAsync(TargetId target, CancellationToken cancellationToken);

    /// <summary>All records, by name.</summary>
    Task<IReadOnlyList<TrustRecord>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Saves a record and appends its event to the history in one transaction, chained to the last entry (T14).</summary>
    /// <returns>Fails with <c>TrustConcurrencyError</c> when <see cref="TrustRecord.Version"/> is not the stored one, <c>TargetNotFoundError</c> when the target is gone; nothing changed then.</returns>
    Task<Result> SaveAsync(TrustRecord record, TrustHistoryDraft entry, CancellationToken cancellationToken);

    /// <summary>Appends an event that changes no record, such as a refused authorisation.</summary>
    Task AppendAsync(TrustHistoryDraft entry, CancellationToken cancellationToken);

    /// <summary>The history, oldest first; of one target or of all, removed targets included.</summary>
    Task<IReadOnlyList<TrustHistoryEntry>> HistoryAsync(Fqdn? target, CancellationToken cancellationToken);

    /// <summary>How far the history had come when it was written last, as kept outside of the store; null when nothing is kept.</summary>
    Task<TrustAnchor?> AnchorAsync(CancellationToken cancellationToken);
}

/// <summary>An entry before it is numbered and chained.</summary>
public sealed record TrustHistoryDraft(DateTimeOffset At, Fqdn Target, TrustEvent Event, Actor Actor, string Reason);
