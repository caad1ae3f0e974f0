using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;

namespace CoreSync.Infrastructure.Accounts;

/// <summary>Sign-in of programs that only read, such as a collector of metrics, by HTTP Basic over TLS (RFC 7617).</summary>
public interface IBasicSignIn
{
    /// <summary>The account of the header's user; null when there is none, its password is wrong, or the throttle makes it wait (R5).</summary>
    /// <param name="authorization">The value of the <c>Authorization</c> header; null for none.</param>
    /// <param name="address">Where the request comes from.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<Account?> EnterAsync(string? authorization, IPAddress address, CancellationToken cancellationToken);
}

/// <summary>Checks the password once in a while and the account at every request: a scrape every few seconds must not cost a password hash each time.</summary>
internal sealed class BasicSignIn(IAccountDirectory accounts, SignInThrottle throttle, TimeProvider time) : IBasicSignIn
{
    private const string Scheme = "Basic ";
    private const int MaxHeader = 4096;
    private const int MaxKnown = 64;
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(5);

    // Passwords are not kept: a keyed hash of the header is, with a key that lives as long as this process.
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, (string Name, string Stamp, long At)> known = new(StringComparer.Ordinal);

    public async Task<Account?> EnterAsync(string? authorization, IPAddress address, CancellationToken cancellationToken)
    {
        if (authorization is null || authorization.Length > MaxHeader || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var hash = Convert.ToHexString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(authorization)));
        if (known.TryGetValue(hash, out var before) && time.GetElapsedTime(before.At) < Believed)
        {
            var now = await accounts.FindAsync(before.Name, cancellationToken).ConfigureAwait(false);
            return now is not null && now.Stamp == before.Stamp ? now : null;
        }

        if (Read(authorization[Scheme.Length..]) is not var (user, password) || throttle.Begin(user, address) is not null)
            return null;
        var account = await accounts.AuthenticateAsync(user, password, cancellationToken).ConfigureAwait(false);
        if (account.IsFailed)
            return null;
        throttle.Succeeded(user, address);
        if (known.Count >= MaxKnown)
            known.Clear();
        known[hash] = (account.Value.Name, account.Value.Stamp, time.GetTimestamp());
        return account.Value;
    }

    private static (string User, string Password)? Read(string base64)
    {
        Span<byte> bytes = stackalloc byte[MaxHeader];
        if (!Convert.TryFromBase64String(base64.Trim(), bytes, out var length))
            return null;
        var text = Encoding.UTF8.GetString(bytes[..length]);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? (text[..colon], text[(colon + 1)..]) : null;
    }
}
