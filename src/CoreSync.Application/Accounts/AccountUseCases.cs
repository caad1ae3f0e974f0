using CoreSync.Accounts;
using CoreSync.Application.Targets;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Accounts;

/// <summary>Adds a built-in account on this core, which other cores use to write here.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rights">What it may do.</param>
/// <param name="Components">Components that it may write; empty means all (R4).</param>
/// <param name="Password">12 to 1024 characters.</param>
public sealed record AddAccount(string Name, Rights Rights, IReadOnlyList<string> Components, string Password) : IRequest<Result<Account>>
{
    /// <inheritdoc/>
    public override string ToString() => $"AddAccount {{ Name = {Name} }}";
}

/// <summary>Lists the built-in accounts, by name.</summary>
public sealed record ListAccounts : IRequest<Result<IReadOnlyList<Account>>>;

/// <summary>Removes a built-in account; its tokens are void at once. Nobody removes the account that he uses: whoever acts on accounts remains able to.</summary>
public sealed record RemoveAccount(string Name) : IRequest<Result>;

/// <summary>Changes the password of a built-in account; its tokens are void at once.</summary>
public sealed record SetAccountPassword(string Name, string Password) : IRequest<Result>
{
    /// <inheritdoc/>
    public override string ToString() => $"SetAccountPassword {{ Name = {Name} }}";
}

/// <summary>Changes what a built-in account may do; its tokens are void at once, and a sync under way stops at the next batch (R7). Nobody changes the rights of the account that he uses.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rights">What it may do from now on; null leaves that as it is.</param>
/// <param name="Components">Components that it may write; empty means all, null leaves them as they are.</param>
public sealed record SetAccountRights(string Name, Rights? Rights, IReadOnlyList<string>? Components) : IRequest<Result<Account>>;

/// <summary>Disables a built-in account, or enables it again; its tokens are void at once, its password and rights stay. Nobody disables the account that he uses.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsEnabled">Whether it may be used.</param>
public sealed record SetAccountEnabled(string Name, bool IsEnabled) : IRequest<Result<Account>>;

/// <summary>Sets the account that this core uses on its targets (R1).</summary>
/// <param name="Target">FQDN for one target only; null for the default.</param>
/// <param name="Scheduler">For the scheduler service (R6).</param>
/// <param name="User">User name there.</param>
/// <param name="Password">Password there.</param>
/// <param name="Directory">For looking up accounts in the LDAP directory; the user is a distinguished name then.</param>
public sealed record SetCredential(string? Target, bool Scheduler, string User, string Password, bool Directory = false) : IRequest<Result>
{
    /// <inheritdoc/>
    public override string ToString() => $"SetCredential {{ Target = {Target}, Scheduler = {Scheduler}, Directory = {Directory}, User = {User} }}";
}

/// <summary>Removes a credential.</summary>
public sealed record ClearCredential(string? Target, bool Scheduler, bool Directory = false) : IRequest<Result<bool>>;

/// <summary>Signs in at every target (or one) and tells the outcome; sends nothing else.</summary>
public sealed record TestCredential(string? Target) : IRequest<Result<IReadOnlyList<CredentialTest>>>;

/// <summary>How a sign-in at one target went.</summary>
public sealed record CredentialTest(string Fqdn, string? User, IReadOnlyList<ConnectionStep> Steps);
