using System.DirectoryServices.Protocols;
using System.Security.Cryptography;
using System.Text;
using CoreSync.Accounts;

namespace CoreSync.Ldap;

/// <summary>The entry of an account.</summary>
/// <param name="Name">Its distinguished name, as the directory spells it.</param>
/// <param name="Account">Its name as an account, as the directory spells it.</param>
/// <param name="Identity">What tells it from another entry of the same name, and changes with its password where the directory tells.</param>
internal sealed record LdapEntry(string Name, string Account, string Identity)
{
    // Of OpenLDAP and of Active Directory; absent ones do no harm.
    private static readonly string[] Telling = ["entryUUID", "objectGUID", "pwdChangedTime", "pwdLastSet"];

    /// <summary>What is asked for.</summary>
    public static string[] Attributes(string nameAttribute) => [nameAttribute, .. Telling];

    /// <summary>Reads an entry; null when it has no name that an account may have.</summary>
    public static LdapEntry? Of(SearchResultEntry entry, string nameAttribute)
    {
        if (entry.DistinguishedName.Length is 0 or > DistinguishedName.MaxLength || Values(entry, nameAttribute) is not [var bytes, ..])
            return null;
        var name = Accounts.Account.ParseName(Encoding.UTF8.GetString(bytes));
        if (name.IsFailed)
            return null;
        var identity = string.Join('|', Telling.SelectMany(attribute => Values(entry, attribute).Take(1)).Select(Convert.ToHexString));
        return new LdapEntry(entry.DistinguishedName, name.Value, identity);
    }

    /// <summary>The account with what its groups give; null when they give nothing.</summary>
    public Account? ToAccount(IReadOnlyCollection<DirectoryGroup> groups)
    {
        var (rights, components) = DirectoryGroup.Together(groups);
        if (rights == Rights.None)
            return null;
        var stamp = SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}\n{Account}\n{Identity}\n{rights}\n{string.Join(',', components)}"));
        return new Account(Account, rights, components, Convert.ToHexStringLower(stamp));
    }

    private static byte[][] Values(SearchResultEntry entry, string attribute) =>
        entry.Attributes.Contains(attribute) ? (byte[][])entry.Attributes[attribute].GetValues(typeof(byte[])) : [];
}
