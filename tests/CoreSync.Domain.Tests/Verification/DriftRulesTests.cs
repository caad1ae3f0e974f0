using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Verification;

namespace CoreSync.Domain.Tests.Verification;

public sealed class DriftRulesTests
{
    private static readonly CoreId Here = new(Guid.NewGuid());
    private static readonly CoreId Elsewhere = new(Guid.NewGuid());
    private static readonly ComponentName Reports = ComponentName.Parse("reports").Value;
    private static readonly ItemId Id = new(Guid.NewGuid());

    [Theory]
    [InlineData(1, 1, 1, 1, null)]
    [InlineData(1, 1, 1, 2, DriftKind.OtherContent)]
    [InlineData(2, 1, 1, 2, DriftKind.OlderThere)]
    [InlineData(1, 1, 2, 2, DriftKind.NewerThere)]
    public void What_both_keep_in_sync_differs_by_revision_or_content(long here, int hereSum, long there, int thereSum, DriftKind? kind) =>
        Assert.Equal(kind, DriftRules.Judge(Entry(here, hereSum), Entry(there, thereSum), isKnownThere: true));

    [Fact]
    public void What_only_one_side_keeps_in_sync_is_missing_ended_or_extra()
    {
        Assert.Equal(DriftKind.MissingThere, DriftRules.Judge(Entry(1, 1), null, isKnownThere: false));
        Assert.Equal(DriftKind.EndedThere, DriftRules.Judge(Entry(1, 1), null, isKnownThere: true));
        Assert.Equal(DriftKind.ExtraThere, DriftRules.Judge(null, Entry(1, 1), isKnownThere: true));
        Assert.Null(DriftRules.Judge(null, null, isKnownThere: false));
    }

    [Fact]
    public void What_is_older_or_missing_there_is_offered()
    {
        Assert.Equal(DriftCure.Offer, Cure(DriftKind.MissingThere, 3, null));
        Assert.Equal(DriftCure.Offer, Cure(DriftKind.OlderThere, 3, 2));
        Assert.Equal(DriftCure.Offer, Cure(DriftKind.OlderThere, 3, 2, Elsewhere));
    }

    [Theory]
    [InlineData(DriftKind.NewerThere, 3, 9)]
    [InlineData(DriftKind.OtherContent, 3, 3)]
    [InlineData(DriftKind.EndedThere, 3, 4)]
    [InlineData(DriftKind.ExtraThere, 3, 3)]
    public void Where_the_target_is_ahead_the_source_rises_above_it_and_another_core_does_not(DriftKind kind, long here, long there)
    {
        Assert.Equal(DriftCure.Raise, Cure(kind, here, there));
        Assert.Equal(DriftCure.Leave, Cure(kind, here, there, Elsewhere));
    }

    [Fact]
    public void A_revision_far_ahead_is_not_followed() => Assert.Equal(DriftCure.Leave, Cure(DriftKind.NewerThere, 1, DriftRules.MaxLead + 2));

    [Fact]
    public void What_the_source_does_not_know_is_released_and_what_others_made_is_left()
    {
        Assert.Equal(DriftCure.Release, DriftRules.CureOf(new Drift(DriftKind.ExtraThere, Reports, Id, null, Item(1, Here)), Here));
        Assert.Equal(DriftCure.Leave, DriftRules.CureOf(new Drift(DriftKind.ExtraThere, Reports, Id, null, Item(1, Elsewhere)), Here));
        Assert.Equal(DriftCure.Leave, DriftRules.CureOf(new Drift(DriftKind.ExtraThere, Reports, Id, null, null), Here));
    }

    [Fact]
    public void A_damaged_file_gets_a_new_revision() => Assert.Equal(DriftCure.Raise, Cure(DriftKind.DamagedThere, 3, null));

    private static DriftCure Cure(DriftKind kind, long here, long? there, CoreId? origin = null) => DriftRules.CureOf(
        new Drift(kind, Reports, Id, Item(here, origin ?? Here), there is { } revision ? Item(revision, origin ?? Here) : null), Here);

    private static DigestEntry Entry(long revision, int sum) => new(Id, new Revision(revision), (UInt128)sum);

    private static Item Item(long revision, CoreId origin) => new()
    {
        Id = Id,
        Component = Reports,
        Kind = ItemKind.Document,
        Name = "a",
        Origin = origin,
        Revision = new Revision(revision),
        Hash = ContentHash.Empty,
        Size = 0,
        AutoSync = true,
    };
}
