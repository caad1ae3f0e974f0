using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Access;

/// <summary>
/// The proof that a page of this core made a request that changes something: a browser sends cookies along with whatever a page of another site asks it to. Ours alone, so that a host
/// without antiforgery of its own is as safe: the token is derived from the session, so that it needs no cookie and no state.
/// </summary>
internal sealed class AdminForgery(ISecretProtector protector, TimeProvider time)
{
    /// <summary>The header in which scripts send the token.</summary>
    public const string HeaderName = "X-CoreSync-Antiforgery";

    /// <summary>The field in which forms send it.</summary>
    public const string FieldName = "__antiforgery";

    private const string Purpose = "admin-antiforgery/v1";
    private static readonly TimeSpan HostTokenLifetime = TimeSpan.FromHours(12);

    /// <summary>The token for forms and scripts of this caller; the same for as long as the session lasts.</summary>
    public string TokenFor(AdminCaller caller) =>
        caller.Secret is { } secret
            ? Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), Encoding.ASCII.GetBytes(Purpose)))
            : Base64Url.EncodeToString(protector.Protect(Purpose, Text(caller, time.GetUtcNow() + HostTokenLifetime)));

    /// <summary>Whether a request that changes something may be believed.</summary>
    /// <param name="context">The request.</param>
    /// <param name="caller">Who sent it; null for the sign-in, which has no session yet: its page must be ours all the same.</param>
    public async Task<bool> IsOursAsync(HttpContext context, AdminCaller? caller)
    {
        if (caller is { IsAmbient: false })
            return true;
        if (!IsSameOrigin(context.Request))
            return false;
        return caller is null || await TokenOfAsync(context.Request, context.RequestAborted).ConfigureAwait(false) is { } token && Fits(token, caller);
    }

    // Browsers tell who made a request; programs tell nothing and have no cookies that others could use.
    private static bool IsSameOrigin(HttpRequest request)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site))
            return site == "same-origin";
        return !request.Headers.TryGetValue("Origin", out var origin)
            || Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<string?> TokenOfAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Headers.TryGetValue(HeaderName, out var header))
            return header;
        return request.HasFormContentType ? (await request.ReadFormAsync(cancellationToken).ConfigureAwait(false))[FieldName] : (string?)null;
    }

    private bool Fits(string token, AdminCaller caller)
    {
        if (caller.Secret is not null)
            return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(TokenFor(caller)));
        if (token.Length is 0 or > 4096 || !Base64Url.IsValid(token))
            return false;
        try
        {
            var text = protector.Unprotect(Purpose, Base64Url.DecodeFromChars(token));
            var separator = text.IndexOf(' ', StringComparison.Ordinal);
            return separator > 0 && long.TryParse(text.AsSpan(0, separator), NumberStyles.None, CultureInfo.InvariantCulture, out var ends)
                && ends > time.GetUtcNow().ToUnixTimeSeconds() && text[(separator + 1)..] == caller.Account.Name;
        }
        catch (CoreSyncException ex) when (ex.Error is SecretUnreadableError)
        {
            return false;
        }
    }

    private static string Text(AdminCaller caller, DateTimeOffset ends) => string.Create(CultureInfo.InvariantCulture, $"{ends.ToUnixTimeSeconds()} {caller.Account.Name}");
}
