using CoreSync.Application.Items;
using CoreSync.Errors;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class A4_copies_are_read_only
{
    [Fact]
    public async Task An_auto_synced_copy_is_neither_edited_nor_deleted_on_the_target()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", """{"q":1}""");
        await pair.Source.SyncedAsync();

        var edited = await pair.Target.SendAsync(new PutItem("queries", "Laptops", new byte[] { 1 }, Id: query.Id.ToString()));
        var deleted = await pair.Target.SendAsync(new DeleteItem(query.Id.ToString()));

        Assert.True(edited.HasError<ItemReadOnlyError>());
        Assert.True(deleted.HasError<ItemReadOnlyError>());
        Assert.Equal("""{"q":1}""", await pair.Target.TextAsync(query));
    }

    [Fact]
    public async Task A_copy_is_editable_once_auto_sync_is_off()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", """{"q":1}""");
        await pair.Source.SyncedAsync();

        await pair.Source.AskAsync(new SetAutoSync([query.Id.ToString()], On: false));
        await pair.Source.SyncedAsync();
        var edited = await pair.Target.SendAsync(new PutItem("queries", "Laptops", """{"q":2}"""u8.ToArray(), Id: query.Id.ToString()));

        Assert.True(edited.IsSuccess);
        Assert.True(edited.Value.IsEdited);
        Assert.Equal("""{"q":2}""", await pair.Target.TextAsync(query));
    }
}
