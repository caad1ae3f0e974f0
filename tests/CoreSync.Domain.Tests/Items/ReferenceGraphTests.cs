using CoreSync.Items;
using CsCheck;

namespace CoreSync.Domain.Tests.Items;

public sealed class ReferenceGraphTests
{
    private sealed record Node(int Number, int[] Needs);

    private static readonly Gen<Node[]> Graphs =
        from size in Gen.Int[1, 14]
        from edges in Gen.Int[0, size + 2].Array[0, 3].Array[size]
        select edges.Select((needs, number) => new Node(number, needs)).ToArray();

    [Fact]
    public void Every_item_is_in_exactly_one_group() => Graphs.Sample(nodes =>
        Assert.Equal(nodes.Select(node => node.Number), Graph(nodes).Groups.SelectMany(group => group).Select(node => node.Number).Order()));

    [Fact]
    public void What_is_needed_comes_before_what_needs_it() => Graphs.Sample(nodes =>
    {
        var seen = new HashSet<int>();
        foreach (var group in Graph(nodes).Groups)
        {
            seen.UnionWith(group.Select(node => node.Number));
            Assert.All(group.SelectMany(node => node.Needs).Where(needed => needed < nodes.Length), needed => Assert.Contains(needed, seen));
        }
    });

    [Fact]
    public void Two_items_share_a_group_exactly_when_each_needs_the_other() => Graphs.Sample(nodes =>
    {
        var groupOf = Graph(nodes).Groups.SelectMany((group, index) => group.Select(node => (node.Number, index))).ToDictionary(entry => entry.Number, entry => entry.index);
        for (var one = 0; one < nodes.Length; one++)
        {
            for (var other = 0; other < nodes.Length; other++)
                Assert.Equal(one == other || (Reaches(nodes, one, other) && Reaches(nodes, other, one)), groupOf[one] == groupOf[other]);
        }
    });

    [Fact]
    public void Blocked_is_what_reaches_something_unavailable() => Gen.Select(Graphs, Gen.Int[0, 16].HashSet[0, 3]).Sample((nodes, unavailable) =>
    {
        var blocked = Graph(nodes).Blocked(needed => unavailable.Contains(Number(needed)));

        foreach (var node in nodes)
        {
            var expected = !unavailable.Contains(node.Number) && unavailable.Any(gone => Reaches(nodes, node.Number, gone));
            Assert.Equal(expected, blocked.ContainsKey(Id(node.Number)));
            if (expected)
                Assert.Contains(Number(blocked[Id(node.Number)]), unavailable.Where(gone => Reaches(nodes, node.Number, gone)));
        }
    });

    [Fact]
    public void An_order_that_fits_already_is_kept() => Graphs.Sample(nodes =>
    {
        var once = Graph(nodes).Groups.SelectMany(group => group).ToList();

        Assert.Equal(once, Graph(once).Groups.SelectMany(group => group));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_chain_of_fifty_thousand_does_not_exhaust_the_stack(bool closed)
    {
        const int length = 50_000;
        var nodes = Enumerable.Range(0, length).Select(number => new Node(number, number + 1 < length ? [number + 1] : closed ? [0] : [])).ToArray();

        var groups = Graph(nodes).Groups;

        Assert.Equal(closed ? 1 : length, groups.Count);
        Assert.Equal(closed ? 0 : length - 1, groups[0][0].Number);
    }

    private static ReferenceGraph<Node> Graph(IReadOnlyList<Node> nodes) => new(nodes, node => Id(node.Number), node => [.. node.Needs.Select(Id)]);

    private static ItemId Id(int number) => new(new Guid(number, 0, 0, new byte[8]));

    private static int Number(ItemId id) => int.Parse(id.ToString()[..8], System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    // By definition: over any number of steps, at least one.
    private static bool Reaches(Node[] nodes, int from, int to)
    {
        var seen = new HashSet<int>();
        var left = new Stack<int>(nodes[from].Needs);
        while (left.TryPop(out var next))
        {
            if (next == to)
                return true;
            if (next < nodes.Length && seen.Add(next))
                Array.ForEach(nodes[next].Needs, left.Push);
        }

        return false;
    }
}
