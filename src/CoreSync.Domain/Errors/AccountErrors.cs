namespace CoreSync.Errors;

/// <summary>There is no account for another core; nothing was sent (R1, R6).</summary>
public sealed class CredentialsMissingError(string fqdn) : CoreSyncError("credentials.missing", ErrorKind.Forbidden, ("fqdn", fqdn))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;
}

/// <summary>Sign-in was refused by the target core.</summary>
public sealed class CredentialsRejectedError(string fqdn, string user) : CoreSyncError("credentials.rejected", ErrorKind.Forbidden, ("fqdn", fqdn), ("user", user))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{user}</c> in the text.</summary>
    public string User { get; } = user;
}

/// <summary>Too many wrong passwords from this address (R5).</summary>
public sealed class SignInThrottledError(string fqdn, int seconds) : CoreSyncError("credentials.locked-out", ErrorKind.Forbidden, ("fqdn", fqdn), ("seconds", seconds))
{
    /// <inheritdoc/>
    public override bool PassesByItself => true;

    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{seconds}</c> in the text.</summary>
    public int Seconds { get; } = seconds;
}

/// <summary>A user name or password that cannot be used.</summary>
public sealed class CredentialInvalidError(string reason) : CoreSyncError("credentials.invalid", ErrorKind.Invalid, ("reason", reason))
{
    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Data-protection keys lost or replaced (C08).</summary>
public sealed class SecretUnreadableError(string name) : CoreSyncError("credentials.unreadable", ErrorKind.Corrupt, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>No such built-in account.</summary>
public sealed class AccountNotFoundError(string name) : CoreSyncError("account.not-found", ErrorKind.NotFound, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>Nobody takes away what he acts with: so no administrator locks himself out, and one always remains.</summary>
public sealed class AccountOwnError(string name) : CoreSyncError("account.own", ErrorKind.Forbidden, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>Account names are unique, whatever their case.</summary>
public sealed class AccountDuplicateError(string name) : CoreSyncError("account.duplicate", ErrorKind.Conflict, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>An account name that could be truncated or misread.</summary>
public sealed class AccountNameInvalidError(string name, string reason) : CoreSyncError("account.name-invalid", ErrorKind.Invalid, ("name", name), ("reason", reason))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A password that is too short, too long or holds NUL.</summary>
public sealed class PasswordInvalidError(string reason) : CoreSyncError("account.password-invalid", ErrorKind.Invalid, ("reason", reason))
{
    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>One answer for wrong password, unknown and disabled account (R5).</summary>
public sealed class SignInRefusedError() : CoreSyncError("account.sign-in-refused", ErrorKind.Forbidden);

/// <summary>Sign-in from this address is throttled (R5).</summary>
public sealed class SignInSlowedError(int seconds) : CoreSyncError("account.sign-in-slowed", ErrorKind.Forbidden, ("seconds", seconds))
{
    /// <summary>The value of <c>{seconds}</c> in the text.</summary>
    public int Seconds { get; } = seconds;
}

/// <summary>The identity provider sent nobody: it refused, or the person turned back.</summary>
public sealed class AccountProviderRefusedError(string provider, string reason) : CoreSyncError("account.provider-refused", ErrorKind.Forbidden, ("provider", provider), ("reason", reason))
{
    /// <summary>The value of <c>{provider}</c> in the text.</summary>
    public string Provider { get; } = provider;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>What the identity provider sent proves nothing to this core: signature, recipient or issuer do not fit.</summary>
public sealed class AccountProviderInvalidError(string provider, string reason) : CoreSyncError("account.provider-invalid", ErrorKind.Forbidden, ("provider", provider), ("reason", reason))
{
    /// <summary>The value of <c>{provider}</c> in the text.</summary>
    public string Provider { get; } = provider;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>What the identity provider sent has expired, or is not valid yet: one of the clocks is wrong.</summary>
public sealed class AccountProviderClockError(string provider) : CoreSyncError("account.provider-clock", ErrorKind.Forbidden, ("provider", provider))
{
    /// <summary>The value of <c>{provider}</c> in the text.</summary>
    public string Provider { get; } = provider;
}

/// <summary>The sign-in at the identity provider was not begun in this browser, took too long, or was finished once already.</summary>
public sealed class AccountProviderStaleError(string provider) : CoreSyncError("account.provider-stale", ErrorKind.Forbidden, ("provider", provider))
{
    /// <summary>The value of <c>{provider}</c> in the text.</summary>
    public string Provider { get; } = provider;
}

/// <summary>The identity provider knows the person, and this core gives rights to none of their groups.</summary>
public sealed class AccountProviderRightsError(string provider, string claim) : CoreSyncError("account.provider-rights", ErrorKind.Forbidden, ("provider", provider), ("claim", claim))
{
    /// <summary>The value of <c>{provider}</c> in the text.</summary>
    public string Provider { get; } = provider;

    /// <summary>The value of <c>{claim}</c> in the text.</summary>
    public string Claim { get; } = claim;
}

/// <summary>The identity provider could not be asked: nobody comes in through it, accounts of the core still do.</summary>
public sealed class AccountProviderUnavailableError(string provider, string reason) : CoreSyncError("account.provider-unavailable", ErrorKind.Unavailable, ("provider", provider), ("reason", reason))
{
    /// <summary>The value of <c>{provider}</c> in the text.</summary>
    public string Provider { get; } = provider;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The short-lived token is missing, expired, or its account changed.</summary>
public sealed class TokenInvalidError() : CoreSyncError("account.token-invalid", ErrorKind.Forbidden);

/// <summary>The account may not do that (R4).</summary>
public sealed class RightsMissingError(string account, string right, string scope) : CoreSyncError("account.rights-missing", ErrorKind.Forbidden, ("account", account), ("right", right), ("scope", scope))
{
    /// <summary>That of a rollup core on a source (R6): the same words in the source's log and at the rollup core.</summary>
    /// <param name="account">The account that the rollup core signed in with.</param>
    /// <param name="source">The source core.</param>
    /// <param name="reader">The rollup core.</param>
    public static RightsMissingError ForRollup(string account, string source, string reader) => new(account, "console-administrator", $"{source} (rollup {reader})");

    /// <summary>The value of <c>{account}</c> in the text.</summary>
    public string Account { get; } = account;

    /// <summary>The value of <c>{right}</c> in the text.</summary>
    public string Right { get; } = right;

    /// <summary>The value of <c>{scope}</c> in the text.</summary>
    public string Scope { get; } = scope;
}

/// <summary>The target asks for a client certificate and refused certificate and account together (T13); it does not tell which.</summary>
public sealed class ClientCertificateRefusedError(string fqdn, string user, string fingerprint) : CoreSyncError("credentials.certificate-refused", ErrorKind.Forbidden, ("fqdn", fqdn), ("user", user), ("fingerprint", fingerprint))
{
    /// <summary>The value of <c>{fqdn}</c> in the text.</summary>
    public string Fqdn { get; } = fqdn;

    /// <summary>The value of <c>{user}</c> in the text.</summary>
    public string User { get; } = user;

    /// <summary>The value of <c>{fingerprint}</c> in the text.</summary>
    public string Fingerprint { get; } = fingerprint;
}

/// <summary>The LDAP directory could not be asked: nobody of it gets in, built-in accounts still do (R3).</summary>
public sealed class AccountDirectoryUnavailableError(string server, string reason) : CoreSyncError("account.directory-unavailable", ErrorKind.Unavailable, ("server", server), ("reason", reason))
{
    /// <summary>The value of <c>{server}</c> in the text.</summary>
    public string Server { get; } = server;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The LDAP server shows a certificate that the configured ones do not vouch for; nothing was sent.</summary>
public sealed class AccountDirectoryUntrustedError(string server, string fingerprint, string problems) : CoreSyncError("account.directory-untrusted", ErrorKind.NotTrusted, ("server", server), ("fingerprint", fingerprint), ("problems", problems))
{
    /// <summary>The value of <c>{server}</c> in the text.</summary>
    public string Server { get; } = server;

    /// <summary>The value of <c>{fingerprint}</c> in the text.</summary>
    public string Fingerprint { get; } = fingerprint;

    /// <summary>The value of <c>{problems}</c> in the text.</summary>
    public string Problems { get; } = problems;
}

/// <summary>The LDAP directory is not configured, or not completely.</summary>
public sealed class AccountDirectoryInvalidError(string setting, string reason) : CoreSyncError("account.directory-invalid", ErrorKind.Invalid, ("setting", setting), ("reason", reason))
{
    /// <summary>The value of <c>{setting}</c> in the text.</summary>
    public string Setting { get; } = setting;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The LDAP directory does not accept the credential that this core looks accounts up with.</summary>
public sealed class AccountDirectoryBindError(string server, string user) : CoreSyncError("account.directory-bind", ErrorKind.Forbidden, ("server", server), ("user", user))
{
    /// <summary>The value of <c>{server}</c> in the text.</summary>
    public string Server { get; } = server;

    /// <summary>The value of <c>{user}</c> in the text.</summary>
    public string User { get; } = user;
}

/// <summary>The LDAP directory has no entry for a name, or more than one.</summary>
public sealed class DirectoryUserUnknownError(string name, int count) : CoreSyncError("account.directory-user-unknown", ErrorKind.NotFound, ("name", name), ("count", count))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{count}</c> in the text.</summary>
    public int Count { get; } = count;
}

/// <summary>The text is no distinguished name of a group.</summary>
public sealed class DirectoryGroupInvalidError(string name, string reason) : CoreSyncError("account.group-invalid", ErrorKind.Invalid, ("name", name), ("reason", reason))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;

    /// <summary>The value of <c>{reason}</c> in the text.</summary>
    public string Reason { get; } = reason;
}

/// <summary>No such group has rights here.</summary>
public sealed class DirectoryGroupNotFoundError(string name) : CoreSyncError("account.group-not-found", ErrorKind.NotFound, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}

/// <summary>A group has one row of rights, whatever the spelling of its name.</summary>
public sealed class DirectoryGroupDuplicateError(string name) : CoreSyncError("account.group-duplicate", ErrorKind.Conflict, ("name", name))
{
    /// <summary>The value of <c>{name}</c> in the text.</summary>
    public string Name { get; } = name;
}
