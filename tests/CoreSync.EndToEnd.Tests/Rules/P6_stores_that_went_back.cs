using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Servers;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Real stores, copied and put back on either side: found at the next contact and put right by comparing, with no change at the source and no person (S08 to S11).</summary>
public sealed class P6_stores_that_went_back
{
    private readonly Dictionary<string, Item> items = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restored_source_wins_and_what_it_no_longer_knows_is_released_not_deleted(bool online)
    {
        await using var pair = await CorePair.CreateAsync();
        await DeletingAsync(pair);
        await PutAsync(pair, "edited", "gone");
        var copy = online ? await pair.Source.BackupAsync("source") : await pair.Source.CopyAsync("source");
        await PutAsync(pair, "added");
        await ChangeAsync(pair, "edited", "new");
        await pair.Source.AskAsync(new DeleteItem(items["gone"].Id.ToString()));
        await pair.Source.SyncedAsync();
        await pair.Source.SyncedAsync();

        await pair.Source.RestoreAsync(copy);
        await pair.Source.SyncedAsync();

        await AssertInSyncAsync(pair, "edited", "gone");
        Assert.Equal("edited 1", await pair.Target.TextAsync(items["edited"]));
        var added = await pair.Target.FindAsync(items["added"]);
        Assert.Equal((false, false), (added!.IsDeleted, added.AutoSync));
        Assert.Equal("added 1", await pair.Target.TextAsync(items["added"]));
        await AssertQuietAsync(pair);
    }

    // Sequences and revisions are given a second time before the first contact: neither epoch nor head tells, the mark does.
    [Fact]
    public async Task A_restored_source_that_went_on_for_long_before_the_contact_wins_too()
    {
        await using var pair = await CorePair.CreateAsync();
        await PutAsync(pair, "one", "two");
        var copy = await pair.Source.CopyAsync("source");
        await ChangeAsync(pair, "one", "lost");
        await pair.Source.SyncedAsync();

        await pair.Source.RestoreAsync(copy);
        for (var i = 0; i < 5; i++)
            await ChangeAsync(pair, "two", $"edit {i}");
        await ChangeAsync(pair, "one", "other");
        await PutAsync(pair, "three");

        await AssertInSyncAsync(pair, "one", "two", "three");
        Assert.Equal("other", await pair.Target.TextAsync(items["one"]));
        await AssertQuietAsync(pair);
    }

    // A copy makes the marks alike again: what differed before must be known by then.
    [Fact]
    public async Task A_copy_job_does_not_hide_that_the_source_went_back()
    {
        await using var pair = await CorePair.CreateAsync();
        await PutAsync(pair, "one", "two");
        var copy = await pair.Source.CopyAsync("source");
        await ChangeAsync(pair, "one", "lost");
        await pair.Source.SyncedAsync();

        await pair.Source.RestoreAsync(copy);
        for (var i = 0; i < 5; i++)
            await ChangeAsync(pair, "two", $"edit {i}");
        await ChangeAsync(pair, "one", "other");
        var extra = await pair.Source.PutAsync("queries", "extra", "1", autoSync: false);
        var copied = Assert.Single(await pair.Source.AskAsync(new CopyToCores([extra.Id.ToString()], [pair.Target.Name], Wait: true)));
        Assert.Equal((SyncJobState.Succeeded, 1), (copied.State, copied.Progress.Applied));
        await pair.Source.SyncedAsync();

        await AssertInSyncAsync(pair, "one", "two");
        Assert.Equal("other", await pair.Target.TextAsync(items["one"]));
        Assert.Equal("1", await pair.Target.TextAsync(extra));
        await AssertQuietAsync(pair);
    }

