using CoreSync.Replication;
using CsCheck;

namespace CoreSync.Domain.Tests.Replication;

public sealed class CheckpointTests
{
    private static readonly Guid Store = new("50000000-0000-4000-8000-000000000001");
    private static readonly Guid OtherStore = new("50000000-0000-4000-8000-000000000002");

    [Theory]
    [InlineData(10, 7, 7)]
    [InlineData(7, 10, 7)]
    [InlineData(7, 7, 7)]
    [InlineData(0, 7, 0)]
    public void The_lower_of_the_two_counts(long source, long target, long agreed)
    {
        Assert.Equal(new Sequence(agreed), Checkpoint.Agree(At(Store, source), At(Store, target), Store));
    }

    [Fact]
    public void A_checkpoint_of_another_store_counts_as_nothing()
    {
        Assert.Equal(Sequence.Zero, Checkpoint.Agree(At(OtherStore, 10), At(Store, 10), Store));
        Assert.Equal(Sequence.Zero, Checkpoint.Agree(At(Store, 10), At(OtherStore, 10), Store));
        Assert.Equal(Sequence.Zero, Checkpoint.Agree(At(OtherStore, 10), At(OtherStore, 10), Store));
        Assert.Equal(Sequence.Zero, Checkpoint.Agree(Checkpoint.None, At(Store, 10), Store));
        Assert.Equal(Sequence.Zero, Checkpoint.Agree(At(Store, 10), Checkpoint.None, Store));
    }

    // Goal 1: resuming beyond what either side acknowledged would lose items.
    [Fact]
    public void Work_never_resumes_beyond_what_either_side_acknowledged()
    {
        Gen.Select(Gen.Long[0, 1000], Gen.Long[0, 1000], Gen.Bool, Gen.Bool).Sample((source, target, sourceFits, targetFits) =>
        {
            var agreed = Checkpoint.Agree(At(sourceFits ? Store : OtherStore, source), At(targetFits ? Store : OtherStore, target), Store);

            Assert.True(agreed.Value <= source && agreed.Value <= target);
            Assert.True(sourceFits && targetFits ? agreed.Value == Math.Min(source, target) : agreed == Sequence.Zero);
        });
    }

    [Fact]
    public void Sequences_compare_by_value()
    {
        var earlier = new Sequence(1);
        var later = new Sequence(2);

        Assert.True(earlier < later && later > earlier && earlier <= later && later >= earlier);
        Assert.Equal(earlier, Sequence.Min(later, earlier));
        Assert.Equal([earlier, later], new[] { later, earlier }.Order());
    }

    private static Checkpoint At(Guid store, long sequence) => new(store, new Sequence(sequence));
}
