using CoreSync.Application.Items;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class A5_release
{
    [Fact]
    public async Task A_target_that_was_down_learns_of_the_release_when_it_comes_back()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "one");
        await pair.Source.SyncedAsync();
        var port = pair.Target.Address.Port;
        await pair.Target.StopAsync();

        await pair.Source.AskAsync(new SetAutoSync([query.Id.ToString()], On: false));
        // What happens to it at the source after the release is no business of the target.
        await pair.Source.PutAsync("queries", "Laptops", "two", autoSync: null);
        await pair.Source.AskAsync(new DeleteItem(query.Id.ToString()));
        Assert.True((await pair.Target.FindAsync(query))!.AutoSync);
        await pair.Target.ServeAsync(port);
        await pair.Source.SyncedAsync();

        Assert.Equal((false, false), ((await pair.Target.FindAsync(query))!.AutoSync, (await pair.Target.FindAsync(query))!.IsDeleted));
        var edited = await pair.Target.SendAsync(new PutItem("queries", "Laptops", "mine"u8.ToArray(), Id: query.Id.ToString()));
        Assert.True(edited.IsSuccess);
        Assert.Equal("mine", await pair.Target.TextAsync(query));
    }
}
