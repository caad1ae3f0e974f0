using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Infrastructure.Identity;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Writes to the trust history together with what changed, and moves the anchor behind it.</summary>
internal sealed class TrustChain(SqliteDatabase database, TrustAnchorFile file)
{
    /// <summary>Changes something and appends its event in one transaction, or neither.</summary>
    /// <param name="change">The change; when it fails nothing is written.</param>
    /// <param name="entry">The event.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Result> SaveAsync(Func<SqliteSession, Result> change, TrustHistoryDraft entry, CancellationToken cancellationToken)
    {
        TrustAnchor? next = null;
        var saved = await database.WriteAsync(
            session =>
            {
                var changed = change(session);
                if (changed.IsFailed)
                    return changed;
                var holds = Holds(session);
                var appended = TrustAnchor.Of(TrustHistoryRows.Append(session, entry));
                next = holds ? appended : null;
                return changed;
            },
            cancellationToken).ConfigureAwait(false);
        if (next is not null)
            Move(next);
        return saved;
    }

    /// <summary>The anchor; null when there is none.</summary>
    public TrustAnchor? Anchor() => file.Read();

    // An anchor that does not fit is evidence: it stays where it is until a person has looked.
    private bool Holds(SqliteSession session)
    {
        try
        {
            return file.Read() is not { } anchor || TrustHistoryRows.Find(session, anchor.Number) is { } entry && anchor.Fits(entry);
        }
        catch (CoreSyncException)
        {
            return false;
        }
    }

    // The entry is durable; an anchor that could not be moved follows with the next one.
    private void Move(TrustAnchor anchor)
    {
        try
        {
            file.Write(anchor);
        }
        catch (CoreSyncException failure) when (failure.Error is StoreFullError or StoreUnwritableError)
        {
            return;
        }
    }
}
