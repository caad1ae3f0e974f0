using System.Globalization;

namespace CoreSync.Accounts;

/// <summary>
/// The account of a person whom an identity provider outside of this core vouched for. It lives in sessions alone: no store or directory knows it, and its name holds a colon, which no
/// name of theirs does (<see cref="Account.ParseName"/>), so that nobody is taken for an account of this core.
/// </summary>
public static class ProvidedAccount
{
    private const string Prefix = "oidc:";
    private const char Separator = '/';

    /// <summary>The account of a person.</summary>
    /// <param name="person">What the provider calls them; cut and made printable.</param>
    /// <param name="rights">What they may do here.</param>
    /// <param name="provider">What the sessions of the provider are bound to: another one, and they are void.</param>
    /// <returns>Null when nothing of the name can be printed, or there are no rights.</returns>
    public static Account? Of(string person, Rights rights, string provider)
    {
        var name = Printable(person);
        return name.Length == 0 || rights == Rights.None ? null : new Account(Prefix + name, rights, [], $"{rights}{Separator}{provider}");
    }

    /// <summary>Whether a name is that of such a person.</summary>
    public static bool IsName(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The account of a session that began with <see cref="Of"/>.</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="stamp">Its stamp when the session began.</param>
    /// <param name="provider">What sessions are bound to now.</param>
    /// <returns>Null when the session is bound to something else.</returns>
    public static Account? Recall(string name, string stamp, string provider)
    {
        var at = stamp.IndexOf(Separator, StringComparison.Ordinal);
        return at > 0 && stamp[(at + 1)..] == provider && Enum.TryParse<Rights>(stamp[..at], out var rights) && rights != Rights.None ? new Account(name, rights, [], stamp) : null;
    }

    // Control characters break lines, those of formatting reorder what follows, halves of a pair and private ones show as nothing.
    private static string Printable(string person)
    {
        var shown = string.Concat(person.EnumerateRunes().Where(rune => System.Text.Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned))
            .Select(rune => rune.ToString())).Trim();
        if (shown.Length <= Account.MaxNameLength - Prefix.Length)
            return shown;
        var cut = shown[..(Account.MaxNameLength - Prefix.Length)];
        return (char.IsHighSurrogate(cut[^1]) ? cut[..^1] : cut).TrimEnd();
    }
}
