using CoreSync.Accounts;
using CoreSync.Application.Targets;
using FluentResults;

namespace CoreSync.Application.Accounts;

/// <summary>A directory outside of this core that knows accounts as well, such as LDAP (R3). Built-in accounts come first; what it does not answer, it does not allow.</summary>
public interface IOuterDirectory
{
    /// <summary>Whether an administrator has configured it.</summary>
    Task<bool> IsConfiguredAsync(CancellationToken cancellationToken);

    /// <summary>Checks a password there.</summary>
    /// <param name="name">As somebody typed it.</param>
    /// <param name="password">Null asks for nothing but goes the same way as far as it can, and is refused: for names that are not this directory's to judge.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// Fails with <c>SignInRefusedError</c> whatever is wrong with name and password, and with <c>AccountDirectoryUnavailableError</c>, <c>AccountDirectoryUntrustedError</c>,
    /// <c>AccountDirectoryBindError</c> or <c>AccountDirectoryInvalidError</c> when the directory could not be asked.
    /// </returns>
    Task<Result<Account>> AuthenticateAsync(string name, string? password, CancellationToken cancellationToken);

    /// <summary>The account as it is now, at most five seconds old (R7); null when it is gone, or has no rights here.</summary>
    /// <returns>Fails as <see cref="AuthenticateAsync"/> when the directory could not be asked.</returns>
    Task<Result<Account?>> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Goes through everything that a sign-in needs and gives each step its own verdict; steps after a failed one are skipped.</summary>
    /// <param name="name">An account of the directory.</param>
    /// <param name="password">Tried too when given.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<ConnectionStep>> TestAsync(string name, string? password, CancellationToken cancellationToken);
}
