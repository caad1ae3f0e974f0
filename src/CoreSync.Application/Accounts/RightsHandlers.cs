using CoreSync.Accounts;
using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Accounts;

internal sealed class SetAccountRightsHandler(IAccountStore accounts, IRandomSource random, ICurrentActor acting, ILogger<SetAccountRightsHandler> logger)
    : IRequestHandler<SetAccountRights, Result<Account>>
{
    public async Task<Result<Account>> Handle(SetAccountRights request, CancellationToken cancellationToken)
    {
        if (request is { Rights: null, Components: null })
            return Result.Fail(new UsageInvalidError("Neither rights nor components are given"));
        var components = request.Components?.Select(ComponentName.Parse).ToList();
        var input = Result.Merge([.. (components ?? []).Select(component => component.ToResult())]);
        if (input.IsFailed)
            return input.ToResult<Account>();
        if (await accounts.FindAsync(request.Name, cancellationToken).ConfigureAwait(false) is not { Account: var before })
            return Result.Fail(new AccountNotFoundError(request.Name));
        if (acting.Actor.Uses(before.Name))
            return Result.Fail(new AccountOwnError(before.Name));
        var after = before with
        {
            Rights = request.Rights ?? before.Rights,
            Components = components is null ? before.Components : [.. components.Select(component => component.Value).Distinct()],
            Stamp = random.NewGuid().ToString("N"),
        };
        var changed = await accounts.SetRightsAsync(after.Name, after.Rights, after.Components, after.Stamp, cancellationToken).ConfigureAwait(false);
        if (changed.IsFailed)
            return changed.ToResult<Account>();
        AccountLog.AccountChanged(logger, acting.Actor.Name, after.Name, $"rights {Scope(before)} became {Scope(after)}");
        return after;
    }

    private static string Scope(Account account) => account.Components.Count == 0 ? $"{account.Rights} of all components" : $"{account.Rights} of {string.Join(", ", account.Components)}";
}

internal sealed class SetAccountEnabledHandler(IAccountStore accounts, IRandomSource random, ICurrentActor acting, ILogger<SetAccountEnabledHandler> logger)
    : IRequestHandler<SetAccountEnabled, Result<Account>>
{
    public async Task<Result<Account>> Handle(SetAccountEnabled request, CancellationToken cancellationToken)
    {
        if (!request.IsEnabled && acting.Actor.Uses(request.Name))
            return Result.Fail(new AccountOwnError(request.Name));
        var stamp = random.NewGuid().ToString("N");
        var changed = await accounts.SetEnabledAsync(request.Name, request.IsEnabled, stamp, cancellationToken).ConfigureAwait(false);
        if (changed.IsFailed)
            return changed.ToResult<Account>();
        if (await accounts.FindAsync(request.Name, cancellationToken).ConfigureAwait(false) is not { Account: var account })
            return Result.Fail(new AccountNotFoundError(request.Name));
        AccountLog.AccountChanged(logger, acting.Actor.Name, account.Name, request.IsEnabled ? "enabled" : "disabled");
        return account;
    }
}
