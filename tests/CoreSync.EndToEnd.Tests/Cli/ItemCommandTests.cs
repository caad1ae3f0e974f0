namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>The verbs of <c>item</c> that no rule names.</summary>
public sealed class ItemCommandTests : IDisposable
{
    private readonly CliSandbox sandbox = new();

    [Fact]
    public async Task Delete_tells_which_items_still_refer_to_the_deleted_one()
    {
        var core = await sandbox.Core("source.example.net").InitAsync();
        var document = Path.Combine(sandbox.Directory("documents", ("a.json", "{}")), "a.json");
        var query = await PutAsync("queries", "Laptops");
        var task = await PutAsync("tasks", "Install", "--ref", query);
        var report = await PutAsync("reports", "Weekly", "--ref", query);
        await PutAsync("reports", "Other");

        var deleted = await core.DoAsync("item", "delete", query);

        Assert.True(deleted.GetProperty("deleted").GetBoolean());
        Assert.Equal(
            [("reports", "Weekly", report), ("tasks", "Install", task)],
            deleted.GetProperty("referrers").EnumerateArray().Select(item => (item.GetProperty("component").GetString()!, item.GetProperty("name").GetString()!, item.GetProperty("id").GetString()!)));
        Assert.Empty((await core.DoAsync("item", "delete", report)).GetProperty("referrers").EnumerateArray());
        (await core.RunAsync("item", "delete", query)).Refuses(5, "item.not-found", query);

        async Task<string> PutAsync(string component, string name, params string[] more) =>
            (await core.DoAsync(["item", "put", "--component", component, "--name", name, .. more, document])).GetProperty("id").GetString()!;
    }

    public void Dispose() => sandbox.Dispose();
}
