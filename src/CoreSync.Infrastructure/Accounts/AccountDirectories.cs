using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Infrastructure.Accounts;

/// <summary>Built-in accounts first, then a directory outside where one is configured (R3). A name that is built in is never asked for outside.</summary>
internal sealed class AccountDirectories(BuiltInAccountDirectory builtIn, IAccountStore accounts, IEnumerable<IOuterDirectory> outer, TimeProvider time) : IAccountDirectory
{
    // Whether a name is built in, in the directory or nowhere decides what a sign-in costs: a refusal waits for the next full step, so that its time does not tell (R5).
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    public async Task<Result<Account>> AuthenticateAsync(string name, string password, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        // Always, so that an unknown name costs as much as a built-in one.
        var here = await builtIn.AuthenticateAsync(name, password, cancellationToken).ConfigureAwait(false);
        if (here.IsSuccess || await ConfiguredAsync(cancellationToken).ConfigureAwait(false) is not { } directory)
            return here;

        // The password of a built-in account does not leave this core.
        var isBuiltIn = await accounts.FindAsync(name, cancellationToken).ConfigureAwait(false) is not null;
        var there = await directory.AuthenticateAsync(name, isBuiltIn ? null : password, cancellationToken).ConfigureAwait(false);
        // An entry whose own name is that of a built-in account would act under it.
        if (there.IsSuccess && await accounts.FindAsync(there.Value.Name, cancellationToken).ConfigureAwait(false) is not null)
            there = Result.Fail(new SignInRefusedError());
        if (there.IsFailed)
            await WaitAsync(time.GetElapsedTime(begin), cancellationToken).ConfigureAwait(false);
        return there;
    }

    public async Task<Account?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(name, cancellationToken).ConfigureAwait(false) is { Account: var account })
            return account.IsEnabled ? account : null;
        if (await ConfiguredAsync(cancellationToken).ConfigureAwait(false) is not { } directory)
            return null;
        var found = await directory.FindAsync(name, cancellationToken).ConfigureAwait(false);
        return found.IsSuccess ? found.Value : throw new CoreSyncException(found.FirstError());
    }

    private async Task<IOuterDirectory?> ConfiguredAsync(CancellationToken cancellationToken)
    {
        foreach (var directory in outer)
        {
            if (await directory.IsConfiguredAsync(cancellationToken).ConfigureAwait(false))
                return directory;
        }

        return null;
    }

    private Task WaitAsync(TimeSpan elapsed, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromTicks(Step.Ticks - (elapsed.Ticks % Step.Ticks)), time, cancellationToken);
}
