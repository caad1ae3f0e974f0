using System.Text;
using CoreSync.Application.Items;
using CoreSync.Infrastructure.Outbox;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Testing.Simulation;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application.Tests.Outbox;

/// <summary>What docs/embedding.md shows for a product's own tests: two cores in memory, a product database on each.</summary>
public sealed class EmbeddedPairTests : IDisposable
{
    private readonly ProductDatabase here = new();
    private readonly ProductDatabase there = new();

    public void Dispose()
    {
        here.Dispose();
        there.Dispose();
    }

    [Fact]
    public async Task A_save_in_one_product_arrives_in_the_other_and_does_not_come_back()
    {
        using var pair = await CreateAsync();
        await here.SaveAsync(pair.Source.Items, SomeDraft.Script(1, "hello"));

        var job = await pair.SyncAsync();

        Assert.Equal(SyncJobState.Succeeded, job.State);
        Assert.Equal(1, there.Rows("scripts"));
        // The other product tells at every save, also of what it received: that is an echo and no change of its own.
        Assert.Equal(0, there.Rows("coresync_outbox"));
        Assert.Equal(0, await pair.Target.RelayAsync());
        Assert.True((await pair.Target.Items.MayEditAsync(SomeDraft.Id(1))).IsFailed);
    }

    [Fact]
    public async Task A_target_that_crashes_while_its_product_applies_applies_again_and_once()
    {
        using var pair = await CreateAsync();
        for (var i = 1; i <= 3; i++)
            await here.SaveAsync(pair.Source.Items, SomeDraft.Script(i, $"text {i}"));
        var crashes = 0;
        pair.Target.Crashes = point => point == "before commit" && crashes++ == 0;

        await pair.SyncAsync();
        var job = await pair.SyncAsync();

        Assert.Equal(SyncJobState.Succeeded, job.State);
        Assert.Equal(3, there.Rows("scripts"));
        Assert.Equal(0, there.Rows("coresync_outbox"));
        Assert.Equal(new Revision(1), (await pair.Target.Items.FindAsync(SomeDraft.Id(1)))!.Revision);
    }

    private Task<SimulatedPair> CreateAsync() => SimulatedPair.CreateAsync(
        source: builder => builder.UseOutbox(OutboxDialect.Sqlite, here.Connect).AddComponent<ReceivedScripts>().Services.AddSingleton(here),
        target: builder => builder.UseOutbox(OutboxDialect.Sqlite, there.Connect).AddComponent<ReceivedScripts>().Services.AddSingleton(there));

    private sealed class ReceivedScripts(ProductDatabase database, ICoreSyncItems items) : ISyncComponent
    {
        public string Name => "scripts";

        public async Task<IReadOnlyList<ItemAnswer>> ApplyAsync(IReadOnlyList<IncomingItem> group, CancellationToken cancellationToken)
        {
            foreach (var item in group)
                await database.SaveAsync(items, SomeDraft.Script(0, Encoding.UTF8.GetString(item.Document.Span)) with { Id = item.Item.Id, Name = item.Item.Name });
            return ItemAnswer.AllApplied(group);
        }
    }
}