    [Fact]
    public async Task A_copy_job_does_not_hide_that_the_target_went_back()
    {
        await using var pair = await CorePair.CreateAsync();
        await PutAsync(pair, "one", "two");
        var port = pair.Target.Address.Port;
        var copy = await pair.Target.CopyAsync("target");
        await pair.Target.ServeAsync(port);
        await ChangeAsync(pair, "one", "newer");
        await PutAsync(pair, "three");

        await pair.Target.RestoreAsync(copy);
        await pair.Target.ServeAsync(port);
        var extra = await pair.Source.PutAsync("queries", "extra", "1", autoSync: false);
        await pair.Source.AskAsync(new CopyToCores([extra.Id.ToString()], [pair.Target.Name], Wait: true));
        await pair.Source.SyncedAsync();

        await AssertInSyncAsync(pair, "one", "two", "three");
        Assert.Equal("newer", await pair.Target.TextAsync(items["one"]));
        await AssertQuietAsync(pair);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restored_target_converges_at_the_next_contact_without_a_change_at_the_source(bool online)
    {
        await using var pair = await CorePair.CreateAsync();
        await DeletingAsync(pair);
        await PutAsync(pair, "edited", "gone");
        var port = pair.Target.Address.Port;
        var copy = online ? await pair.Target.BackupAsync("target") : await pair.Target.CopyAsync("target");
        if (!online)
            await pair.Target.ServeAsync(port);
        await PutAsync(pair, "added");
        await ChangeAsync(pair, "edited", "new");
        await pair.Source.AskAsync(new DeleteItem(items["gone"].Id.ToString()));
        await pair.Source.SyncedAsync();

        await pair.Target.RestoreAsync(copy);
        await pair.Target.ServeAsync(port);
        // The running source finds out by itself: nothing is due, and nobody asks.
        await pair.Source.ServeAsync();

        await Eventually.IsTrueAsync(async () => (await pair.Target.InSyncAsync()).SequenceEqual(await pair.Source.InSyncAsync()), "the restored target is as the source");
        Assert.Equal(["added", "edited"], (await pair.Target.ListAsync("queries")).Where(item => item.AutoSync).Select(item => item.Name).Order());
        Assert.DoesNotContain(await pair.Target.ListAsync("queries"), item => item.Name == "gone");
    }

    [Fact]
    public async Task Both_restored_to_different_moments_converge()
    {
        await using var pair = await CorePair.CreateAsync();
        await DeletingAsync(pair);
        var port = pair.Target.Address.Port;
        await PutAsync(pair, "a", "b");
        var early = await pair.Target.CopyAsync("target");
        await pair.Target.ServeAsync(port);
        await ChangeAsync(pair, "a", "second");
        await PutAsync(pair, "c");
        var later = await pair.Source.CopyAsync("source");
        await ChangeAsync(pair, "b", "third");
        await PutAsync(pair, "d");
        await pair.Source.SyncedAsync();

        await pair.Source.RestoreAsync(later);
        await pair.Target.RestoreAsync(early);
        await pair.Target.ServeAsync(port);
        await pair.Source.SyncedAsync();

        await AssertInSyncAsync(pair, "a", "b", "c");
        Assert.Equal("second", await pair.Target.TextAsync(items["a"]));
        await AssertQuietAsync(pair);
    }

    [Fact]
    public async Task A_target_that_lost_its_store_asks_and_then_gets_everything()
    {
        await using var pair = await CorePair.CreateAsync();
        await PutAsync(pair, "a", "b");
        var port = pair.Target.Address.Port;

        await pair.Target.CloseAsync();
        Directory.Delete(pair.Target.DataDirectory, recursive: true);
        pair.Target.Open();
        var made = await pair.Target.AskAsync(new InitialiseCore(pair.Target.Name, CoreRole.Standard, $"CoreSync-{Guid.NewGuid():N}"));
        await pair.Target.AddAccountAsync();
        await pair.Target.ServeAsync(port);
        Assert.Equal("trust.certificate-changed", Assert.Single(await pair.Source.SyncAsync()).ErrorCode);
        await pair.Source.AskAsync(new TrustTargetCore(pair.Target.Name, made.Certificate.Fingerprint.ToString()));
        Assert.Equal("target.core-replaced", Assert.Single(await pair.Source.SyncAsync()).ErrorCode);

        await pair.Source.AskAsync(new EditTargetCore(pair.Target.Name, AcceptCore: made.Core.Id.ToString()));
        await pair.Source.SyncedAsync();

        await AssertInSyncAsync(pair, "a", "b");
        await AssertQuietAsync(pair);
    }

    [Fact]
    public async Task A_source_with_a_new_store_converges_and_leaves_nothing_read_only_behind()
    {
        await using var pair = await CorePair.CreateAsync();
        await PutAsync(pair, "a", "b");
        var copy = await pair.Source.CopyAsync("source");
        await ChangeAsync(pair, "a", "lost");
        await PutAsync(pair, "c");

        await pair.Source.RestoreAsync(copy);
        pair.Source.Tamper("UPDATE core SET store_id = randomblob(16), epoch = 0");
        await pair.Source.SyncedAsync();

        await AssertInSyncAsync(pair, "a", "b");
        Assert.Equal("a 1", await pair.Target.TextAsync(items["a"]));
        Assert.False((await pair.Target.FindAsync(items["c"]))!.AutoSync);
        await AssertQuietAsync(pair);
    }

    [Fact]
    public async Task Of_two_copies_of_one_core_one_is_blocked_with_a_clear_message_until_a_person_decides()
    {
        await using var pair = await CorePair.CreateAsync();
        await PutAsync(pair, "a");
        var copy = await pair.Source.CopyAsync("source");
        await pair.Source.ServeAsync();
        await ChangeAsync(pair, "a", "of the first");
        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(items["a"]) == "of the first", "the first copy writes");

        await using var second = await RealCore.CopyOfAsync(pair.Source, copy);
        // The copy believes that it was restored, and rises above the first.
        var taken = Assert.Single(await second.SyncAsync());
        Assert.Equal(SyncJobState.Succeeded, taken.State);
        await pair.Source.PutAsync("queries", "a", "of the first again", id: items["a"].Id.ToString());
        var blocked = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal("sync.core-duplicated", blocked.ErrorCode);
        Assert.Contains("Another copy of this core", blocked.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("a 1", await pair.Target.TextAsync(items["a"]));
        Assert.Equal("sync.core-duplicated", Assert.Single(await pair.Source.SyncAsync()).ErrorCode);

        // A person stops the second copy and decides for the first.
        await second.CloseAsync();
        second.Open();
        await pair.Source.AskAsync(new EditTargetCore(pair.Target.Name, TakeOver: true));
        await pair.Source.SyncedAsync();
        Assert.Equal("of the first again", await pair.Target.TextAsync(items["a"]));
        // The copy that lost does not come back by itself: it rose once already.
        Assert.Equal("sync.core-duplicated", Assert.Single(await second.SyncAsync()).ErrorCode);
        Assert.Equal("of the first again", await pair.Target.TextAsync(items["a"]));
    }

    [Fact]
    public async Task A_directory_that_went_back_while_the_store_did_not_is_filled_again_and_a_local_edit_is_left()
    {
        await using var files = await FilePair.CreateAsync();
        files.Write("one.txt", "first");
        files.Write("sub/two.txt", "second");
        files.Write("edited.txt", "as sent");
        await files.Pair.Source.SyncedAsync();
        RestoredCores.CopyTree(files.Received, files.Received + "-copy");
        files.Write("one.txt", "first, longer");
        files.Write("sub/three.txt", "third");
        await files.Pair.Source.SyncedAsync();

        var port = files.Pair.Target.Address.Port;
        await files.Pair.Target.StopAsync();
        RestoredCores.Replace(files.Received, files.Received + "-copy");
        File.WriteAllText(Path.Combine(files.Received, "edited.txt"), "by somebody");
        // The target looks at its files when it starts.
        await files.Pair.Target.ServeAsync(port);
        await Eventually.IsTrueAsync(() => Task.FromResult(files.Pair.Target.Log().Any(line => line.Contains("FilesDamaged", StringComparison.Ordinal) || line.Contains("are gone or older", StringComparison.Ordinal))), "the target finds the old files");
        await files.Pair.Source.SyncedAsync();

        Assert.Equal("first, longer", File.ReadAllText(Path.Combine(files.Received, "one.txt")));
        Assert.Equal("third", File.ReadAllText(Path.Combine(files.Received, "sub", "three.txt")));
        Assert.Equal("by somebody", File.ReadAllText(Path.Combine(files.Received, "edited.txt")));
    }

    [Fact]
    public async Task A_store_that_went_back_while_the_directory_did_not_converges()
    {
        await using var files = await FilePair.CreateAsync();
        files.Write("one.txt", "first");
        await files.Pair.Source.SyncedAsync();
        var port = files.Pair.Target.Address.Port;
        var copy = await files.Pair.Target.CopyAsync("target");
        await files.Pair.Target.ServeAsync(port);
        files.Write("one.txt", "first, longer");
        files.Write("two.txt", "second");
        await files.Pair.Source.SyncedAsync();

        await files.Pair.Target.RestoreAsync(copy);
        await files.Pair.Target.ServeAsync(port);
        await files.Pair.Source.SyncedAsync();

        Assert.Equal(await files.Pair.Source.InSyncAsync("docs"), await files.Pair.Target.InSyncAsync("docs"));
        Assert.Equal("first, longer", File.ReadAllText(Path.Combine(files.Received, "one.txt")));
        Assert.Equal("second", File.ReadAllText(Path.Combine(files.Received, "two.txt")));
    }

    private static Task<ComponentView> DeletingAsync(CorePair pair) => pair.Target.AskAsync(new SetComponentPolicy("queries", DeletePolicy.Delete, null));

    private async Task PutAsync(CorePair pair, params string[] names)
    {
        foreach (var name in names)
            items[name] = await pair.Source.PutAsync("queries", name, $"{name} 1");
        await pair.Source.SyncedAsync();
    }

    private Task<Item> ChangeAsync(CorePair pair, string name, string document) => pair.Source.PutAsync("queries", name, document, id: items[name].Id.ToString());

    private static async Task AssertInSyncAsync(CorePair pair, params string[] names)
    {
        Assert.Equal(await pair.Source.InSyncAsync(), await pair.Target.InSyncAsync());
        Assert.Equal(names.Order(StringComparer.Ordinal), (await pair.Target.ListAsync("queries")).Where(item => item.AutoSync).Select(item => item.Name).Order(StringComparer.Ordinal));
    }

    // Once settled, nothing is sent any more.
    private static async Task AssertQuietAsync(CorePair pair)
    {
        var job = await pair.Source.SyncedAsync();
        Assert.Equal(0, job.Progress.ItemsDone);
    }
}
