using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Accounts;
using Microsoft.Extensions.Configuration;

namespace CoreSync.Hosting.OpenIdConnect;

/// <summary>Reads the optional section <c>CoreSync:Oidc</c> (docs/operations.md) and checks it as a whole.</summary>
public static class OidcConfiguration
{
    /// <summary>The section within that of the host.</summary>
    public const string Section = "Oidc";

    private const string Authority = "Authority";
    private const string ClientId = "ClientId";
    private const string ClientSecret = "ClientSecret";
    private const string DisplayName = "DisplayName";
    private const string GroupsClaim = "GroupsClaim";
    private const string NameClaim = "NameClaim";
    private const string Scope = "Scope";
    private const string Groups = "Rights";
    private const string SessionMinutes = "SessionMinutes";
    private const string CertificatesFile = "CertificatesFile";
    private const string Credential = "coresync.oidc-client-secret";
    private const int MaxLength = 256;
    private const int LeastMinutes = 5;
    private const int MostMinutes = 720;
    private const int UsualMinutes = 60;

    private static readonly string[] Keys =
        [Authority, ClientId, ClientSecret + SecretFile.Suffix, DisplayName, GroupsClaim, NameClaim, Scope, Groups, SessionMinutes, CertificatesFile];

    private static readonly Rights[] Given = [Rights.View, Rights.Edit, Rights.Trust, Rights.ConsoleAdministrator];

