using System.Security.Claims;
using CoreSync.Accounts;
using CoreSync.AdminApi.SignIn;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using FluentResults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace CoreSync.Hosting.OpenIdConnect;

/// <summary>
/// Signs people in through an OpenID Connect provider: code flow with PKCE, state and nonce, each checked by the handler of the platform. What a completed sign-in opens is a session
/// like any other.
/// </summary>
internal sealed class OidcProvider(OidcSettings settings, IAdminSignIn signIn, ICurrentActor acting, ILogger<OidcProvider> logger) : IAdminProvider, IIdentityProvider
{
    /// <summary>The name of the scheme.</summary>
    public const string Scheme = "coresync-oidc";

    private const string Destination = "destination";
    private const string Subject = "sub";

    /// <summary>Keep what a return brought, in place of what the handler would answer.</summary>
    public static OpenIdConnectEvents Events { get; } = new()
    {
        OnTokenValidated = RequireSignature,
        OnTicketReceived = context => Keep(context, new Outcome(context.Principal, context.Properties, null)),
        OnAccessDenied = context => Keep(context, new Outcome(null, null, new AuthenticationFailureException(OidcFailure.Denied))),
        OnRemoteFailure = context => Keep(context, new Outcome(null, null, context.Failure)),
    };

    public string DisplayName => settings.DisplayName;

    public string Stamp => settings.Stamp;

    public async Task<Result<string>> BeginAsync(HttpContext context, string destination)
    {
        try
        {
            await context.ChallengeAsync(Scheme, new AuthenticationProperties(new Dictionary<string, string?> { [Destination] = destination }));
        }
        catch (Exception failure) when (OidcFailure.IsUnreachable(failure) && !context.RequestAborted.IsCancellationRequested)
        {
            return Refuse(OidcFailure.Unreachable(settings.DisplayName), failure);
        }

        // The handler redirects; where the browser goes is an answer to whoever asked.
        var address = context.Response.Headers.Location.ToString();
        context.Response.Headers.Location = default;
        context.Response.StatusCode = StatusCodes.Status200OK;
        return address;
    }

    public async Task<Result<string>> CompleteAsync(HttpContext context)
    {
        var handlers = context.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        if (await handlers.GetHandlerAsync(context, Scheme) is not IAuthenticationRequestHandler handler)
            throw new InvalidOperationException($"The scheme {Scheme} is not registered");
        await handler.HandleRequestAsync();
        var outcome = context.Features.Get<Outcome>() ?? new Outcome(null, null, new AuthenticationFailureException("Nothing came"));
        if (outcome.Principal is not { } principal)
            return Refuse(OidcFailure.Of(outcome.Failure, settings.DisplayName), outcome.Failure);

        var rights = settings.RightsOf(principal.FindAll(settings.GroupsClaim).Select(claim => claim.Value));
        if (rights == Rights.None)
            return Refuse(new AccountProviderRightsError(settings.DisplayName, settings.GroupsClaim), null);
        var subject = principal.FindFirstValue(Subject) ?? "";
        var opened = await signIn.SignInPersonAsync(context, new ProvidedPerson(principal.FindFirstValue(settings.NameClaim) ?? subject, subject, rights, settings.SessionLifetime));
        return opened.IsSuccess
            ? outcome.Properties?.Items.TryGetValue(Destination, out var destination) == true ? destination ?? "" : ""
            : Refuse(new AccountProviderInvalidError(settings.DisplayName, "it sent no name that can be shown"), null);
    }

    // OpenID Connect lets a token go unsigned that came straight from the provider over TLS, and so does the handler. Not here.
    private static Task RequireSignature(TokenValidatedContext context)
    {
        if (string.IsNullOrEmpty(context.SecurityToken.RawSignature))
            context.Fail(new SecurityTokenInvalidSignatureException("The token is not signed"));
        return Task.CompletedTask;
    }

    private static Task Keep<TOptions>(HandleRequestContext<TOptions> context, Outcome outcome)
        where TOptions : AuthenticationSchemeOptions
    {
        context.HttpContext.Features.Set(outcome);
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private Result Refuse(CoreSyncError error, Exception? failure)
    {
        OidcLog.Failed(logger, settings.DisplayName, acting.Actor.Origin, error.Code, failure is null ? error.Message : OidcFailure.Describe(failure));
        return Result.Fail(error);
    }

    /// <summary>What a return brought: a person, or why not.</summary>
    private sealed record Outcome(ClaimsPrincipal? Principal, AuthenticationProperties? Properties, Exception? Failure);
}

/// <summary>Log messages of sign-in through a provider.</summary>
internal static partial class OidcLog
{
    [LoggerMessage(
        CoreSyncEventId.AdminProviderFailed, LogLevel.Warning, "Sign-in through {Provider} from {RemoteAddress} came to nothing: {Code}: {Reason}", EventName = nameof(CoreSyncEventId.AdminProviderFailed))]
    public static partial void Failed(ILogger logger, string provider, string remoteAddress, string code, string reason);
}
