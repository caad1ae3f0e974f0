using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Settings;
using FluentResults;

namespace CoreSync.Ldap;

/// <summary>How the directory is reached and read: the settings <c>ldap.*</c> and the credential.</summary>
internal sealed record LdapConfiguration
{
    public required LdapAddress Address { get; init; }

    /// <summary>Encrypted from the first byte; otherwise by StartTLS.</summary>
    public required bool IsLdaps { get; init; }

    public required LdapTrust Trust { get; init; }

    public required string Base { get; init; }

    public required string UserFilter { get; init; }

    public required string NameAttribute { get; init; }

    public required string GroupBase { get; init; }

    public required string GroupFilter { get; init; }

    public required int GroupDepth { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required Credential Bind { get; init; }

    public int Port => Address.Port ?? (IsLdaps ? 636 : 389);

    /// <summary>For people: <c>host:port</c>.</summary>
    public string Server => $"{Address.Host}:{Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}

/// <summary>Reads the configuration; what is missing has a name.</summary>
internal sealed class LdapConfigurations(ISettingStore settings, ICredentialStore credentials, Microsoft.Extensions.Options.IOptions<Application.CoreSyncOptions> options)
{
    public async Task<bool> IsSetAsync(CancellationToken cancellationToken) =>
        (await settings.ReadAsync(Setting.LdapServer, cancellationToken).ConfigureAwait(false)).Length > 0;

    /// <summary>The configuration as it is now.</summary>
    /// <returns>Fails with <see cref="AccountDirectoryInvalidError"/> that names the first setting that is missing, or <see cref="SecretUnreadableError"/>.</returns>
    public async Task<Result<LdapConfiguration>> ReadAsync(CancellationToken cancellationToken)
    {
        var stored = await settings.AllAsync(cancellationToken).ConfigureAwait(false);
        if (LdapAddress.Parse(Value(Setting.LdapServer)) is not { } address)
            return Missing(Setting.LdapServer.Key, "it is not set");
        if (Value(Setting.LdapBase).Length == 0)
            return Missing(Setting.LdapBase.Key, "it is not set");
        if (Value(Setting.LdapCertificatesFile).Length == 0)
            return Missing(Setting.LdapCertificatesFile.Key, "it is not set; a directory is trusted by certificate only");
        var trust = LdapTrust.Read(Value(Setting.LdapCertificatesFile), options.Value.DataDirectory);
        if (trust.IsFailed)
            return trust.ToResult<LdapConfiguration>();
        try
        {
            // Looked up with a name and password of this core's own: what a directory tells anonymously is no ground for rights.
            if (await credentials.FindAsync(CredentialScope.Directory, cancellationToken).ConfigureAwait(false) is not { Password.Length: > 0, User.Length: > 0 } bind)
                return Missing("credential", "this core has none for looking up accounts there");
            return new LdapConfiguration
            {
                Address = address,
                IsLdaps = Value(Setting.LdapSecurity) != "start-tls",
                Trust = trust.Value,
                Base = Value(Setting.LdapBase),
                UserFilter = Value(Setting.LdapUserFilter),
                NameAttribute = Value(Setting.LdapNameAttribute),
                GroupBase = Value(Setting.LdapGroupBase) is { Length: > 0 } groups ? groups : Value(Setting.LdapBase),
                GroupFilter = Value(Setting.LdapGroupFilter),
                GroupDepth = Number(Setting.LdapGroupDepth),
                Timeout = TimeSpan.FromSeconds(Number(Setting.LdapTimeout)),
                Bind = bind,
            };
        }
        catch (CoreSyncException ex) when (ex.Error is SecretUnreadableError)
        {
            return Result.Fail(ex.Error);
        }

        string Value(Setting setting) => stored.GetValueOrDefault(setting.Key, setting.Default);

        int Number(Setting setting) => int.Parse(Value(setting), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Result<LdapConfiguration> Missing(string key, string reason) => Result.Fail(new AccountDirectoryInvalidError(key, reason));
}