    /// <summary>Reads it from the environment of this process alone (<c>CORESYNC__OIDC__KEY</c>).</summary>
    /// <param name="faults">As <see cref="Read"/>.</param>
    public static OidcSettings? FromEnvironment(out IReadOnlyList<string> faults)
    {
        var found = new List<string>();
        var settings = Read(new ConfigurationBuilder().AddEnvironmentVariables().Build().GetSection("CoreSync"), Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"), found);
        faults = found;
        return settings;
    }

    /// <summary>Reads and checks everything.</summary>
    /// <param name="host">The section of the host.</param>
    /// <param name="credentials">The directory with systemd's credentials; null for none.</param>
    /// <param name="faults">Takes all faults at once, each with key, value and cure; never a secret.</param>
    /// <returns>Null when nothing is configured, or something is wrong.</returns>
    public static OidcSettings? Read(IConfigurationSection host, string? credentials, ICollection<string> faults)
    {
        var section = host.GetSection(Section);
        if (section.GetChildren().All(child => !child.GetChildren().Any() && string.IsNullOrWhiteSpace(child.Value)))
            return null;
        var found = new List<string>();
        CheckKeys(section, found);
        var authority = ReadAuthority(section, found);
        var clientId = ReadText(section, ClientId, null, "give what this core is called at the provider", found);
        var secret = ReadSecret(section, credentials, found);
        var name = ReadText(section, DisplayName, authority?.Host ?? "", "give the words for the button", found);
        var groupsClaim = ReadText(section, GroupsClaim, "groups", "give the claim with groups or roles", found);
        var nameClaim = ReadText(section, NameClaim, "name", "give the claim with the name of a person", found);
        var scopes = (section[Scope] ?? "profile").Split(' ', StringSplitOptions.RemoveEmptyEntries).Prepend("openid").Distinct(StringComparer.Ordinal).ToList();
        var groups = ReadGroups(section.GetSection(Groups), found);
        var lifetime = ReadLifetime(section, found);
        var roots = ReadRoots(section, found);
        if (found.Count == 0)
            return new OidcSettings(authority!, clientId, secret!, name, groupsClaim, nameClaim, scopes, groups, lifetime, roots);
        foreach (var fault in found)
            faults.Add(fault);
        return null;
    }

    private static void CheckKeys(IConfigurationSection section, List<string> faults)
    {
        foreach (var unknown in section.GetChildren().Where(child => !Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            faults.Add(unknown.Key.Equals(ClientSecret, StringComparison.OrdinalIgnoreCase)
                ? SecretFile.Misplaced(unknown.Path)
                // Without its value: it may be a secret under a mistyped name.
                : $"{unknown.Path}: unknown key; the keys are {string.Join(", ", Keys)}");
        }
    }

    private static Uri? ReadAuthority(IConfigurationSection section, List<string> faults)
    {
        var text = section[Authority];
        if (Uri.TryCreate(text, UriKind.Absolute, out var authority) && authority.Scheme == Uri.UriSchemeHttps && authority.UserInfo.Length == 0 && authority.Query.Length == 0 && authority.Fragment.Length == 0)
            return authority;
        faults.Add($"{section.Path}:{Authority} = '{text}': not an address with https and without user, query and fragment; give the issuer, such as https://login.example.net/realms/ops");
        return null;
    }

    private static string ReadText(IConfigurationSection section, string key, string? usual, string cure, List<string> faults)
    {
        var text = string.IsNullOrWhiteSpace(section[key]) ? usual : section[key]!.Trim();
        if (text is null || text.Length > MaxLength || text.Any(char.IsControl))
            faults.Add($"{section.Path}:{key} = '{section[key]}': {(text is null ? "missing" : $"not 1 to {MaxLength} visible characters")}; {cure}");
        return text ?? "";
    }

    private static string? ReadSecret(IConfigurationSection section, string? credentials, List<string> faults)
    {
        var before = faults.Count;
        var secret = SecretFile.Read(section, ClientSecret, Credential, credentials, faults);
        if (secret is null && faults.Count == before)
            faults.Add($"{section.Path}:{ClientSecret}{SecretFile.Suffix} = '': missing; give the path of a file with the secret, or the systemd credential {Credential}");
        return secret;
    }

    private static Dictionary<string, Rights> ReadGroups(IConfigurationSection section, List<string> faults)
    {
        foreach (var unknown in section.GetChildren().Where(child => !Given.Any(rights => child.Key.Equals(rights.ToString(), StringComparison.OrdinalIgnoreCase))))
            faults.Add($"{unknown.Path} = '{unknown.Value}': no rights are called so; they are {string.Join(", ", Given)}");
        var groups = new Dictionary<string, Rights>(StringComparer.Ordinal);
        foreach (var rights in Given)
        {
            // A list of JSON, or one text with semicolons: a name may hold a comma or a space.
            var one = section.GetSection(rights.ToString());
            var values = one.GetChildren().Select(child => child.Value).Concat((one.Value ?? "").Split(';')).Select(value => value?.Trim()).OfType<string>().Where(value => value.Length > 0);
            foreach (var value in values)
            {
                if (!groups.TryAdd(value, rights) && groups[value] != rights)
                    faults.Add($"{one.Path} = '{value}': it has the rights {groups[value]} already; name it once");
            }
        }

        if (groups.Count == 0)
            faults.Add($"{section.Path}: nobody could sign in; give values of the claim to at least one of {string.Join(", ", Given)}, separated by ;");
        return groups;
    }

    private static TimeSpan ReadLifetime(IConfigurationSection section, List<string> faults)
    {
        var text = section[SessionMinutes];
        if (string.IsNullOrWhiteSpace(text))
            return TimeSpan.FromMinutes(UsualMinutes);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes is >= LeastMinutes and <= MostMinutes)
            return TimeSpan.FromMinutes(minutes);
        faults.Add($"{section.Path}:{SessionMinutes} = '{text}': not a whole number from {LeastMinutes} to {MostMinutes}");
        return default;
    }

    private static X509Certificate2Collection? ReadRoots(IConfigurationSection section, List<string> faults)
    {
        var file = section[CertificatesFile];
        if (string.IsNullOrWhiteSpace(file))
            return null;
        var source = $"{section.Path}:{CertificatesFile} = '{file}'";
        if (!Path.IsPathFullyQualified(file))
        {
            faults.Add($"{source}: not an absolute path");
            return null;
        }

        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(file);
            if (roots.Count > 0)
                return roots;
            faults.Add($"{source}: it holds no certificate; give a PEM file with the roots that vouch for the provider");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            faults.Add($"{source}: {failure.Message}; let the service account read a PEM file there");
        }

        return null;
    }
}
