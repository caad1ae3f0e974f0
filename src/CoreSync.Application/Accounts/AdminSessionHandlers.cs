using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CoreSync.Accounts;
using CoreSync.Errors;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Accounts;

internal sealed class SignInAdminHandler(
    IAccountDirectory accounts, ISignInThrottle throttle, IAdminSessionStore sessions, TimeProvider time, ILogger<SignInAdminHandler> logger)
    : IRequestHandler<SignInAdmin, Result<OpenedAdminSession>>
{
    private const int MaxNameLength = 256;
    private const int MaxPasswordLength = 1024;

    public async Task<Result<OpenedAdminSession>> Handle(SignInAdmin request, CancellationToken cancellationToken)
    {
        if (request.User.Length is 0 or > MaxNameLength || request.Password.Length > MaxPasswordLength)
            return Result.Fail(new SignInRefusedError());
        if (throttle.Begin(request.User, request.Origin) is { } wait)
        {
            var seconds = (int)Math.Ceiling(wait.TotalSeconds);
            AccountLog.AdminSignInThrottled(logger, Shown(request.User), request.Origin, seconds);
            return Result.Fail(new SignInSlowedError(seconds));
        }

        var account = await accounts.AuthenticateAsync(request.User, request.Password, cancellationToken).ConfigureAwait(false);
        if (account.IsFailed)
        {
            AccountLog.AdminSignInRefused(logger, Shown(request.User), request.Origin);
            return account.ToResult<OpenedAdminSession>();
        }

        throttle.Succeeded(request.User, request.Origin);
        var opened = await AdminSecrets.OpenAsync(sessions, account.Value, request.Kind, request.Origin, time.GetUtcNow(), request.Lifetime, cancellationToken).ConfigureAwait(false);
        AccountLog.AdminSignedIn(logger, account.Value.Name, request.Origin, request.Kind);
        return opened;
    }

    // Before a password fits, a name is whatever a stranger typed.
    private static string Shown(string user) => Account.ParseName(user) is { IsSuccess: true, Value: var name } ? name : "(not a name)";
}

internal sealed class SignInPersonHandler(IEnumerable<IIdentityProvider> providers, IAdminSessionStore sessions, TimeProvider time, ILogger<SignInPersonHandler> logger)
    : IRequestHandler<SignInPerson, Result<OpenedAdminSession>>
{
    public async Task<Result<OpenedAdminSession>> Handle(SignInPerson request, CancellationToken cancellationToken)
    {
        if (providers.FirstOrDefault() is not { } provider || ProvidedAccount.Of(request.Person, request.Rights, provider.Stamp) is not { } account)
            return Result.Fail(new SignInRefusedError());
        var opened = await AdminSecrets.OpenAsync(sessions, account, AdminSessionKind.Cookie, request.Origin, time.GetUtcNow(), request.Lifetime, cancellationToken).ConfigureAwait(false);
        AccountLog.AdminPersonSignedIn(logger, account.Name, request.Subject, request.Origin, request.Rights);
        return opened;
    }
}

internal sealed class FindAdminSessionHandler(IAccountDirectory accounts, IEnumerable<IIdentityProvider> providers, IAdminSessionStore sessions, TimeProvider time)
    : IRequestHandler<FindAdminSession, Result<AdminSession>>
{
    // Use is recorded this often at most: a write for every request would keep every watcher of the store busy.
    private static readonly TimeSpan TouchInterval = TimeSpan.FromMinutes(1);

    public async Task<Result<AdminSession>> Handle(FindAdminSession request, CancellationToken cancellationToken)
    {
        if (!AdminSecrets.IsWellFormed(request.Secret)
            || await sessions.FindAsync(AdminSecrets.Hash(request.Secret), cancellationToken).ConfigureAwait(false) is not { } stored || stored.Kind != request.Kind)
            return Result.Fail(new TokenInvalidError());
        var now = time.GetUtcNow();
        if (now >= stored.EndsAt || now - stored.SeenAt >= request.IdleTimeout)
            return Result.Fail(new TokenInvalidError());
        var account = await AccountOfAsync(stored, cancellationToken).ConfigureAwait(false);
        if (account is null || account.Rights == Rights.None
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(account.Stamp), Encoding.UTF8.GetBytes(stored.Stamp)))
            return Result.Fail(new TokenInvalidError());

        // The shorter the time that it may be idle, the more often it must be recorded.
        var interval = request.IdleTimeout / 4 < TouchInterval ? request.IdleTimeout / 4 : TouchInterval;
        if (request.IsActivity && now - stored.SeenAt >= interval)
            await sessions.TouchAsync(stored.Hash, now, cancellationToken).ConfigureAwait(false);
        return new AdminSession(account, stored.Kind, stored.StartedAt, stored.EndsAt);
    }

    private async Task<Account?> AccountOfAsync(StoredAdminSession stored, CancellationToken cancellationToken)
    {
        if (!ProvidedAccount.IsName(stored.Account))
            return await accounts.FindAsync(stored.Account, cancellationToken).ConfigureAwait(false);
        return providers.FirstOrDefault() is { } provider ? ProvidedAccount.Recall(stored.Account, stored.Stamp, provider.Stamp) : null;
    }
}

internal sealed class EndAdminSessionHandler(IAdminSessionStore sessions, ILogger<EndAdminSessionHandler> logger) : IRequestHandler<EndAdminSession, Result>
{
    public async Task<Result> Handle(EndAdminSession request, CancellationToken cancellationToken)
    {
        if (AdminSecrets.IsWellFormed(request.Secret)
            && await sessions.RemoveAsync(AdminSecrets.Hash(request.Secret), cancellationToken).ConfigureAwait(false) is { } ended)
            AccountLog.AdminSignedOut(logger, ended.Account, ended.Kind);
        return Result.Ok();
    }
}

/// <summary>The secrets of sessions: how they are made, and what the store knows of them.</summary>
internal static class AdminSecrets
{
    private const int Length = 43; // 32 bytes as base64url

    // A script that signs in and never out keeps this many.
    private const int SessionsPerAccount = 100;

    /// <summary>Opens a session under a new secret.</summary>
    public static async Task<OpenedAdminSession> OpenAsync(
        IAdminSessionStore sessions, Account account, AdminSessionKind kind, string origin, DateTimeOffset now, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var stored = new StoredAdminSession(Hash(secret), account.Name, account.Stamp, kind, origin, now, now, now + lifetime);
        await sessions.AddAsync(stored, SessionsPerAccount, cancellationToken).ConfigureAwait(false);
        return new OpenedAdminSession(secret, new AdminSession(account, kind, now, stored.EndsAt));
    }

    public static bool IsWellFormed(string secret) => secret.Length == Length && Base64Url.IsValid(secret);

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(secret));
}
