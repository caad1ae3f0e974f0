using CoreSync.Accounts;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Servers;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Accounts;

internal sealed class AddAccountHandler(
    IAccountStore accounts, IPasswordHasher hasher, IRandomSource random, ICurrentActor acting, ILogger<AddAccountHandler> logger)
    : IRequestHandler<AddAccount, Result<Account>>
{
    public async Task<Result<Account>> Handle(AddAccount request, CancellationToken cancellationToken)
    {
        var name = Account.ParseName(request.Name);
        var components = request.Components.Select(ComponentName.Parse).ToList();
        var input = Result.Merge([name.ToResult(), Account.CheckPassword(request.Password), .. components.Select(component => component.ToResult())]);
        if (input.IsFailed)
            return input.ToResult<Account>();
        var account = new Account(name.Value, request.Rights, [.. components.Select(component => component.Value)], random.NewGuid().ToString("N"));
        var added = await accounts.AddAsync(account, hasher.Hash(request.Password), cancellationToken).ConfigureAwait(false);
        if (added.IsFailed)
            return added.ToResult<Account>();
        AccountLog.AccountChanged(logger, acting.Actor.Name, account.Name, $"added with rights {account.Rights}");
        return account;
    }
}

internal sealed class ListAccountsHandler(IAccountStore accounts) : IRequestHandler<ListAccounts, Result<IReadOnlyList<Account>>>
{
    public async Task<Result<IReadOnlyList<Account>>> Handle(ListAccounts request, CancellationToken cancellationToken) =>
        Result.Ok(await accounts.ListAsync(cancellationToken).ConfigureAwait(false));
}

internal sealed class RemoveAccountHandler(IAccountStore accounts, ICurrentActor acting, ILogger<RemoveAccountHandler> logger) : IRequestHandler<RemoveAccount, Result>
{
    public async Task<Result> Handle(RemoveAccount request, CancellationToken cancellationToken)
    {
        if (acting.Actor.Uses(request.Name))
            return Result.Fail(new AccountOwnError(request.Name));
        var removed = await accounts.RemoveAsync(request.Name, cancellationToken).ConfigureAwait(false);
        if (removed.IsSuccess)
            AccountLog.AccountChanged(logger, acting.Actor.Name, request.Name, "removed");
        return removed;
    }
}

internal sealed class SetAccountPasswordHandler(
    IAccountStore accounts, IPasswordHasher hasher, IRandomSource random, ICurrentActor acting, ILogger<SetAccountPasswordHandler> logger)
    : IRequestHandler<SetAccountPassword, Result>
{
    public async Task<Result> Handle(SetAccountPassword request, CancellationToken cancellationToken)
    {
        var checkedPassword = Account.CheckPassword(request.Password);
        if (checkedPassword.IsFailed)
            return checkedPassword;
        var changed = await accounts.SetPasswordAsync(request.Name, hasher.Hash(request.Password), random.NewGuid().ToString("N"), cancellationToken).ConfigureAwait(false);
        if (changed.IsSuccess)
            AccountLog.AccountChanged(logger, acting.Actor.Name, request.Name, "password changed");
        return changed;
    }
}

