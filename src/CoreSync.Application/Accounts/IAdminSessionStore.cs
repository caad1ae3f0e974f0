namespace CoreSync.Application.Accounts;

/// <summary>Keeps the sessions of the admin API and the console, by the hash of their secret.</summary>
public interface IAdminSessionStore
{
    /// <summary>Adds a session and forgets those that ended; of one account the newest <paramref name="keep"/> stay.</summary>
    Task AddAsync(StoredAdminSession session, int keep, CancellationToken cancellationToken);

    /// <summary>A session; null when there is none.</summary>
    /// <param name="hash">SHA-256 of the secret.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<StoredAdminSession?> FindAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken);

    /// <summary>Records that it was used.</summary>
    Task TouchAsync(ReadOnlyMemory<byte> hash, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Removes a session, if there is one.</summary>
    /// <returns>What was removed; null when there was none.</returns>
    Task<StoredAdminSession?> RemoveAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken);
}

/// <summary>A session as it is kept.</summary>
/// <param name="Hash">SHA-256 of its secret, 32 bytes.</param>
/// <param name="Account">The account's name.</param>
/// <param name="Stamp">The account's stamp when the session began: another one now, and the session is void.</param>
/// <param name="Kind">How the secret travels.</param>
/// <param name="Origin">From which address it was opened.</param>
/// <param name="StartedAt">When.</param>
/// <param name="SeenAt">When it was used last.</param>
/// <param name="EndsAt">When it ends at the latest.</param>
public sealed record StoredAdminSession(
    ReadOnlyMemory<byte> Hash, string Account, string Stamp, AdminSessionKind Kind, string Origin, DateTimeOffset StartedAt, DateTimeOffset SeenAt, DateTimeOffset EndsAt);

/// <summary>Slows down guessing of passwords (R5), the same for accounts that exist and that do not.</summary>
public interface ISignInThrottle
{
    /// <summary>Counts an attempt, unless it comes too early.</summary>
    /// <param name="account">The name that was given.</param>
    /// <param name="address">The remote address, without port.</param>
    /// <returns>How long to wait; null when the attempt may go on.</returns>
    TimeSpan? Begin(string account, string address);

    /// <summary>The password was right: takes the count back.</summary>
    void Succeeded(string account, string address);
}
