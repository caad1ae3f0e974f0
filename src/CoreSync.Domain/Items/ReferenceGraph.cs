namespace CoreSync.Items;

/// <summary>Items and what they need (J4): the order in which they can be applied, and which of them cannot. Pure; neither recursion nor I/O, whatever the depth.</summary>
/// <remarks>Strongly connected components by Tarjan's algorithm (SIAM J. Comput. 1, 1972), which finds each after all that it needs.</remarks>
/// <typeparam name="T">What stands for an item.</typeparam>
public sealed class ReferenceGraph<T>
{
    private readonly IReadOnlyList<T> items;
    private readonly Func<T, ItemId> id;
    private readonly Func<T, IReadOnlyList<ItemId>> needs;

    /// <summary>Orders the items.</summary>
    /// <param name="items">No item twice. Their order is kept wherever needs leave it open: what is in order already stays as it is.</param>
    /// <param name="id">The identity of one.</param>
    /// <param name="needs">What one needs; itself and ids that are not among the items do not count for the order.</param>
    public ReferenceGraph(IReadOnlyList<T> items, Func<T, ItemId> id, Func<T, IReadOnlyList<ItemId>> needs)
    {
        this.items = items;
        this.id = id;
        this.needs = needs;
        Groups = Find();
    }

    /// <summary>
    /// The items in groups: one item, or all members of a cycle in the order given. Each group comes after every group that it needs.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<T>> Groups { get; }

    /// <summary>Which items cannot be applied since something that they need, directly or through others, is unavailable; a cycle is out as a whole.</summary>
    /// <param name="isUnavailable">Asked for items of the graph (they failed) and for ids outside it (they are missing).</param>
    /// <returns>Each such item with the unavailable one that keeps it; unavailable items themselves are left out.</returns>
    public IReadOnlyDictionary<ItemId, ItemId> Blocked(Func<ItemId, bool> isUnavailable)
    {
        var blocked = new Dictionary<ItemId, ItemId>();
        foreach (var group in Groups)
        {
            if (CauseOf(group, isUnavailable, blocked) is not { } cause)
                continue;
            foreach (var member in group.Select(id).Where(member => !isUnavailable(member)))
                blocked[member] = cause;
        }

        return blocked;
    }

    private ItemId? CauseOf(IReadOnlyList<T> group, Func<ItemId, bool> isUnavailable, Dictionary<ItemId, ItemId> blocked)
    {
        foreach (var member in group)
        {
            if (isUnavailable(id(member)))
                return id(member);
            foreach (var needed in needs(member))
            {
                if (isUnavailable(needed))
                    return needed;
                if (blocked.TryGetValue(needed, out var cause))
                    return cause;
            }
        }

        return null;
    }

    private List<IReadOnlyList<T>> Find()
    {
        var edges = Edges();
        var groups = new List<IReadOnlyList<T>>(items.Count);
        var order = new int[items.Count]; // when it was reached, from 1; 0 before
        var lowest = new int[items.Count];
        var isOpen = new bool[items.Count];
        var open = new Stack<int>(); // reached, and not in a group yet
        var path = new Stack<(int Item, int Next)>(); // the way from a root, with the next edge to follow
        var reached = 0;
        for (var root = 0; root < items.Count; root++)
        {
            if (order[root] != 0)
                continue;
            Enter(root);
            while (path.TryPop(out var step))
            {
                var (item, next) = step;
                if (next < edges[item].Length)
                {
                    path.Push((item, next + 1));
                    var needed = edges[item][next];
                    if (order[needed] == 0)
                        Enter(needed);
                    else if (isOpen[needed])
                        lowest[item] = Math.Min(lowest[item], order[needed]);
                    continue;
                }

                if (lowest[item] == order[item])
                    groups.Add(Close(item));
                if (path.TryPeek(out var parent))
                    lowest[parent.Item] = Math.Min(lowest[parent.Item], lowest[item]);
            }
        }

        return groups;

        void Enter(int item)
        {
            order[item] = lowest[item] = ++reached;
            isOpen[item] = true;
            open.Push(item);
            path.Push((item, 0));
        }

        IReadOnlyList<T> Close(int first)
        {
            var members = new List<int>();
            int member;
            do
            {
                member = open.Pop();
                isOpen[member] = false;
                members.Add(member);
            }
            while (member != first);
            members.Sort();
            return [.. members.Select(index => items[index])];
        }
    }

    private int[][] Edges()
    {
        var places = new Dictionary<ItemId, int>(items.Count);
        for (var i = 0; i < items.Count; i++)
            places.Add(id(items[i]), i);
        var edges = new int[items.Count][];
        for (var i = 0; i < items.Count; i++)
        {
            var found = new List<int>();
            foreach (var needed in needs(items[i]))
            {
                if (places.TryGetValue(needed, out var place) && place != i)
                    found.Add(place);
            }

            edges[i] = found.Count == 0 ? [] : [.. found];
        }

        return edges;
    }
}
