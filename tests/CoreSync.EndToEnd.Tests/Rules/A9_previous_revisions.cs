using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Settings;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class A9_previous_revisions
{
    [Fact]
    public async Task The_target_keeps_what_it_had_and_rolls_back_in_one_step_until_the_next_change()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "one");
        await pair.Source.SyncedAsync();
        await pair.Source.PutAsync("queries", "Laptops", "two");
        await pair.Source.SyncedAsync();
        await pair.Source.PutAsync("queries", "Laptops", "three");
        await pair.Source.SyncedAsync();
        Assert.Equal(["2", "1"], (await pair.Target.AskAsync(new ListRevisions(query.Id.ToString()))).Previous.Select(revision => revision.Label));

        var back = await pair.Target.AskAsync(new RollBackItem(query.Id.ToString()));
        Assert.Equal(("two", true, 3L), (await pair.Target.TextAsync(query), back.IsEdited, back.Revision.Value));
        await pair.Target.AskAsync(new RollBackItem(query.Id.ToString(), "1"));
        Assert.Equal("one", await pair.Target.TextAsync(query));
        var undone = await pair.Target.AskAsync(new RollBackItem(query.Id.ToString(), "3"));
        Assert.Equal(("three", false), (await pair.Target.TextAsync(query), undone.IsEdited));
        await pair.Target.AskAsync(new RollBackItem(query.Id.ToString(), "1"));
        Assert.True((await pair.Target.SendAsync(new PutItem("queries", "Laptops", "x"u8.ToArray(), Id: query.Id.ToString()))).HasError<ItemReadOnlyError>());

        await pair.Source.PutAsync("queries", "Laptops", "four");
        await pair.Source.SyncedAsync();

        Assert.Equal(("four", false), (await pair.Target.TextAsync(query), (await pair.Target.FindAsync(query))!.IsEdited));
        Assert.Contains("3.1", (await pair.Target.AskAsync(new ListRevisions(query.Id.ToString()))).Previous.Select(revision => revision.Label));
    }

    [Fact]
    public async Task Rolling_back_at_the_source_makes_a_new_revision_that_travels()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "one");
        await pair.Source.PutAsync("queries", "Laptops", "two");
        await pair.Source.SyncedAsync();

        var back = await pair.Source.AskAsync(new RollBackItem(query.Id.ToString(), "1"));
        await pair.Source.SyncedAsync();

        Assert.Equal((3L, "one", "one"), (back.Revision.Value, await pair.Source.TextAsync(query), await pair.Target.TextAsync(query)));
        Assert.False((await pair.Target.FindAsync(query))!.IsEdited);
    }

    [Fact]
    public async Task As_many_are_kept_as_the_setting_says_and_flags_make_none()
    {
        await using var core = await RealCore.CreateAsync("source.example.net");
        await core.SetAsync(Setting.KeepRevisions, "2");
        var query = await core.PutAsync("queries", "Laptops", "1", autoSync: false);
        foreach (var text in new[] { "2", "3", "4" })
            await core.PutAsync("queries", "Laptops", text, autoSync: null);
        await core.AskAsync(new SetAutoSync([query.Id.ToString()], On: true));
        Assert.Equal(["3", "2"], (await core.AskAsync(new ListRevisions(query.Id.ToString()))).Previous.Select(revision => revision.Label));

        var gone = await core.SendAsync(new RollBackItem(query.Id.ToString(), "1"));

        Assert.True(gone.HasError<ItemRevisionNotFoundError>());
        Assert.Equal("4", await core.TextAsync(query));
        await core.AskAsync(new DeleteItem(query.Id.ToString()));
        await core.AskAsync(new RollBackItem(query.Id.ToString()));
        Assert.Equal("4", await core.TextAsync(query));
    }
}