internal sealed class SetCredentialHandler(
    ICredentialStore credentials, CredentialScopes scopes, IPaceStore paces, TimeProvider time, ICurrentActor acting, ILogger<SetCredentialHandler> logger)
    : IRequestHandler<SetCredential, Result>
{
    public async Task<Result> Handle(SetCredential request, CancellationToken cancellationToken)
    {
        // C11: what sign-in could not carry whole is refused here, never truncated there.
        var longest = request.Directory ? DistinguishedName.MaxLength : 128;
        if (request.User.Trim().Length == 0 || request.User.Trim().Length > longest || request.User.Any(char.IsControl))
            return Result.Fail(new CredentialInvalidError($"a user name has 1 to {longest} visible characters"));
        if (request.Password.Length is 0 or > 1024 || request.Password.Contains('\0', StringComparison.Ordinal))
            return Result.Fail(new CredentialInvalidError("a password has 1 to 1024 characters and no NUL"));
        var scope = await scopes.FindAsync(request.Target, request.Scheduler, request.Directory, cancellationToken).ConfigureAwait(false);
        if (scope.IsFailed)
            return scope.ToResult();
        await credentials.SetAsync(scope.Value, new Credential(request.User.Trim(), request.Password), cancellationToken).ConfigureAwait(false);
        await paces.ReleaseAllAsync(scope.Value.Target, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        AccountLog.CredentialChanged(logger, acting.Actor.Name, request.Target ?? scope.Value.Kind.ToString(), "set");
        return Result.Ok();
    }
}

internal sealed class ClearCredentialHandler(
    ICredentialStore credentials, CredentialScopes scopes, ICurrentActor acting, ILogger<ClearCredentialHandler> logger)
    : IRequestHandler<ClearCredential, Result<bool>>
{
    public async Task<Result<bool>> Handle(ClearCredential request, CancellationToken cancellationToken)
    {
        var scope = await scopes.FindAsync(request.Target, request.Scheduler, request.Directory, cancellationToken).ConfigureAwait(false);
        if (scope.IsFailed)
            return scope.ToResult<bool>();
        var cleared = await credentials.ClearAsync(scope.Value, cancellationToken).ConfigureAwait(false);
        if (cleared)
            AccountLog.CredentialChanged(logger, acting.Actor.Name, request.Target ?? scope.Value.Kind.ToString(), "cleared");
        return cleared;
    }
}

internal sealed class TestCredentialHandler(
    TargetFinder finder, ITargetStore targets, ICredentialStore credentials, ITargetConnector connector) : IRequestHandler<TestCredential, Result<IReadOnlyList<CredentialTest>>>
{
    public async Task<Result<IReadOnlyList<CredentialTest>>> Handle(TestCredential request, CancellationToken cancellationToken)
    {
        IReadOnlyList<CoreServer> chosen;
        if (request.Target is null)
        {
            chosen = await targets.ListAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var target = await finder.FindAsync(request.Target, cancellationToken).ConfigureAwait(false);
            if (target.IsFailed)
                return target.ToResult<IReadOnlyList<CredentialTest>>();
            chosen = [target.Value];
        }

        if (chosen.Count == 0)
            return Result.Fail(new NoTargetsError());
        var tests = new List<CredentialTest>();
        foreach (var target in chosen)
        {
            var credential = await credentials.ForAsync(target, cancellationToken).ConfigureAwait(false);
            tests.Add(new CredentialTest(target.Address.Fqdn.Ascii, credential?.User, await connector.TestAsync(target, cancellationToken).ConfigureAwait(false)));
        }

        return Result.Ok<IReadOnlyList<CredentialTest>>(tests);
    }
}

/// <summary>Turns what a person named into the scope of a credential.</summary>
internal sealed class CredentialScopes(TargetFinder finder)
{
    public async Task<Result<CredentialScope>> FindAsync(string? target, bool scheduler, bool directory, CancellationToken cancellationToken)
    {
        if (directory)
            return scheduler || target is not null ? Result.Fail(new UsageInvalidError("The LDAP directory has one credential; it is neither a target's nor the scheduler's")) : CredentialScope.Directory;
        if (scheduler && target is not null)
            return Result.Fail(new UsageInvalidError("The scheduler has one credential, not one per target"));
        if (target is null)
            return scheduler ? CredentialScope.Scheduler : CredentialScope.Default;
        var found = await finder.FindAsync(target, SyncDirection.Push, cancellationToken).ConfigureAwait(false);
        return found.IsFailed ? found.ToResult<CredentialScope>() : new CredentialScope(CredentialKind.Target, found.Value.Id);
    }
}

/// <summary>Chooses the credential for a target.</summary>
public static class CredentialChoice
{
    /// <summary>The target's own credential, else the default (R1); on every source the scheduler's (R6). Null when it is not set.</summary>
    public static async Task<Credential?> ForAsync(this ICredentialStore store, CoreServer core, CancellationToken cancellationToken) => core.Direction == SyncDirection.Pull
        ? await store.FindAsync(CredentialScope.Scheduler, cancellationToken).ConfigureAwait(false)
        : await store.FindAsync(new CredentialScope(CredentialKind.Target, core.Id), cancellationToken).ConfigureAwait(false)
            ?? await store.FindAsync(CredentialScope.Default, cancellationToken).ConfigureAwait(false);
}
