using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Testing.Simulation;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application.Tests.Replication;

public sealed class ReplicationSimulationTests
{
    [Fact]
    public async Task Flagged_documents_arrive_identical_and_read_only_and_others_stay()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var flagged = await pair.PutAsync("disk space", """{"q":1}""");
        await pair.PutAsync("private", "{}", autoSync: false);

        var job = await pair.SyncAsync();

        Assert.Equal(SyncJobState.Succeeded, job.State);
        Assert.Equal(1, job.Progress.Applied);
        var there = Assert.Single(await SimulatedPair.DocumentsAsync(pair.Target));
        Assert.Equal(flagged.Id.ToString(), there.Key);
        var refused = await pair.Target.SendAsync(new DeleteItem(there.Key));
        Assert.True(refused.HasError<ItemReadOnlyError>());
        Assert.Single(await SimulatedPair.DocumentsAsync(pair.Target));
    }

    [Fact]
    public async Task A_second_sync_with_nothing_changed_sends_no_batch()
    {
        using var pair = await SimulatedPair.CreateAsync();
        await pair.PutAsync("a", "1");
        await pair.SyncAsync();
        var calls = pair.Network.Calls;

        var job = await pair.SyncAsync();

        Assert.Equal(SyncJobState.Succeeded, job.State);
        Assert.Equal(0, job.Progress.ItemsDone);
        Assert.Equal(calls + 1, pair.Network.Calls);
    }

    // A source that is never at rest: the job ends all the same, so that its connection, its outcome and the turn of the others do too.
    [Fact]
    public async Task A_job_ends_with_what_there_was_when_it_began_however_much_is_added_meanwhile()
    {
        const int before = ItemLimits.MaxBatchItems + 1;
        using var pair = await SimulatedPair.CreateAsync();
        for (var number = 0; number < before; number++)
            await pair.PutAsync($"before {number}", "{}");
        var added = new List<Task>();
        pair.Network.Sending = (_, _) =>
        {
            if (added.Count < 50)
                added.Add(pair.PutAsync($"meanwhile {added.Count}", "{}"));
        };

        var job = await pair.SyncAsync();

        await Task.WhenAll(added);
        Assert.InRange(added.Count, 2, 5);
        Assert.InRange(job.Progress.Applied, before, before + added.Count - 1);
        pair.Network.Sending = (_, _) => { };
        await pair.SyncAsync();
        Assert.Equal(before + added.Count, (await SimulatedPair.DocumentsAsync(pair.Target)).Count);
    }

    [Fact]
    public async Task A_new_name_alone_leaves_the_document_of_the_copy_as_it_is()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var item = await pair.PutAsync("old name", "the document");
        await pair.SyncAsync();

        await pair.PutAsync("new name", "the document", id: item.Id.ToString());
        await pair.SyncAsync();

        Assert.Equal("new name|2|True|the document", Assert.Single(await SimulatedPair.DocumentsAsync(pair.Target)).Value);
    }

    [Fact]
    public async Task A_release_makes_the_copy_editable_and_it_stays()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var item = await pair.PutAsync("a", "1");
        await pair.SyncAsync();

        (await pair.Source.SendAsync(new SetAutoSync([item.Id.ToString()], On: false))).ThrowIfFailed();
        await pair.SyncAsync();

        var edited = await pair.Target.SendAsync(new PutItem("queries", "a", "2"u8.ToArray(), Id: item.Id.ToString()));
        Assert.True(edited.IsSuccess);
    }

    [Theory]
    [InlineData(DeletePolicy.Keep, 1)]
    [InlineData(DeletePolicy.Retire, 1)]
    [InlineData(DeletePolicy.Delete, 0)]
    public async Task A_delete_does_what_the_policy_of_the_target_says(DeletePolicy policy, int left)
    {
        using var pair = await SimulatedPair.CreateAsync();
        (await pair.Target.SendAsync(new SetComponentPolicy("queries", policy, null))).ThrowIfFailed();
        var item = await pair.PutAsync("a", "1");
        await pair.SyncAsync();

        (await pair.Source.SendAsync(new DeleteItem(item.Id.ToString()))).ThrowIfFailed();
        var job = await pair.SyncAsync();

        Assert.Equal(1, job.Progress.Applied);
        var documents = (await pair.Target.SendAsync(new ListItems("queries"))).Ok();
        Assert.Equal(left, documents.Count);
        Assert.All(documents, document => Assert.False(document.AutoSync));
        Assert.Equal(policy == DeletePolicy.Retire, documents.Any(document => document.Group == "Retired"));
    }

    [Fact]
    public async Task An_acknowledgement_that_is_lost_doubles_nothing()
    {
        using var pair = await SimulatedPair.CreateAsync();
        await pair.PutAsync("a", "1");
        var lost = false;
        pair.Network.Breaks = point => point == "after batch" && !lost && (lost = true);

        var first = await pair.SyncAsync();
        var second = await pair.SyncAsync();

        Assert.Equal(SyncJobState.Failed, first.State);
        Assert.Equal("target.unreachable", first.ErrorCode);
        Assert.Equal(SyncJobState.Succeeded, second.State);
        Assert.Equal(await SimulatedPair.DocumentsAsync(pair.Source), await SimulatedPair.DocumentsAsync(pair.Target));
    }

    [Theory]
    [InlineData("before stage")]
    [InlineData("after stage")]
    [InlineData("before commit")]
    [InlineData("after commit")]
    public async Task A_target_that_ends_between_two_steps_loses_and_doubles_nothing(string point)
    {
        using var pair = await SimulatedPair.CreateAsync();
        var item = await pair.PutAsync("a", "1");
        await pair.PutAsync("b", "2");
        await pair.SyncAsync();
        await pair.PutAsync("a", "3", id: item.Id.ToString());
        var crashed = false;
        pair.Target.Crashes = step => step == point && !crashed && (crashed = true);

        await pair.SyncAsync();
        await pair.SyncAsync();

        Assert.True(crashed);
        Assert.Equal(await SimulatedPair.DocumentsAsync(pair.Source), await SimulatedPair.DocumentsAsync(pair.Target));
        Assert.Empty(await pair.Target.Services.GetRequiredService<IReplicaStore>().InboxAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_stale_writer_is_refused_and_changes_nothing()
    {
        using var pair = await SimulatedPair.CreateAsync();
        await pair.PutAsync("a", "1");
        await pair.SyncAsync();
        var sink = pair.Target.Services.GetRequiredService<ILocalItemSinks>().For(SomeAccount.Editor);
        var stale = new SourceIdentity(pair.Source.Local.Id, pair.Source.Local.StoreId, 0);
        var before = await SimulatedPair.DocumentsAsync(pair.Target);

        var opened = await sink.OpenAsync(stale, CancellationToken.None);
        var applied = await sink.ApplyAsync(ComponentName.Parse("queries").Value, new ChangeBatch(stale, new Sequence(0), new Sequence(9), []), CancellationToken.None);

        Assert.True(opened.HasError<StaleEpochError>());
        Assert.True(applied.HasError<StaleEpochError>());
        Assert.Equal(before, await SimulatedPair.DocumentsAsync(pair.Target));
    }

    [Fact]
    public async Task A_batch_that_leaves_a_gap_is_refused()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var sink = pair.Target.Services.GetRequiredService<ILocalItemSinks>().For(SomeAccount.Editor);
        var source = new SourceIdentity(pair.Source.Local.Id, pair.Source.Local.StoreId, 5);
        (await sink.OpenAsync(source, CancellationToken.None)).ThrowIfFailed();

        var applied = await sink.ApplyAsync(ComponentName.Parse("queries").Value, new ChangeBatch(source, new Sequence(7), new Sequence(9), []), CancellationToken.None);

        Assert.True(applied.HasError<BatchOutOfOrderError>());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_breaks_the_target_converges_once_the_faults_stop(int seed)
    {
        var random = new Random(seed);
        using var pair = await SimulatedPair.CreateAsync(seed);
        (await pair.Target.SendAsync(new SetComponentPolicy("queries", DeletePolicy.Delete, null))).ThrowIfFailed();
        var items = new List<Item>();
        for (var step = 0; step < 12; step++)
        {
            for (var change = random.Next(1, 6); change > 0; change--)
                await ChangeSomethingAsync(pair, random, items);
            pair.Network.Breaks = _ => random.Next(10) == 0;
            pair.Target.Crashes = _ => random.Next(25) == 0;
            await pair.SyncAsync();
            if (random.Next(6) == 0)
                pair.Source.Restart();
        }

        pair.Network.Breaks = _ => false;
        pair.Target.Crashes = _ => false;
        var last = await pair.SyncAsync();

        Assert.True(last.State == SyncJobState.Succeeded, $"{last.State}: {last.ErrorMessage}");
        var expected = await SimulatedPair.DocumentsAsync(pair.Source);
        Assert.Equal(expected, await SimulatedPair.DocumentsAsync(pair.Target));
        Assert.Equal(0, (await pair.SyncAsync()).Progress.ItemsDone);
    }

    public static IEnumerable<TheoryDataRow<int>> Seeds => Enumerable.Range(1, 60).Select(seed => new TheoryDataRow<int>(seed));

    private static async Task ChangeSomethingAsync(SimulatedPair pair, Random random, List<Item> items)
    {
        if (items.Count == 0 || random.Next(3) == 0)
        {
            // One in eight is too large for a batch and travels apart.
            var size = random.Next(8) == 0 ? ItemLimits.MaxInlineBytes + random.Next(1000) : random.Next(200);
            items.Add(await pair.PutAsync($"item {random.Next()}", new string((char)('a' + random.Next(26)), size)));
            return;
        }

        var index = random.Next(items.Count);
        if (random.Next(4) == 0)
        {
            (await pair.Source.SendAsync(new DeleteItem(items[index].Id.ToString()))).ThrowIfFailed();
            items.RemoveAt(index);
        }
        else
        {
            items[index] = await pair.PutAsync(items[index].Name, $"edit {random.Next()}", id: items[index].Id.ToString());
        }
    }
}
