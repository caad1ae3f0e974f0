using CoreSync.Servers;

namespace CoreSync.Application.Accounts;

/// <summary>Keeps the credentials that this core uses on others, encrypted at rest (R1, R2). The password is never listed.</summary>
public interface ICredentialStore
{
    /// <summary>The credential of exactly this scope; null when unset.</summary>
    /// <exception cref="Errors.CoreSyncException">With <c>SecretUnreadableError</c> when the keys do not fit.</exception>
    Task<Credential?> FindAsync(CredentialScope scope, CancellationToken cancellationToken);

    /// <summary>User names by scope.</summary>
    Task<IReadOnlyList<(CredentialScope Scope, string User)>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Sets or replaces.</summary>
    Task SetAsync(CredentialScope scope, Credential credential, CancellationToken cancellationToken);

    /// <summary>Removes; answers whether there was one.</summary>
    Task<bool> ClearAsync(CredentialScope scope, CancellationToken cancellationToken);
}

/// <summary>Where a credential is used.</summary>
/// <param name="Kind">The sync service's default, one target's own, or the scheduler's (R6).</param>
/// <param name="Target">The target of <see cref="CredentialKind.Target"/>; null otherwise.</param>
public sealed record CredentialScope(CredentialKind Kind, TargetId? Target = null)
{
    /// <summary>The sync service's default.</summary>
    public static CredentialScope Default { get; } = new(CredentialKind.Default);

    /// <summary>The scheduler service's (R6).</summary>
    public static CredentialScope Scheduler { get; } = new(CredentialKind.Scheduler);

    /// <summary>For looking up accounts in the LDAP directory (R3); its user is a distinguished name.</summary>
    public static CredentialScope Directory { get; } = new(CredentialKind.Directory);
}

/// <summary>Kinds of credentials.</summary>
public enum CredentialKind
{
    /// <summary>The sync service's default.</summary>
    Default,

    /// <summary>Overrides the default for one target.</summary>
    Target,

    /// <summary>Of the scheduler service, for rollup cores.</summary>
    Scheduler,

    /// <summary>Of this core in the LDAP directory.</summary>
    Directory,
}

/// <summary>A user name and password. Prints without the password.</summary>
public sealed record Credential(string User, string Password)
{
    /// <inheritdoc/>
    public override string ToString() => $"Credential {{ User = {User} }}";
}

/// <summary>Encrypts secrets with keys outside the store (R2).</summary>
public interface ISecretProtector
{
    /// <summary>Encrypts; <paramref name="purpose"/> binds the result to its use.</summary>
    byte[] Protect(string purpose, string secret);

    /// <summary>Decrypts.</summary>
    /// <exception cref="Errors.CoreSyncException">With <c>SecretUnreadableError</c>.</exception>
    string Unprotect(string purpose, byte[] data);
}
