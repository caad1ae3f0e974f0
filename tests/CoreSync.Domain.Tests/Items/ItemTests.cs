using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Domain.Tests.Items;

public sealed class ItemTests
{
    // Keyed by what is special: the items themselves would put control characters into the reports of a test run.
    private static readonly Dictionary<string, Item> Sound = new()
    {
        ["document"] = Some.Document(),
        ["largest document"] = Some.Document(size: Item.MaxDocumentBytes),
        ["longest name"] = Some.Document(name: new string('x', 255)),
        ["name that no file could have"] = Some.Document(name: "CON: 50 % of <all> / any?"),
        ["group and owner"] = Some.Document() with { Group = "Europe/Paris", Owner = "alice" },
        ["file"] = Some.File(),
        ["large file"] = Some.File() with { Size = long.MaxValue },
        ["file with time"] = Some.File() with { ModifiedTicks = DateTime.MaxValue.Ticks },
        ["directory"] = Some.File("empty") with { Kind = ItemKind.Directory, Size = 0, Hash = ContentHash.Empty },
        ["link"] = Some.File("link") with { Kind = ItemKind.Link, Size = 0, Hash = ContentHash.Empty, LinkTarget = "../elsewhere" },
        ["tombstone of a link"] = Some.File("link") with { Kind = ItemKind.Link, Size = 0, IsDeleted = true },
        ["references"] = Some.Document() with { References = [.. Enumerable.Range(0, 1000).Select(_ => default(ItemId))] },
    };

    public static TheoryData<string> SoundOnes => [.. Sound.Keys];

    public static TheoryData<string> HostileOnes => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(SoundOnes))]
    public void A_sound_item_is_taken(string what)
    {
        var result = Sound[what].Validate();

        Assert.True(result.IsSuccess, $"{what}: {string.Join(", ", result.Errors.Select(error => error.Message))}");
    }

    private static readonly Dictionary<string, Item> Hostile = new()
    {
        ["no name"] = Some.Document(name: ""),
        ["invisible name"] = Some.Document(name: " \t "),
        ["name too long"] = Some.Document(name: new string('x', 256)),
        ["control character in the name"] = Some.Document(name: "a\u001b[2Jb"),
        ["half a letter in the name"] = Some.Document(name: "a\ud800"),
        ["group too long"] = Some.Document() with { Group = new string('x', 1025) },
        ["control character in the group"] = Some.Document() with { Group = "a\nb" },
        ["half a letter in the group"] = Some.Document() with { Group = "\udc00" },
        ["owner too long"] = Some.Document() with { Owner = new string('x', 256) },
        ["control character in the owner"] = Some.Document() with { Owner = "\0" },
        ["no media type"] = Some.Document() with { MediaType = "" },
        ["media type too long"] = Some.Document() with { MediaType = new string('x', 128) },
        ["line break in the media type"] = Some.Document() with { MediaType = "text/plain\r\nX: y" },
        ["media type beyond ASCII"] = Some.Document() with { MediaType = "text/é" },
        ["link target too long"] = Some.File() with { Kind = ItemKind.Link, LinkTarget = new string('x', RelativePath.MaxBytes + 1) },
        ["NUL in the link target"] = Some.File() with { Kind = ItemKind.Link, LinkTarget = "a\0b" },
        ["link without a target"] = Some.File() with { Kind = ItemKind.Link },
        ["file with a link target"] = Some.File() with { LinkTarget = "/etc/passwd" },
        ["too many references"] = Some.Document() with { References = [.. Enumerable.Range(0, 1001).Select(_ => default(ItemId))] },
        ["negative size"] = Some.File() with { Size = -1 },
        ["revision 0"] = Some.Document() with { Revision = Revision.None },
        ["negative revision"] = Some.Document() with { Revision = new Revision(-1) },
        ["unknown kind"] = Some.Document() with { Kind = (ItemKind)5 },
        ["kind 0"] = Some.Document() with { Kind = default },
        ["time before all times"] = Some.File() with { ModifiedTicks = -1 },
        ["time after all times"] = Some.File() with { ModifiedTicks = long.MaxValue },
    };

    [Theory]
    [MemberData(nameof(HostileOnes))]
    public void A_hostile_item_is_refused_with_the_reason(string what)
    {
        var result = Hostile[what].Validate();

        Assert.True(result.HasError<ItemInvalidError>(), $"{what}: {Outcome(result)}");
    }

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("C:\\Windows")]
    [InlineData("dir/CON.txt")]
    [InlineData("")]
    public void Everything_but_a_document_is_named_by_a_path_below_the_root(string name)
    {
        foreach (var kind in new[] { ItemKind.File, ItemKind.Directory })
            Assert.True((Some.File(name) with { Kind = kind }).Validate().HasError<PathInvalidError>());
        Assert.True((Some.File(name) with { Kind = ItemKind.Link, LinkTarget = "x" }).Validate().HasError<PathInvalidError>());
    }

    [Fact]
    public void A_document_over_the_limit_is_refused_as_too_large()
    {
        var error = Assert.Single(Some.Document(size: Item.MaxDocumentBytes + 1).Validate().Errors.OfType<ItemTooLargeError>());

        Assert.Equal(Item.MaxDocumentBytes, error.Limit);
    }

    // A4, A5, J2.
    [Fact]
    public void Only_auto_synced_items_of_another_core_are_read_only()
    {
        var own = Some.Document() with { Origin = Some.Core };

        Assert.False((own with { AutoSync = true }).IsReadOnlyOn(Some.Core));
        Assert.False((own with { AutoSync = false }).IsReadOnlyOn(Some.OtherCore));
        Assert.True((own with { AutoSync = true }).IsReadOnlyOn(Some.OtherCore));
    }

    private static string Outcome(Result result) => result.IsSuccess ? "taken" : result.Errors[0].GetType().Name;
}
