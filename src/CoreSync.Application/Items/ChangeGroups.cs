using CoreSync.Items;

namespace CoreSync.Application.Items;

/// <summary>Cuts a run of changes, in the order of application, into what is applied together: one item, or the adjacent members of a cycle of references (J4).</summary>
internal static class ChangeGroups
{
    /// <summary>The groups, in the order of the changes.</summary>
    public static IReadOnlyList<IReadOnlyList<IncomingChange>> Of(IReadOnlyList<IncomingChange> changes)
    {
        var position = new Dictionary<ItemId, int>(changes.Count);
        for (var i = 0; i < changes.Count; i++)
            position[changes[i].Change.Item.Id] = i;

        var groups = new List<IReadOnlyList<IncomingChange>>();
        for (var first = 0; first < changes.Count;)
        {
            // Needed comes before what needs it: only a member of a cycle refers forward, and its cycle reaches at least that far.
            var last = first;
            for (var i = first; i <= last; i++)
            {
                foreach (var reference in changes[i].Change.Item.References)
                    last = Math.Max(last, position.GetValueOrDefault(reference, -1));
            }

            groups.Add([.. changes.Skip(first).Take(last - first + 1)]);
            first = last + 1;
        }

        return groups;
    }
}
