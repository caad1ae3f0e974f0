using CoreSync.Application.Items;
using CoreSync.Application.Targets;
using CoreSync.Application.Verification;
using CoreSync.Items;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class I4_tombstones_are_purged_when_every_target_passed
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_tombstone_stays_until_the_target_passed_it_and_it_is_old_enough()
    {
        await using var pair = await CorePair.CreateAsync();
        var item = await pair.Source.PutAsync("queries", "gone", "1");
        await pair.Source.SyncedAsync();
        await pair.Source.AskAsync(new DeleteItem(item.Id.ToString()));

        Assert.Equal(0, await PurgeAsync(pair.Source));
        await pair.Source.SyncedAsync();
        var young = await pair.Source.Services.GetRequiredService<ITombstoneStore>().PurgeAsync(Now.AddDays(-30), Now.AddDays(-90), CancellationToken.None);
        Assert.Equal(0, young);
        Assert.True((await pair.Source.FindAsync(item))!.IsDeleted);

        Assert.Equal(1, await PurgeAsync(pair.Source));
        Assert.Null(await pair.Source.FindAsync(item));
    }

    [Fact]
    public async Task A_removed_target_holds_up_nothing()
    {
        await using var pair = await CorePair.CreateAsync();
        var item = await pair.Source.PutAsync("queries", "gone", "1");
        await pair.Source.AskAsync(new DeleteItem(item.Id.ToString()));
        Assert.Equal(0, await PurgeAsync(pair.Source));

        await pair.Source.TellAsync(new RemoveTargetCore(pair.Target.Name));

        Assert.Equal(1, await PurgeAsync(pair.Source));
    }

    [Fact]
    public async Task A_target_from_before_the_horizon_resurrects_nothing()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new SetComponentPolicy("queries", DeletePolicy.Delete, null));
        var gone = await pair.Source.PutAsync("queries", "gone", "1");
        var kept = await pair.Source.PutAsync("queries", "kept", "1");
        await pair.Source.SyncedAsync();
        var port = pair.Target.Address.Port;
        var copy = await pair.Target.CopyAsync("target");
        await pair.Target.ServeAsync(port);
        await pair.Source.AskAsync(new DeleteItem(gone.Id.ToString()));
        await pair.Source.SyncedAsync();
        Assert.True((await pair.Target.FindAsync(gone))!.IsDeleted);
        Assert.Equal(1, await PurgeAsync(pair.Source));

        await pair.Target.RestoreAsync(copy);
        await pair.Target.ServeAsync(port);
        await pair.Source.SyncedAsync();

        // Released, not deleted: the source knows nothing of it any more. And it does not come back.
        Assert.Null(await pair.Source.FindAsync(gone));
        Assert.Equal((false, false), ((await pair.Target.FindAsync(gone))!.AutoSync, (await pair.Target.FindAsync(gone))!.IsDeleted));
        Assert.True((await pair.Target.FindAsync(kept))!.AutoSync);
        Assert.Equal(await pair.Source.InSyncAsync(), await pair.Target.InSyncAsync());
    }

    private static async Task<int> PurgeAsync(RealCore core)
    {
        var tombstones = core.Services.GetRequiredService<ITombstoneStore>();
        await tombstones.NoteAsync(Now, CancellationToken.None);
        return await tombstones.PurgeAsync(Now.AddMinutes(1), Now.AddDays(-90), CancellationToken.None);
    }
}
