using CoreSync.Accounts;

namespace CoreSync.Ldap;

/// <summary>Finds the groups that an entry belongs to, directly or through other groups; bounded in depth and number, and not caught by groups that hold each other.</summary>
internal static class GroupWalk
{
    /// <summary>Groups that are looked at for one account.</summary>
    public const int MaxGroups = 500;

    // Members asked for in one search.
    private const int AtOnce = 20;

    /// <summary>Walks up from an entry.</summary>
    /// <param name="entry">Its distinguished name, as the directory spells it.</param>
    /// <param name="depth">Groups deep.</param>
    /// <param name="groupsOf">The names of the groups that any of these entries is a direct member of, and whether there were more.</param>
    /// <returns>The groups; whether a bound was met.</returns>
    public static (IReadOnlyCollection<DistinguishedName> Groups, bool IsBounded) From(
        string entry, int depth, Func<IReadOnlyList<string>, (IReadOnlyList<string> Names, bool HasMore)> groupsOf)
    {
        var found = new Dictionary<string, DistinguishedName>(StringComparer.Ordinal);
        var level = new List<string> { entry };
        var isBounded = false;
        for (var step = 0; step < depth && level.Count > 0; step++)
        {
            var above = new List<string>();
            foreach (var members in level.Chunk(AtOnce))
            {
                var (names, hasMore) = groupsOf(members);
                isBounded |= hasMore;
                foreach (var name in names)
                {
                    // A name that cannot be read can have no rights; what is above it may.
                    if (DistinguishedName.Parse(name) is not { IsSuccess: true, Value: var group } || found.ContainsKey(group.Key))
                        continue;
                    if (found.Count == MaxGroups)
                        return (found.Values, true);
                    found.Add(group.Key, group);
                    above.Add(name);
                }
            }

            level = above;
        }

        // Asked for direct members alone, what lies above was not wanted.
        return (found.Values, isBounded || (depth > 1 && level.Count > 0));
    }
}
