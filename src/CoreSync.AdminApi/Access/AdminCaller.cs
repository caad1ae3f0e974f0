using System.Security.Claims;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using FluentResults;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoreSync.AdminApi.Access;

/// <summary>Who sent a request.</summary>
/// <param name="Account">The account; of a person whom the host signed in, one that has no stamp.</param>
/// <param name="IsAmbient">The browser sent the proof by itself: what changes something then also needs the proof that a page of this core made the request.</param>
/// <param name="Secret">The secret of the session; null for persons of the host.</param>
/// <param name="EndsAt">When the session ends at the latest; null for persons of the host.</param>
internal sealed record AdminCaller(Account Account, bool IsAmbient, string? Secret, DateTimeOffset? EndsAt);

/// <summary>Finds out who sent a request: by bearer token, by our cookie, else by what the host itself knows.</summary>
internal sealed class AdminCallers(IOptions<CoreSyncAdminOptions> options)
{
    private const string Bearer = "Bearer ";

    /// <returns>Fails with <see cref="TokenInvalidError"/>, whatever the reason, or as the account directory does.</returns>
    public async Task<Result<AdminCaller>> FindAsync(HttpContext context, bool isActivity)
    {
        if (options.Value.UseAccounts)
        {
            var (secret, kind) = SecretOf(context);
            if (secret is not null)
            {
                // Whoever brings a token or a cookie of ours is judged by it alone: an invalid one is no reason to look for another.
                var found = await context.RequestServices.GetRequiredService<IMediator>()
                    .Send(new FindAdminSession(secret, kind, options.Value.IdleTimeout, isActivity), context.RequestAborted).ConfigureAwait(false);
                if (found.IsSuccess || kind == AdminSessionKind.Token || options.Value.RightsOf is null)
                    return found.Map(session => new AdminCaller(session.Account, kind == AdminSessionKind.Cookie, secret, session.EndsAt));
            }
        }

        return OfHost(context) is { } person ? person : Result.Fail(new TokenInvalidError());
    }

    /// <summary>The secret of our own session that came along, if any.</summary>
    public (string? Secret, AdminSessionKind Kind) SecretOf(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header is [{ } value] && value.StartsWith(Bearer, StringComparison.Ordinal))
            return (value[Bearer.Length..], AdminSessionKind.Token);
        return (context.Request.Cookies[options.Value.CookieName], AdminSessionKind.Cookie);
    }

    private AdminCaller? OfHost(HttpContext context)
    {
        if (context.User is not { Identity.IsAuthenticated: true } person || NameOf(person) is not { } name)
            return null;
        // Without RightsOf the policy of the host is the decision: it was passed, or this code would not run.
        var isPolicyPassed = context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null;
        var rights = options.Value.RightsOf is { } decide ? decide(person) : isPolicyPassed ? Rights.ConsoleAdministrator : Rights.None;
        var isBearer = context.Request.Headers.Authorization is [{ } value] && value.StartsWith(Bearer, StringComparison.Ordinal);
        return rights == Rights.None ? null : new AdminCaller(new Account(name, rights, [], ""), !isBearer, null, null);
    }

    private string? NameOf(ClaimsPrincipal person)
    {
        var name = options.Value.NameOf(person);
        return string.IsNullOrWhiteSpace(name) ? null : new string([.. name.Trim().Where(c => !char.IsControl(c)).Take(128)]);
    }
}
