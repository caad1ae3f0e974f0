using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Domain.Tests.Replication;

/// <summary>How content is made of another, and what a patch may say (I5, S6).</summary>
public sealed class ContentDeltaTests
{
    private const int Mebi = 1024 * 1024;

    [Fact]
    public void Stretches_that_the_base_has_are_taken_from_it_and_neighbours_are_one_step()
    {
        var plan = Plan(Base(("a", 100), ("b", 200), ("c", 300)), ("new", 10), ("a", 100), ("b", 200), ("x", 5), ("y", 6), ("c", 300));

        Assert.Equal([new(10, null), new(300, 0), new(11, null), new(300, 300)], plan.Next(0));
        Assert.True(plan.IsWorthwhile(0));
    }

    [Fact]
    public void A_patch_begins_anywhere_and_ends_with_the_content()
    {
        var plan = Plan(Base(("a", 100), ("b", 200)), ("b", 200), ("new", 50), ("a", 100));

        Assert.Equal([new(150, 150), new(50, null), new(100, 0)], plan.Next(50));
        Assert.Equal([new(1, null), new(100, 0)], plan.Next(249));
        Assert.Equal([new(1, 99)], plan.Next(349));
        Assert.Empty(plan.Next(350));
    }

    [Fact]
    public void Large_content_is_cut_into_patches_within_the_limits_that_make_all_of_it()
    {
        var basis = Base([.. Enumerable.Range(0, 200).Select(i => ($"{i}", Mebi))]);
        var plan = Plan(basis, [.. Enumerable.Range(0, 200).Select(i => (i % 4 == 0 ? $"new {i}" : $"{i}", Mebi))]);

        var patches = 0;
        for (var offset = 0L; offset < 200L * Mebi; patches++)
        {
            var steps = plan.Next(offset);
            Assert.InRange(steps.Sum(step => step.Length), 1, DeltaLimits.MaxPatchedBytes);
            Assert.InRange(steps.Where(step => step.BaseOffset is null).Sum(step => step.Length), 0, DeltaLimits.MaxLiteralBytes);
            Assert.All(steps.Where(step => step.BaseOffset is not null), step => Assert.Equal(0, step.BaseOffset % Mebi));
            offset += steps.Sum(step => step.Length);
        }

        Assert.InRange(patches, 10, 20);
    }

    [Fact]
    public void Content_that_has_little_in_common_is_not_worth_it()
    {
        var basis = Base(("a", 100));

        Assert.False(Plan(basis, ("a", 100), ("new", 301)).IsWorthwhile(0));
        Assert.True(Plan(basis, ("a", 100), ("new", 300)).IsWorthwhile(0));
        Assert.False(Plan(basis, ("new", 300)).IsWorthwhile(0));
    }

    [Fact]
    public void A_sound_patch_has_no_problem() => Assert.Null(Patch(1000, 0, PatchStep.OfBase(0, 500), PatchStep.OfBytes(new byte[500])).Problem(500));

    public static TheoryData<string> Hostile => [.. Hostiles.Keys];

    private static readonly Dictionary<string, (ContentPatch Patch, long BaseSize)> Hostiles = new()
    {
        ["nothing"] = (Patch(1000, 0), 500),
        ["an empty copy"] = (Patch(1000, 0, PatchStep.OfBase(0, 0)), 500),
        ["an empty literal"] = (Patch(1000, 0, PatchStep.OfBytes(default)), 500),
        ["more than the content has"] = (Patch(1000, 0, PatchStep.OfBase(0, 500), PatchStep.OfBase(0, 500), PatchStep.OfBytes(new byte[1])), 500),
        ["more than is left"] = (Patch(1000, 900, PatchStep.OfBase(0, 101)), 500),
        ["behind the base"] = (Patch(1000, 0, PatchStep.OfBase(1, 500)), 500),
        ["far behind the base"] = (Patch(1000, 0, PatchStep.OfBase(long.MaxValue, 1)), 500),
        ["a length that wraps"] = (Patch(1000, 0, PatchStep.OfBase(1, long.MaxValue)), 500),
        ["a beginning behind the end"] = (Patch(1000, 1000, PatchStep.OfBase(0, 1)), 500),
        ["a negative beginning"] = (Patch(1000, -1, PatchStep.OfBase(0, 1)), 500),
        ["content of no bytes"] = (Patch(0, 0, PatchStep.OfBase(0, 1)), 500),
        ["content that is too large"] = (Patch(DeltaLimits.MaxContentBytes + 1, 0, PatchStep.OfBase(0, 1)), 500),
        ["too many steps"] = (Patch(Mebi, 0, [.. Enumerable.Repeat(PatchStep.OfBase(0, 1), DeltaLimits.MaxSteps + 1)]), 500),
        ["too much from the base"] = (Patch(1L << 30, 0, PatchStep.OfBase(0, DeltaLimits.MaxPatchedBytes + 1)), 1L << 30),
        ["too much that comes along"] = (Patch(1L << 30, 0, PatchStep.OfBytes(new byte[DeltaLimits.MaxLiteralBytes]), PatchStep.OfBytes(new byte[1])), 500),
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_patch_that_breaks_a_rule_has_a_problem(string name)
    {
        var (patch, baseSize) = Hostiles[name];

        Assert.NotNull(patch.Problem(baseSize));
    }

    [Fact]
    public void A_step_never_takes_from_before_the_base() => Assert.Throws<ArgumentOutOfRangeException>(() => PatchStep.OfBase(-1, 1));

    private static ContentPatch Patch(long size, long offset, params PatchStep[] steps) =>
        new(new ItemId(Guid.NewGuid()), ContentHash.Of("base"u8), ContentHash.Of("whole"u8), size, offset, steps);

    private static ChunkedContent Base(params (string Name, int Length)[] chunks) =>
        new(ContentHash.Of("base"u8), chunks.Sum(chunk => (long)chunk.Length), ChunkSizes.For(0), [.. chunks.Select(Chunk)]);

    private static DeltaPlan Plan(ChunkedContent basis, params (string Name, int Length)[] chunks)
    {
        var plan = new DeltaPlan(basis);
        foreach (var chunk in chunks)
            plan.Add(Chunk(chunk));
        return plan;
    }

    private static ContentChunk Chunk((string Name, int Length) chunk) => new(chunk.Length, ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(chunk.Name)));
}
