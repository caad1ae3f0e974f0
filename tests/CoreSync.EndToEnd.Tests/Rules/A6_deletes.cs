using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class A6_deletes
{
    [Theory]
    [InlineData(DeletePolicy.Keep, false, "")]
    [InlineData(DeletePolicy.Retire, false, "Retired")]
    [InlineData(DeletePolicy.Delete, true, "")]
    public async Task The_target_decides_what_a_delete_does_to_its_copy(DeletePolicy policy, bool deleted, string group)
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("queries", policy, null));
        var query = await pair.Source.PutAsync("queries", "Laptops", "one");
        await pair.Source.SyncedAsync();

        await pair.Source.AskAsync(new DeleteItem(query.Id.ToString()));
        await pair.Source.SyncedAsync();

        var copy = (await pair.Target.FindAsync(query))!;
        Assert.Equal((deleted, group), (copy.IsDeleted, copy.IsDeleted ? "" : copy.Group));
        if (deleted)
            await pair.Target.AskAsync(new RollBackItem(query.Id.ToString()));
        Assert.Equal("one", await pair.Target.TextAsync(query));
    }

    [Fact]
    public async Task Many_documents_deleted_at_once_stop_the_job_until_a_person_confirms()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("queries", DeletePolicy.Delete, null));
        var queries = new List<Item>();
        for (var number = 0; number < 12; number++)
            queries.Add(await pair.Source.PutAsync("queries", $"Query {number}", "one"));
        await pair.Source.SyncedAsync();
        await pair.Source.AskAsync(new DeleteItem(queries[0].Id.ToString()));
        await pair.Source.SyncedAsync();
        Assert.Equal(11, (await pair.Target.ListAsync("queries")).Count);

        foreach (var query in queries.Skip(1))
            await pair.Source.AskAsync(new DeleteItem(query.Id.ToString()));
        var script = await pair.Source.PutAsync("scripts", "Other", "of another component");
        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((SyncJobState.Blocked, "sync.mass-delete"), (job.State, job.ErrorCode));
        Assert.Equal(11, (await pair.Target.ListAsync("queries")).Count);
        Assert.NotNull(await pair.Target.FindAsync(script));
        Assert.Equal(12, await pair.Source.AskAsync(new ConfirmDeletes("queries")));
        await pair.Source.SyncedAsync();
        Assert.Empty(await pair.Target.ListAsync("queries"));
    }

    [Fact]
    public async Task An_emptied_source_directory_deletes_nothing_and_the_person_is_told_what_to_do()
    {
        using var directory = new TempDirectory();
        Directory.CreateDirectory(directory.At("send"));
        for (var number = 0; number < 3; number++)
            await File.WriteAllTextAsync(directory.At($"send/{number}.txt"), "content");
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.AskAsync(new AddFilesComponent("packages", directory.At("send"), null, [], []));
        await pair.Target.AskAsync(new AddFilesComponent("packages", null, Made(directory.At("received")), [], [], OnDelete: DeletePolicy.Delete));
        await pair.Source.SyncedAsync();
        Assert.Equal(3, Directory.GetFiles(directory.At("received")).Length);

        foreach (var file in Directory.GetFiles(directory.At("send")))
            File.Delete(file);
        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((SyncJobState.Blocked, "sync.mass-delete"), (job.State, job.ErrorCode));
        Assert.Contains("packages", job.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("confirm-deletes packages", new CoreSync.Errors.MassDeleteError("packages", 3, 3, 20).Hint, StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(directory.At("received")).Length);
        await pair.Source.AskAsync(new ConfirmDeletes("packages"));
        await pair.Source.SyncedAsync();
        Assert.Empty(Directory.GetFiles(directory.At("received")));
    }

    private static string Made(string path)
    {
        Directory.CreateDirectory(path);
        return path;
    }
}
