using CoreSync.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CoreSync.Hosting.OpenIdConnect;

/// <summary>What the handler of the platform tells by exceptions, as errors with a sentence and a next step.</summary>
internal static class OidcFailure
{
    /// <summary>What stands for a person who turned back at the provider, or whom it refused.</summary>
    public const string Denied = "access_denied";

    private const int MaxLength = 500;

    /// <summary>The error for the person.</summary>
    public static CoreSyncError Of(Exception? failure, string provider)
    {
        foreach (var one in Chain(failure))
        {
            if (Known(one, provider) is { } error)
                return error;
        }

        // The handler tells so, with nothing inside, when state or cookies do not fit this browser and this moment.
        return failure is null or AuthenticationFailureException { InnerException: null }
            ? new AccountProviderStaleError(provider)
            : new AccountProviderInvalidError(provider, "it is not as OpenID Connect demands");
    }

    /// <summary>Whether nobody answered at the provider, or nobody whom the certificates vouch for.</summary>
    public static bool IsUnreachable(Exception failure) => Chain(failure).Any(one => one is HttpRequestException or OperationCanceledException or IOException);

    /// <summary>The error for that.</summary>
    public static CoreSyncError Unreachable(string provider) => new AccountProviderUnavailableError(provider, "it does not answer, or its certificate is not trusted");

    /// <summary>What happened, for the log: every message of the chain, cut.</summary>
    public static string Describe(Exception failure)
    {
        var text = string.Join(" <- ", Chain(failure).Select(one => $"{one.GetType().Name}: {one.Message}"));
        return text.Length <= MaxLength ? text : text[..MaxLength] + "…";
    }

    private static CoreSyncError? Known(Exception failure, string provider) => failure switch
    {
        AuthenticationFailureException { Message: Denied } => new AccountProviderRefusedError(provider, "you turned back, or may not use it"),
        SecurityTokenExpiredException or SecurityTokenNotYetValidException or SecurityTokenInvalidLifetimeException => new AccountProviderClockError(provider),
        SecurityTokenInvalidAudienceException => new AccountProviderInvalidError(provider, "it is meant for somebody else"),
        SecurityTokenInvalidIssuerException => new AccountProviderInvalidError(provider, "it comes from another issuer"),
        SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException => new AccountProviderInvalidError(provider, "the signature is not its own"),
        OpenIdConnectProtocolInvalidNonceException => new AccountProviderInvalidError(provider, "it belongs to another sign-in"),
        OpenIdConnectProtocolException when failure.Data["error"] is string code => new AccountProviderRefusedError(provider, $"it answered {Word(code)}"),
        SecurityTokenException or OpenIdConnectProtocolException => new AccountProviderInvalidError(provider, "it is not as OpenID Connect demands"),
        _ when IsUnreachable(failure) => Unreachable(provider),
        _ => null,
    };

    // A code of the protocol, and nothing that somebody else would like to have said.
    private static string Word(string code) => code.Length <= 40 && code.All(c => char.IsAsciiLetterLower(c) || c == '_') ? code : "?";

    private static IEnumerable<Exception> Chain(Exception? failure)
    {
        for (var one = failure; one is not null; one = one.InnerException)
            yield return one;
    }
}
