using System.Net;
using CoreSync.Hosting;
using CoreSync.Hosting.OpenIdConnect;
using Microsoft.Extensions.Configuration;

namespace CoreSync.Service;

/// <summary>The configuration section <c>CoreSync</c>: <c>appsettings.json</c> beside the program, then the environment (<c>CORESYNC__KEY</c>), which wins.</summary>
/// <param name="DataDirectory">Absolute path of the core's data directory. Default: the place of the operating system.</param>
/// <param name="Listen">Where to listen. Default: <c>0.0.0.0:443</c>.</param>
/// <param name="Sync">The account of the sync service on the targets; null leaves what is set.</param>
/// <param name="WebhookSecret">The key of the webhook; null leaves what is set.</param>
/// <param name="MailPassword">The password at the mail server; null leaves what is set.</param>
/// <param name="Oidc">The provider at which people may sign in; null for none.</param>
internal sealed record ServiceSettings(
    string DataDirectory, IPEndPoint Listen, (string User, string Password)? Sync = null, string? WebhookSecret = null, string? MailPassword = null, OidcSettings? Oidc = null)
{
    private const string Section = "CoreSync";
    private const string SyncUser = "SyncUser";
    private const string SyncPassword = "SyncPassword";

    // A secret with the name of its systemd credential.
    private static readonly Dictionary<string, string> Secrets = new(StringComparer.OrdinalIgnoreCase)
    {
        [SyncPassword] = "coresync.sync-password",
        [nameof(WebhookSecret)] = "coresync.webhook-secret",
        [nameof(MailPassword)] = "coresync.mail-password",
    };

    private static readonly string[] Keys = [nameof(DataDirectory), nameof(Listen), OidcConfiguration.Section, SyncUser, .. Secrets.Keys.Select(key => key + SecretFile.Suffix)];

    /// <summary>Reads everything from where this process has it.</summary>
    /// <param name="faults">As <see cref="Read"/>.</param>
    public static ServiceSettings? Load(out IReadOnlyList<string> faults)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false)
            .AddEnvironmentVariables()
            .Build();
        return Read(configuration, Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"), out faults);
    }

    /// <summary>Reads and checks everything.</summary>
    /// <param name="configuration">Where from.</param>
    /// <param name="credentials">The directory with systemd's credentials; null for none.</param>
    /// <param name="faults">All faults at once, each with key, value and cure; empty when there is none. Never a secret.</param>
    public static ServiceSettings? Read(IConfiguration configuration, string? credentials, out IReadOnlyList<string> faults)
    {
        var found = new List<string>();
        var section = configuration.GetSection(Section);
        foreach (var unknown in section.GetChildren().Where(child => !Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            found.Add(Secrets.ContainsKey(unknown.Key)
                ? SecretFile.Misplaced(unknown.Path)
                : $"{unknown.Path} = '{unknown.Value}': unknown key; the keys are {string.Join(", ", Keys)}");
        }

        var directory = section[nameof(DataDirectory)];
        if (string.IsNullOrWhiteSpace(directory))
            directory = CoreDataDirectory.Default;
        else if (!Path.IsPathFullyQualified(directory))
            found.Add($"{Section}:{nameof(DataDirectory)} = '{directory}': not an absolute path; give one such as {CoreDataDirectory.Default}");

        var listen = section[nameof(Listen)];
        var address = string.IsNullOrWhiteSpace(listen) ? FluentResults.Result.Ok(ListenAddress.Default) : ListenAddress.Parse(listen);
        if (address.IsFailed)
            found.Add($"{Section}:{nameof(Listen)} = '{listen}': {address.Errors[0].Message}; give ADDRESS:PORT such as 0.0.0.0:443");

        var secrets = Secrets.ToDictionary(secret => secret.Key, secret => SecretFile.Read(section, secret.Key, secret.Value, credentials, found), StringComparer.OrdinalIgnoreCase);
        var user = section[SyncUser];
        var password = secrets[SyncPassword];
        if (string.IsNullOrWhiteSpace(user) != (password is null) && !found.Any(fault => fault.Contains(SyncPassword, StringComparison.OrdinalIgnoreCase)))
            found.Add($"{Section}:{SyncUser} = '{user}': user and password go together; give both {SyncUser} and {SyncPassword}{SecretFile.Suffix}, or neither");

        var oidc = OidcConfiguration.Read(section, credentials, found);
        faults = found;
        return found.Count == 0
            ? new ServiceSettings(directory, address.Value, password is null ? null : (user!.Trim(), password), secrets[nameof(WebhookSecret)], secrets[nameof(MailPassword)], oidc)
            : null;
    }

    // Whatever prints it prints no secret.
    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"DataDirectory = {DataDirectory}, Listen = {Listen}");
        return true;
    }
}
