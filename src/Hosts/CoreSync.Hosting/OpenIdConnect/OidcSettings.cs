using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CoreSync.Accounts;

namespace CoreSync.Hosting.OpenIdConnect;

/// <summary>The OpenID Connect provider at which people may sign in, and what its groups may do here; made by <see cref="OidcConfiguration"/>.</summary>
/// <param name="Authority">The issuer; its metadata is below <c>/.well-known/openid-configuration</c>.</param>
/// <param name="ClientId">What this core is called there.</param>
/// <param name="ClientSecret">What it proves that by.</param>
/// <param name="DisplayName">What people call the provider.</param>
/// <param name="GroupsClaim">The claim of the ID token with the groups or roles of a person.</param>
/// <param name="NameClaim">The claim with their name.</param>
/// <param name="Scopes">What is asked for; <c>openid</c> among them.</param>
/// <param name="Groups">What the members of each group may do.</param>
/// <param name="SessionLifetime">How long a sign-in lasts at most: what the provider changes meanwhile is not learned before.</param>
/// <param name="Roots">The only certificates that vouch for the provider; null for those of the machine.</param>
public sealed record OidcSettings(
    Uri Authority, string ClientId, string ClientSecret, string DisplayName, string GroupsClaim, string NameClaim, IReadOnlyList<string> Scopes, IReadOnlyDictionary<string, Rights> Groups,
    TimeSpan SessionLifetime, X509Certificate2Collection? Roots)
{
    /// <summary>A digest of all but the secret: sessions are bound to it.</summary>
    public string Stamp { get; } = Digest(
    [
        Authority.AbsoluteUri, ClientId, DisplayName, GroupsClaim, NameClaim, .. Scopes, SessionLifetime.ToString(),
        .. Groups.OrderBy(group => group.Key, StringComparer.Ordinal).SelectMany(group => new[] { group.Key, group.Value.ToString() }), .. (Roots ?? []).Select(root => root.Thumbprint),
    ]);

    /// <summary>What somebody with these groups may do: the most that any of them gives, nothing without one that is known.</summary>
    /// <param name="groups">As the provider tells them; compared letter by letter.</param>
    public Rights RightsOf(IEnumerable<string> groups) => groups.Select(group => Groups.GetValueOrDefault(group)).DefaultIfEmpty().Max();

    // Lengths keep apart what only looks the same one after another.
    private static string Digest(IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part}"))))))[..32];

    // Whatever prints it prints no secret.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"Authority = {Authority}, ClientId = {ClientId}");
        return true;
    }
}
