using CoreSync.Application.Bundles;
using CoreSync.Application.Items;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class B3_incremental_bundles_and_receipts : IDisposable
{
    private readonly TempDirectory temp = new();

    [Fact]
    public async Task A_receipt_carried_back_lets_the_next_online_sync_send_nothing()
    {
        var wire = new ReceivedBatches();
        await using var cores = await CarriedPair.CreateAsync(temp, target: wire.Watch);
        var query = await cores.Source.PutAsync("queries", "Laptops", "q");
        await cores.Source.PutAsync("scripts", "Install", new string('x', 400_000), references: [query]);
        await cores.Source.PutAsync("queries", "Plain", "p", autoSync: false);
        var receipt = temp.At("back.receipt");
        await cores.ImportAsync(await cores.ExportAsync(), receipt: receipt);
        await cores.ConnectAsync();
        // An import goes the way of the wire: what came until now came from the file.
        var carried = (wire.Batches, wire.Contents);

        var taken = await cores.Source.AskAsync(new TakeReceipt(receipt));
        var job = await cores.Source.SyncedAsync();

        Assert.Equal("target.example.net", taken.Target.Ascii);
        Assert.Equal((0, 0, 0, 0L), (job.Progress.ItemsTotal, job.Progress.Applied, job.Progress.Skipped, job.Progress.BytesSent));
        Assert.Equal(carried, (wire.Batches, wire.Contents));

        await cores.Source.PutAsync("queries", "Laptops", "q2", id: query.Id.ToString());
        Assert.Equal(1, (await cores.Source.SyncedAsync()).Progress.Applied);
        Assert.Equal("q2", await cores.Target.TextAsync(query));
    }

    [Fact]
    public async Task Without_the_receipt_the_next_online_sync_sends_again_and_harms_nothing()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        var query = await cores.Source.PutAsync("queries", "Laptops", "q");
        await cores.ImportAsync(await cores.ExportAsync());
        await cores.ConnectAsync();

        var job = await cores.Source.SyncedAsync();

        Assert.Equal(SyncJobState.Succeeded, job.State);
        Assert.Equal("q", await cores.Target.TextAsync(query));
        Assert.Equal(1L, (await cores.Target.FindAsync(query))!.Revision.Value);
    }

    [Fact]
    public async Task An_incremental_bundle_holds_what_changed_and_continues_where_the_target_stands()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Source.PutAsync("queries", "Old", new string('o', 100_000));
        await cores.Source.PutAsync("queries", "Old plain", "o", autoSync: false);
        var first = await cores.Source.AskAsync(new ExportBundle(cores.NewFile(), [], []));
        await cores.ImportAsync(first.File);
        var changed = await cores.Source.PutAsync("queries", "New", "n");
        var script = await cores.Source.PutAsync("scripts", "First of its component", "s");

        var second = await cores.Source.AskAsync(new ExportBundle(cores.NewFile(), [], [], first.Next!.Value.Value));
        var done = await cores.ImportAsync(second.File);

        Assert.Equal(2, second.Bundle.Manifest.Totals.Changes);
        Assert.True(second.Bundle.FileBytes < first.Bundle.FileBytes);
        Assert.Equal((2L, 0L), (done.Applied, done.Skipped));
        Assert.Equal("n", await cores.Target.TextAsync(changed));
        Assert.Equal("s", await cores.Target.TextAsync(script));
    }

    [Fact]
    public async Task What_was_released_goes_into_an_incremental_bundle_only_when_it_changed_since()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        var edited = await cores.Source.PutAsync("queries", "Edited later", "1");
        var quiet = await cores.Source.PutAsync("queries", "Quiet", "1");
        await cores.Source.AskAsync(new SetAutoSync([edited.Id.ToString(), quiet.Id.ToString()], On: false));
        var first = await cores.Source.AskAsync(new ExportBundle(cores.NewFile(), [], []));
        await cores.ImportAsync(first.File);

        var nothing = await cores.Source.AskAsync(new ExportBundle(cores.NewFile(), [], [], first.Next!.Value.Value));
        Assert.Equal(0, nothing.Bundle.Manifest.Totals.Changes);

        await cores.Source.PutAsync("queries", "Edited later", "2", autoSync: null, id: edited.Id.ToString());
        var second = await cores.Source.AskAsync(new ExportBundle(cores.NewFile(), [], [], nothing.Next!.Value.Value));
        await cores.ImportAsync(second.File);

        Assert.Equal(1, second.Bundle.Manifest.Totals.Changes);
        Assert.Equal(("2", "1"), (await cores.Target.TextAsync(edited), await cores.Target.TextAsync(quiet)));
    }

    [Fact]
    public async Task A_gap_is_refused_with_the_sequence_that_is_expected()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Source.PutAsync("queries", "One", "1");
        var first = await cores.Source.AskAsync(new ExportBundle(cores.NewFile(), [], []));
        await cores.ImportAsync(first.File);
        await cores.Source.PutAsync("queries", "Two", "2");
        var second = await cores.Source.AskAsync(new ExportBundle(cores.NewFile(), [], [], first.Next!.Value.Value));
        var three = await cores.Source.PutAsync("queries", "Three", "3");
        var third = await cores.Source.AskAsync(new ExportBundle(cores.NewFile(), [], [], second.Next!.Value.Value));

        var early = await cores.Target.SendAsync(new ImportBundle(third.File, ImportMode.Update));

        var gap = Assert.Single(early.Errors.OfType<BundleGapError>());
        Assert.Equal(("queries", second.Next!.Value.Value, first.Next!.Value.Value), (gap.Component, gap.From, gap.Expected));
        Assert.Null(await cores.Target.FindAsync(three));
        await cores.ImportAsync(second.File);
        await cores.ImportAsync(third.File);
        Assert.Equal("3", await cores.Target.TextAsync(three));
        Assert.Equal(0, (await cores.ImportAsync(second.File)).Applied);
    }

    [Fact]
    public async Task Old_foreign_and_untrusted_receipts_are_refused_and_move_nothing()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Source.PutAsync("queries", "One", "1");
        var old = temp.At("old.receipt");
        await cores.ImportAsync(await cores.ExportAsync(), receipt: old);
        await cores.Source.PutAsync("queries", "Two", "2");
        var fresh = temp.At("fresh.receipt");
        await cores.ImportAsync(await cores.ExportAsync(), receipt: fresh);

        Assert.True((await cores.Source.SendAsync(new TakeReceipt(fresh))).HasError<ReceiptNotTrustedError>());
        await cores.ConnectAsync();
        Assert.True((await cores.Source.SendAsync(new TakeReceipt(fresh))).IsSuccess);
        Assert.True((await cores.Source.SendAsync(new TakeReceipt(old))).HasError<ReceiptOldError>());
        Assert.True((await cores.Source.SendAsync(new TakeReceipt(fresh))).HasError<ReceiptOldError>());
        Assert.True((await cores.Source.SendAsync(new TakeReceipt(await cores.ExportAsync()))).HasError<BundleMalformedError>());

        await using var other = await CorePair.CreateAsync();
        await other.Target.AskAsync(new ImportBundle(await cores.ExportAsync(), ImportMode.Update, Fingerprint: await cores.Source.FingerprintAsync(), Receipt: temp.At("foreign.receipt")));
        Assert.True((await other.Source.SendAsync(new TakeReceipt(temp.At("foreign.receipt")))).HasError<ReceiptForeignError>());
        Assert.Equal(0, (await cores.Source.SyncedAsync()).Progress.ItemsTotal);
    }

    [Fact]
    public async Task What_refers_to_nothing_is_left_out_and_named()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Source.PutAsync("queries", "Good", "1");
        var needed = await cores.Source.PutAsync("scripts", "Needed", "s");
        var needing = await cores.Source.PutAsync("queries", "Needing", "2", references: [needed]);
        await cores.Source.AskAsync(new DeleteItem(needed.Id.ToString()));

        var exported = await cores.Source.AskAsync(new ExportBundle(cores.NewFile(), [], []));

        var left = Assert.Single(exported.LeftOut);
        Assert.Equal(needing.Id, left.Item);
        Assert.IsType<ItemReferenceMissingError>(left.Error);
        Assert.Equal(["Good"], (await ImportedAsync(cores, exported.File)).Select(item => item.Name));
        Assert.Null(await cores.Target.FindAsync(needing));
    }

    private static async Task<IReadOnlyList<Item>> ImportedAsync(CarriedPair cores, string file)
    {
        await cores.ImportAsync(file);
        return await cores.Target.ListAsync("queries");
    }

    public void Dispose() => temp.Dispose();
}
