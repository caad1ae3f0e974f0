using CoreSync.Accounts;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Application.Accounts;

/// <summary>Where accounts come from: built in by default, LDAP where configured (R3).</summary>
public interface IAccountDirectory
{
    /// <summary>Checks a password. Takes as long for an unknown account as for a wrong password.</summary>
    /// <returns>Fails with <c>SignInRefusedError</c>, whatever the reason.</returns>
    Task<Result<Account>> AuthenticateAsync(string name, string password, CancellationToken cancellationToken);

    /// <summary>The account as it is now; null when it is gone or disabled. Asked at every request, so that a removed right is effective at once (R7).</summary>
    Task<Account?> FindAsync(string name, CancellationToken cancellationToken);
}

/// <summary>Keeps the built-in accounts. Names are unique whatever their case.</summary>
public interface IAccountStore
{
    /// <summary>Adds an account.</summary>
    /// <returns>Fails with <c>AccountDuplicateError</c>.</returns>
    Task<Result> AddAsync(Account account, string passwordHash, CancellationToken cancellationToken);

    /// <summary>An account with its password hash; null when there is none.</summary>
    Task<(Account Account, string PasswordHash)?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>All accounts, by name.</summary>
    Task<IReadOnlyList<Account>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the password hash and the stamp.</summary>
    /// <returns>Fails with <c>AccountNotFoundError</c>.</returns>
    Task<Result> SetPasswordAsync(string name, string passwordHash, string stamp, CancellationToken cancellationToken);

    /// <summary>Replaces rights, components and the stamp.</summary>
    /// <returns>Fails with <c>AccountNotFoundError</c>.</returns>
    Task<Result> SetRightsAsync(string name, Rights rights, IReadOnlyList<ComponentName> components, string stamp, CancellationToken cancellationToken);

    /// <summary>Disables or enables, and replaces the stamp.</summary>
    /// <returns>Fails with <c>AccountNotFoundError</c>.</returns>
    Task<Result> SetEnabledAsync(string name, bool isEnabled, string stamp, CancellationToken cancellationToken);

    /// <summary>Removes an account.</summary>
    /// <returns>Fails with <c>AccountNotFoundError</c>.</returns>
    Task<Result> RemoveAsync(string name, CancellationToken cancellationToken);
}

/// <summary>Hashes passwords of built-in accounts.</summary>
public interface IPasswordHasher
{
    /// <summary>Hashes with a new salt.</summary>
    string Hash(string password);

    /// <summary>Checks in constant time.</summary>
    bool Verify(string hash, string password);
}
