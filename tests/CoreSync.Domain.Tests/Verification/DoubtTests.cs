using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Verification;

namespace CoreSync.Domain.Tests.Verification;

public sealed class DoubtTests
{
    private static readonly Guid Store = Guid.NewGuid();
    private static readonly Guid Mark = Guid.NewGuid();
    private static readonly Guid Other = Guid.NewGuid();
    private static readonly DateTimeOffset Now = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Sides_that_remember_the_same_or_nothing_are_not_doubted()
    {
        Assert.Null(About(At(5, Mark), At(5, Mark)));
        Assert.Null(About(Checkpoint.None, Checkpoint.None));
    }

    [Fact]
    public void Another_mark_is_doubted_whatever_the_sequences_say()
    {
        Assert.Equal(DoubtReason.Unknown, About(At(5, Mark), At(5, Other)));
        Assert.Equal(DoubtReason.Unknown, About(At(5, Mark), At(7, Other)));
        Assert.Equal(DoubtReason.TargetWentBack, About(At(5, Mark), At(3, Other)));
        Assert.Equal(DoubtReason.TargetWentBack, About(At(5, Mark), Checkpoint.None));
        Assert.Equal(DoubtReason.Unknown, About(Checkpoint.None, At(0, Other)));
    }

    [Fact]
    public void A_target_that_remembers_more_than_was_given_tells_that_the_source_went_back() =>
        Assert.Equal(DoubtReason.SourceWentBack, About(At(5, Mark), At(11, Other)));

    [Fact]
    public void A_target_from_before_the_horizon_is_doubted()
    {
        Assert.Equal(DoubtReason.FeedTruncated, About(At(5, Mark), At(5, Mark), horizon: 6));
        Assert.Null(About(At(5, Mark), At(5, Mark), horizon: 5));
    }

    [Fact]
    public void A_refused_writer_is_overtaken_restored_or_one_of_two_copies()
    {
        var me = Guid.NewGuid();
        var known = new TargetWriter(3, Guid.NewGuid());

        Assert.Equal(WriterVerdict.Stale, known.Judge(me, epoch: 4, stored: 5, highest: 5, Now));
        Assert.Equal(WriterVerdict.Restored, known.Judge(me, 4, 4, 9, Now));
        Assert.Equal(WriterVerdict.Duplicated, (known with { Writer = me }).Judge(me, 4, 4, 9, Now));
        Assert.Equal(WriterVerdict.Duplicated, (known with { RaisedAt = Now.AddHours(-1) }).Judge(me, 4, 4, 9, Now));
        Assert.Equal(WriterVerdict.Restored, (known with { RaisedAt = Now.AddHours(-25) }).Judge(me, 4, 4, 9, Now));
        // An epoch far ahead is not followed (N15).
        Assert.Equal(WriterVerdict.Stale, known.Judge(me, 4, 4, long.MaxValue / 2, Now));
    }

    [Fact]
    public void A_range_of_ids_holds_what_begins_with_its_digits()
    {
        Assert.True(IdPrefix.TryParse("a7f", out var range));
        Assert.Equal(("a7f00000-0000-0000-0000-000000000000", "a7ffffff-ffff-ffff-ffff-ffffffffffff"), (range.First.ToString(), range.Last.ToString()));
        Assert.Equal(range, IdPrefix.Of(new ItemId(Guid.Parse("a7f11111-2222-3333-4444-555555555555")), 3));
        Assert.All(new[] { "A7F", "g", "-1", new string('a', 33) }, text => Assert.False(IdPrefix.TryParse(text, out _)));
        Assert.True(IdPrefix.TryParse("", out var all) && all == IdPrefix.All);
    }

    private static DoubtReason? About(Checkpoint ours, Checkpoint theirs, long horizon = 0) => Doubt.About(ours, theirs, Store, new Sequence(10), new Sequence(horizon));

    private static Checkpoint At(long sequence, Guid mark) => new(Store, new Sequence(sequence)) { Mark = mark };
}
