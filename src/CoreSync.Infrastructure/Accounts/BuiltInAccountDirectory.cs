using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Infrastructure.Accounts;

/// <summary>Checks accounts that are kept in the store of this core (R3).</summary>
internal sealed class BuiltInAccountDirectory(IAccountStore accounts, IPasswordHasher hasher) : IAccountDirectory, IDisposable
{
    // Hashing is meant to be slow: a few at a time, or guesses would take the whole machine.
    private readonly SemaphoreSlim places = new(Math.Max(2, Environment.ProcessorCount / 2));

    // An unknown account costs the same time as a known one.
    private readonly Lazy<string> decoy = new(() => hasher.Hash("nobody has this password"));

    public async Task<Result<Account>> AuthenticateAsync(string name, string password, CancellationToken cancellationToken)
    {
        var found = await accounts.FindAsync(name, cancellationToken).ConfigureAwait(false);
        await places.WaitAsync(cancellationToken).ConfigureAwait(false);
        bool fits;
        try
        {
            var hash = found?.PasswordHash ?? decoy.Value;
            fits = await Task.Run(() => hasher.Verify(hash, password), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            places.Release();
        }

        return fits && found is { Account: { Rights: > Rights.None, IsEnabled: true } account } ? account : Result.Fail(new SignInRefusedError());
    }

    public async Task<Account?> FindAsync(string name, CancellationToken cancellationToken) =>
        await accounts.FindAsync(name, cancellationToken).ConfigureAwait(false) is { Account: { IsEnabled: true } account } ? account : null;

    public void Dispose() => places.Dispose();
}
