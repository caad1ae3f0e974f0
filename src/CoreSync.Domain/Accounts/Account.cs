using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Accounts;

/// <summary>What an account may do; each includes the ones before (R4).</summary>
public enum Rights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>See.</summary>
    View = 1,

    /// <summary>Send and change items, targets, jobs.</summary>
    Edit = 2,

    /// <summary>Authorise certificates.</summary>
    Trust = 3,

    /// <summary>Everything; what rollup cores need on their sources (R6).</summary>
    ConsoleAdministrator = 4,
}

/// <summary>An account as its directory describes it.</summary>
/// <param name="Name">Its name, as stored.</param>
/// <param name="Rights">What it may do.</param>
/// <param name="Components">The components that it may write; empty means all.</param>
/// <param name="Stamp">Changes with password, rights, components, and when it is disabled or enabled: tokens of an older stamp are void.</param>
public sealed record Account(string Name, Rights Rights, IReadOnlyList<ComponentName> Components, string Stamp)
{
    /// <summary>The longest name.</summary>
    public const int MaxNameLength = 128;

    /// <summary>Whether it may be used at all; a disabled account keeps its password and rights for the day when it is enabled again.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Whether it may do what needs <paramref name="right"/>; a disabled one may nothing.</summary>
    public bool May(Rights right) => IsEnabled && Rights >= right;

    /// <summary>Whether it may write items of <paramref name="component"/>.</summary>
    public bool MayWrite(ComponentName component) => May(Rights.Edit) && (Components.Count == 0 || Components.Contains(component));

    /// <summary>Checks a name for a new account.</summary>
    /// <returns>Fails with <see cref="AccountNameInvalidError"/>.</returns>
    public static Result<string> ParseName(string text)
    {
        var name = text.Trim();
        if (name.Length is 0 or > MaxNameLength)
            return Result.Fail(new AccountNameInvalidError(text, $"it has {name.Length} characters"));
        if (name.Contains(':', StringComparison.Ordinal))
            return Result.Fail(new AccountNameInvalidError(text, "it holds a colon"));
        return name.Any(char.IsControl) ? Result.Fail(new AccountNameInvalidError(text, "it holds a control character")) : name;
    }

    /// <summary>Checks a password for a new account.</summary>
    /// <returns>Fails with <see cref="PasswordInvalidError"/>; never repeats the password.</returns>
    public static Result CheckPassword(string password) => password.Length switch
    {
        < 12 => Result.Fail(new PasswordInvalidError($"it has {password.Length} characters")),
        > 1024 => Result.Fail(new PasswordInvalidError("it is longer than 1024 characters")),
        _ => password.Contains('\0', StringComparison.Ordinal) ? Result.Fail(new PasswordInvalidError("it holds a NUL")) : Result.Ok(),
    };
}
