using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Infrastructure.Accounts;

/// <summary>Issues and checks the short-lived tokens that a password is exchanged for (R5). A token names the account; what it may do is read anew at each request (R7).</summary>
internal sealed class AccessTokens(KeyRing keys, IAccountDirectory accounts, TimeProvider time)
{
    /// <summary>How long a token is good.</summary>
    /// <value>10 minutes.</value>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const string Purpose = "access-token/v1";
    private const int MaxLength = 4096;

    /// <summary>A token for this account, to be used by one source core.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="source">For which core.</param>
    /// <param name="certificate">The client certificate that it is good with; null where none was asked for.</param>
    public string Issue(Account account, CoreId source, CertificateFingerprint? certificate = null)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(
            new Content(account.Name, account.Stamp, source.Value, (time.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds(), certificate?.ToString()));
        return Base64Url.EncodeToString(keys.Protect(Purpose, content));
    }

    /// <summary>Who sent a token.</summary>
    /// <returns>Fails with <see cref="TokenInvalidError"/>, whatever the reason.</returns>
    public async Task<Result<SignedIn>> CheckAsync(string token, CancellationToken cancellationToken)
    {
        if (Read(token) is not { } content || content.ExpiresAt <= time.GetUtcNow().ToUnixTimeMilliseconds())
            return Result.Fail(new TokenInvalidError());
        var account = await accounts.FindAsync(content.Account, cancellationToken).ConfigureAwait(false);
        if (account is null || !account.May(Rights.View))
            return Result.Fail(new TokenInvalidError());
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(account.Stamp), Encoding.UTF8.GetBytes(content.Stamp))
            ? new SignedIn(account, new CoreId(content.Source), content.Certificate is null ? null : CertificateFingerprint.Parse(content.Certificate).ValueOrDefault)
            : Result.Fail(new TokenInvalidError());
    }

    private Content? Read(string token)
    {
        if (token.Length is 0 or > MaxLength || !Base64Url.IsValid(token))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Content>(keys.Unprotect(Purpose, Base64Url.DecodeFromChars(token), isOwn: false));
        }
        catch (Exception ex) when (ex is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private sealed record Content(string Account, string Stamp, Guid Source, long ExpiresAt, string? Certificate = null);
}

/// <summary>An account that signed in, for which source core, and with which client certificate, if any.</summary>
internal sealed record SignedIn(Account Account, CoreId Source, CertificateFingerprint? Certificate = null);
