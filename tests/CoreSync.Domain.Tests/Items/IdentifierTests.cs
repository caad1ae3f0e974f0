using CoreSync.Errors;
using CoreSync.Items;
using CsCheck;

namespace CoreSync.Domain.Tests.Items;

public sealed class IdentifierTests
{
    [Theory]
    [InlineData("reports", "reports")]
    [InlineData(" Agent-Settings ", "agent-settings")]
    [InlineData("a1-2", "a1-2")]
    public void A_component_name_has_one_form(string text, string name)
    {
        Assert.Equal(name, ComponentName.Parse(text).Value.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("-a")]
    [InlineData("two words")]
    [InlineData("under_score")]
    [InlineData("dot.dot")]
    [InlineData("../x")]
    [InlineData("é")]
    [InlineData("a\0")]
    [InlineData("K")]
    public void What_is_no_component_name_is_refused(string text)
    {
        Assert.True(ComponentName.Parse(text == "K" ? "\u212a" : text).HasError<ComponentNameInvalidError>());
    }

    [Fact]
    public void The_presets_are_names_in_order()
    {
        Assert.Equal(13, ComponentName.Presets.Count);
        Assert.Equal(ComponentName.Presets.Select(name => name.Value).Order(StringComparer.Ordinal), ComponentName.Presets.Select(name => name.Value));
        Assert.All(ComponentName.Presets, name => Assert.Equal(name, ComponentName.Parse(name.Value).Value));
    }

    [Fact]
    public void A_content_hash_is_read_back_from_its_text_and_bytes()
    {
        Gen.Byte.Array[0, 100].Sample(content =>
        {
            var hash = ContentHash.Of(content);

            Assert.True(ContentHash.TryParse(hash.ToString(), out var parsed));
            Assert.Equal(hash, parsed);
            Assert.Equal(hash, ContentHash.FromBytes(hash.ToArray()));
            Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)), hash.ToString());
        });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad00")]
    public void What_is_no_hash_is_not_read(string? text)
    {
        Assert.False(ContentHash.TryParse(text, out _));
    }

    [Fact]
    public void Revisions_grow_and_never_wrap_around()
    {
        Assert.Equal(new Revision(1), Revision.None.Next());
        Assert.True(new Revision(1) < new Revision(2) && new Revision(2) >= new Revision(2));
        Assert.Throws<OverflowException>(() => new Revision(long.MaxValue).Next());
    }

    [Fact]
    public void An_item_id_that_is_no_guid_names_no_item()
    {
        Assert.True(ItemId.Parse("report").HasError<ItemNotFoundError>());
        Assert.Equal("11111111-0000-4000-8000-000000000001", ItemId.Parse("{11111111-0000-4000-8000-000000000001}").Value.ToString());
    }
}
