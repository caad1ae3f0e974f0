using CoreSync.Application.Items;
using CoreSync.Application.Rollup;
using CoreSync.Application.Verification;
using CoreSync.Items;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Stores restored from a backup on either side of a collection: found at the next contact and put right by comparing, without a person.</summary>
public sealed class P6_pulled_stores_that_went_back
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restored_source_wins_and_what_it_no_longer_knows_is_released(bool goesOn)
    {
        await using var star = await RollupStar.CreateAsync(1);
        var (site, head) = (star.Sites[0], star.Head);
        var edited = await site.PutAsync("queries", "edited", "1", autoSync: false);
        var kept = await site.PutAsync("queries", "kept", "1");
        await head.CollectedAsync();
        var port = site.Address.Port;
        var copy = await site.CopyAsync("site");
        await site.ServeAsync(port);
        await site.PutAsync("queries", "edited", "lost", autoSync: false, id: edited.Id.ToString());
        var added = await site.PutAsync("queries", "added", "1");
        await head.CollectedAsync();
        Assert.Equal("lost", await head.TextAsync(edited));

        await site.RestoreAsync(copy);
        // Positions and revisions are given a second time before the contact: only the mark tells.
        for (var i = 0; goesOn && i < 6; i++)
            await site.PutAsync("queries", "kept", $"{i}", id: kept.Id.ToString());
        await site.ServeAsync(port);
        await head.CollectedAsync();

        Assert.Equal("1", await head.TextAsync(edited));
        Assert.Equal(await site.TextAsync(kept), await head.TextAsync(kept));
        var left = await head.FindAsync(added);
        Assert.Equal((false, false), (left!.IsDeleted, left.AutoSync));
        await AssertInSyncAsync(site, head);
        await AssertQuietAsync(head);
    }

    [Fact]
    public async Task A_restored_rollup_core_converges_at_the_next_collection()
    {
        await using var star = await RollupStar.CreateAsync(1);
        var (site, head) = (star.Sites[0], star.Head);
        await head.AskAsync(new SetComponentPolicy("queries", DeletePolicy.Delete, null));
        var edited = await site.PutAsync("queries", "edited", "1", autoSync: false);
        var gone = await site.PutAsync("queries", "gone", "1");
        await head.CollectedAsync();
        var copy = await head.CopyAsync("head");
        await site.PutAsync("queries", "edited", "2", autoSync: false, id: edited.Id.ToString());
        await site.PutAsync("queries", "added", "1", autoSync: false);
        await site.AskAsync(new DeleteItem(gone.Id.ToString()));
        await head.CollectedAsync();

        await head.RestoreAsync(copy);
        await head.CollectedAsync();

        Assert.Equal("2", await head.TextAsync(edited));
        Assert.True((await head.FindAsync(gone))!.IsDeleted);
        await AssertInSyncAsync(site, head);
        await AssertQuietAsync(head);
    }

    [Fact]
    public async Task A_rollup_core_that_comes_back_after_deletes_were_purged_is_compared()
    {
        await using var star = await RollupStar.CreateAsync(1);
        var (site, head) = (star.Sites[0], star.Head);
        var gone = await site.PutAsync("queries", "gone", "1", autoSync: false);
        await site.PutAsync("queries", "stays", "1");
        await head.CollectedAsync();
        await site.AskAsync(new DeleteItem(gone.Id.ToString()));
        await site.AskAsync(new ForgetReader(head.Name));
        Assert.Equal(1, await PurgeAsync(site));

        await head.CollectedAsync();

        Assert.False((await head.FindAsync(gone))!.AutoSync);
        await AssertInSyncAsync(site, head);
        await AssertQuietAsync(head);
    }

    [Fact]
    public async Task Deletes_wait_for_a_rollup_core_until_it_has_them_or_is_absent_for_long()
    {
        await using var star = await RollupStar.CreateAsync(1);
        var (site, head) = (star.Sites[0], star.Head);
        var item = await site.PutAsync("queries", "gone", "1", autoSync: false);
        await head.CollectedAsync();
        await site.AskAsync(new DeleteItem(item.Id.ToString()));

        Assert.Equal(0, await PurgeAsync(site));
        Assert.Equal(1, await PurgeAsync(site, waitsForReaders: false));
        var other = await site.PutAsync("queries", "other", "1", autoSync: false);
        await head.CollectedAsync();
        await site.AskAsync(new DeleteItem(other.Id.ToString()));
        await head.CollectedAsync();

        Assert.Equal(1, await PurgeAsync(site));
    }

    [Fact]
    public async Task A_source_with_a_new_store_converges()
    {
        await using var star = await RollupStar.CreateAsync(1);
        var (site, head) = (star.Sites[0], star.Head);
        await site.PutAsync("queries", "one", "1");
        await head.CollectedAsync();
        var port = site.Address.Port;
        var copy = await site.CopyAsync("site");
        await site.ServeAsync(port);
        await site.PutAsync("queries", "two", "1", autoSync: false);
        await head.CollectedAsync();

        await site.RestoreAsync(copy);
        site.Tamper("UPDATE core SET store_id = randomblob(16), epoch = 0");
        await site.ServeAsync(port);
        await head.CollectedAsync();

        await AssertInSyncAsync(site, head);
        await AssertQuietAsync(head);
    }

    private static async Task<int> PurgeAsync(RealCore core, bool waitsForReaders = true)
    {
        var tombstones = core.Services.GetRequiredService<ITombstoneStore>();
        var now = TimeProvider.System.GetUtcNow();
        await tombstones.NoteAsync(now, CancellationToken.None);
        return await tombstones.PurgeAsync(now.AddMinutes(1), waitsForReaders ? now.AddDays(-90) : now.AddDays(1), CancellationToken.None);
    }

    // What the rollup core keeps in sync of a source is what the source has.
    private static async Task AssertInSyncAsync(RealCore site, RealCore head)
    {
        var there = await site.ListAsync("queries");
        var here = (await head.ListAsync("queries")).Where(item => item.AutoSync).ToList();
        Assert.Equal(there.Select(item => (item.Id, item.Revision, item.Hash)).OrderBy(entry => entry.Id.Value), here.Select(item => (item.Id, item.Revision, item.Hash)).OrderBy(entry => entry.Id.Value));
        var entry = Assert.Single(await head.AskAsync(new Application.Targets.ListRollupSources()));
        Assert.Empty(await head.Services.GetRequiredService<IDoubtStore>().DoubtsAsync(entry.Target.Id, CancellationToken.None));
    }

    private static async Task AssertQuietAsync(RealCore head) => Assert.All(await head.CollectedAsync(), job => Assert.Equal(0, job.Progress.ItemsDone));
}
