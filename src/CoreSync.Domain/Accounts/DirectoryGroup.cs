using CoreSync.Items;

namespace CoreSync.Accounts;

/// <summary>A group of an LDAP directory and what its members, direct or nested, may do on this core (R3).</summary>
/// <param name="Name">Its distinguished name.</param>
/// <param name="Rights">What the members may do.</param>
/// <param name="Components">The components that they may write; empty means all.</param>
public sealed record DirectoryGroup(DistinguishedName Name, Rights Rights, IReadOnlyList<ComponentName> Components)
{
    /// <summary>What a member of several groups may do: the highest rights of any, and the components of all groups that give at least <see cref="Rights.Edit"/> together.</summary>
    /// <param name="groups">The groups that somebody belongs to; none gives <see cref="Rights.None"/>.</param>
    public static (Rights Rights, IReadOnlyList<ComponentName> Components) Together(IReadOnlyCollection<DirectoryGroup> groups)
    {
        var rights = groups.Count == 0 ? Rights.None : groups.Max(group => group.Rights);
        var writing = groups.Where(group => group.Rights >= Rights.Edit).ToList();
        IReadOnlyList<ComponentName> components = writing.Any(group => group.Components.Count == 0)
            ? []
            : [.. writing.SelectMany(group => group.Components).Distinct().OrderBy(component => component.Value, StringComparer.Ordinal)];
        return (rights, components);
    }
}
