using System.Globalization;
using System.Text;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>The pull side of the replicator: a remote feed into the local sink, with everything that holds for a push.</summary>
public sealed class P1_pull_by_the_same_replicator
{
    private static readonly byte[] Large = PayloadPair.Bytes(8_000_000, 7);

    // tests/long/rollup.sh takes 30,000.
    private static int Items => int.Parse(Environment.GetEnvironmentVariable("CORESYNC_ROLLUP_ITEMS") ?? "3000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Thousands_of_items_of_three_sources_arrive_once_each_with_their_origin()
    {
        await using var star = await RollupStar.CreateAsync(3);
        foreach (var site in star.Sites)
            await FillAsync(site, Items / 3);

        var jobs = await star.Head.CollectedAsync();

        Assert.Equal((Items / 3 * 3, 0), (jobs.Sum(job => job.Progress.Applied), jobs.Sum(job => job.Progress.Skipped)));
        var origins = (await star.Head.Services.GetRequiredService<Application.Verification.IDigestStore>().TotalsAsync(null, CancellationToken.None)).ToDictionary(total => total.Origin);
        foreach (var site in star.Sites)
        {
            var there = Assert.Single(await site.Services.GetRequiredService<Application.Rollup.ICollectedItems>().TotalsAsync(Queries, default, CancellationToken.None));
            Assert.Equal((Items / 3, there.Digest), (there.Digest.Items, origins[there.Origin].Digest));
        }

        var again = await star.Head.CollectedAsync();
        Assert.Equal(0, again.Sum(job => job.Progress.ItemsDone));
    }

    [Fact]
    public async Task A_collection_that_is_cut_in_the_middle_goes_on_after_what_was_acknowledged()
    {
        await using var star = await RollupStar.CreateAsync(0);
        await using var site = await RealCore.CreateAsync("site.example.net");
        await site.AddAccountAsync(Accounts.Rights.ConsoleAdministrator);
        await site.SetAsync(Setting.Compression, "off");
        await site.ServeAsync();
        await using var wire = new CuttableWire(site.Address, countsAnswers: true);
        await star.Head.AddSourceAsync(site, wire.Address);
        await FillAsync(site, 6000);
        wire.CutAfter(2_000_000);

        var broken = Assert.Single(await star.Head.CollectAsync());
        var done = Assert.Single(await star.Head.CollectedAsync());

        Assert.Equal(SyncJobState.Failed, broken.State);
        Assert.InRange(broken.Progress.Applied, 1000, 5000);
        Assert.Equal(6000, broken.Progress.Applied + done.Progress.Applied);
        Assert.Equal(0, done.Progress.Skipped);
    }

    [Fact]
    public async Task A_payload_that_is_cut_in_the_middle_goes_on_there()
    {
        await using var star = await RollupStar.CreateAsync(0);
        await using var site = await RealCore.CreateAsync("site.example.net");
        await site.AddAccountAsync(Accounts.Rights.ConsoleAdministrator);
        await site.ServeAsync();
        await using var wire = new CuttableWire(site.Address, countsAnswers: true);
        await star.Head.AddSourceAsync(site, wire.Address);
        var item = await PayloadPair.PutAsync(site, "agent", null, autoSync: false, ("agent.msi", Large));
        wire.CutAfter(5_000_000);

        var broken = Assert.Single(await star.Head.CollectAsync());
        var arrived = new DirectoryInfo(star.Head.DataDirectory).GetFiles("*.part", SearchOption.AllDirectories).Single().Length;
        var before = wire.Sent;
        await star.Head.CollectedAsync();

        Assert.Equal(SyncJobState.Failed, broken.State);
        Assert.InRange(arrived, 3_000_000, 5_000_000);
        Assert.InRange(wire.Sent - before, Large.Length - arrived, Large.Length - arrived + 1_000_000);
        Assert.Equal([PayloadPair.Expected("agent.msi", Large)], await PayloadPair.ContentsAsync(star.Head, item));
    }

    [Fact]
    public async Task Documents_files_and_payloads_of_every_size_arrive_as_they_are()
    {
        await using var star = await RollupStar.CreateAsync(1);
        var site = star.Sites[0];
        using var trees = new Testing.TempDirectory();
        Directory.CreateDirectory(trees.At("sent", "sub"));
        Directory.CreateDirectory(trees.At("received"));
        File.WriteAllText(trees.At("sent", "readme.txt"), "hello");
        File.WriteAllBytes(trees.At("sent", "sub", "large.bin"), PayloadPair.Bytes(900_000, 1));
        await site.AskAsync(new AddFilesComponent("packages", trees.At("sent"), null, [], []));
        await star.Head.AskAsync(new AddFilesComponent("packages", null, trees.At("received"), [], []));
        var document = await site.PutAsync("queries", "Large", new string('x', 700_000), autoSync: false);
        var empty = await site.PutAsync("queries", "Empty", "", autoSync: false);
        var payloads = Enumerable.Range(0, 300).Select(i => ($"part {i:D3}", PayloadPair.Bytes(1000 + i, i))).Append(("large", PayloadPair.Bytes(400_000, 9))).ToArray();
        var item = await PayloadPair.PutAsync(site, "agent", null, autoSync: false, payloads);
        await Eventually.IsTrueAsync(async () => (await site.ListAsync("packages")).Count >= 2, "the source has scanned its directory");

        await star.Head.CollectedAsync();

        Assert.Equal(700_000, (await star.Head.TextAsync(document))!.Length);
        Assert.Equal("", await star.Head.TextAsync(empty));
        Assert.Equal("hello", File.ReadAllText(trees.At("received", "readme.txt")));
        Assert.Equal(PayloadPair.Bytes(900_000, 1), File.ReadAllBytes(trees.At("received", "sub", "large.bin")));
        Assert.Equal([.. payloads.OrderBy(payload => payload.Item1, StringComparer.Ordinal).Select(payload => PayloadPair.Expected(payload.Item1, payload.Item2))],
            (await PayloadPair.ContentsAsync(star.Head, item)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_item_comes_with_what_it_needs_or_not_at_all()
    {
        await using var star = await RollupStar.CreateAsync(1);
        var site = star.Sites[0];
        var package = await site.PutAsync("distribution-packages", "7-Zip", "1", autoSync: false);
        var task = await site.PutAsync("tasks", "Install", "1", true, null, package);
        // Switched off here, what needs it waits.
        await star.Head.AskAsync(new EnableComponent("distribution-packages", false));
        var without = Assert.Single(await star.Head.CollectAsync());
        Assert.Null(await star.Head.FindAsync(task));

        await star.Head.AskAsync(new EnableComponent("distribution-packages", true));
        await star.Head.CollectedAsync();

        Assert.Equal((SyncJobState.Failed, 0, 1), (without.State, without.Progress.Applied, without.Progress.Rejected));
        Assert.Equal([package.Id], (await star.Head.FindAsync(task))!.References);
        Assert.Equal("1", await star.Head.TextAsync(package));
    }

    [Fact]
    public async Task Components_that_the_entry_names_are_collected_alone()
    {
        await using var star = await RollupStar.CreateAsync(1);
        var query = await star.Sites[0].PutAsync("queries", "Laptops", "1");
        var script = await star.Sites[0].PutAsync("scripts", "Reboot", "1");
        await star.Head.AskAsync(new EditTargetCore(star.Sites[0].Name, Rules: new TargetRulesEdit(Components: ["queries"]), Direction: SyncDirection.Pull));

        await star.Head.CollectedAsync();

        Assert.Equal("1", await star.Head.TextAsync(query));
        Assert.Null(await star.Head.FindAsync(script));
    }

    [Fact]
    public async Task The_limit_of_a_source_holds_and_a_cancel_is_obeyed_within_two_seconds()
    {
        await using var star = await RollupStar.CreateAsync(1);
        var site = star.Sites[0];
        await star.Head.AskAsync(new EditTargetCore(site.Name, Rules: new TargetRulesEdit(KilobytesPerSecond: 500), Direction: SyncDirection.Pull));
        var item = await PayloadPair.PutAsync(site, "agent", null, autoSync: false, ("agent.msi", Large));
        await star.Head.ServeAsync();
        SyncJob? running = null;
        await Eventually.IsTrueAsync(
            async () => (running = (await star.Head.AskAsync(new ListJobs())).FirstOrDefault(job => job is { State: SyncJobState.Running, Progress.BytesSent: > 200_000 })) is not null, "it collects");
        var begun = TimeProvider.System.GetTimestamp();
        var before = running!.Progress.BytesSent;
        await Eventually.IsTrueAsync(
            async () => (await star.Head.AskAsync(new ShowJob(running.Id.ToString()))).Job.Progress.BytesSent - before >= 1_000_000, "a megabyte more");
        var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;

        var cancelled = await star.Head.AskAsync(new CancelJob(running.Id.ToString()));

        Assert.InRange(seconds, 1.2, 15);
        Assert.Equal(SyncJobState.Cancelled, cancelled.State);
        Assert.Empty(await PayloadPair.ContentsAsync(star.Head, item));
    }

    [Fact]
    public async Task Too_many_deletes_at_once_are_held_back_until_a_person_at_the_source_confirms()
    {
        await using var star = await RollupStar.CreateAsync(1);
        var site = star.Sites[0];
        await star.Head.AskAsync(new SetComponentPolicy("queries", DeletePolicy.Delete, null));
        var items = new List<Item>();
        for (var i = 0; i < 12; i++)
            items.Add(await site.PutAsync("queries", $"Query {i}", "1", autoSync: false));
        await star.Head.CollectedAsync();
        foreach (var item in items)
            await site.AskAsync(new DeleteItem(item.Id.ToString()));

        var held = Assert.Single(await star.Head.CollectAsync());
        Assert.Equal("sync.mass-delete", held.ErrorCode);
        Assert.False((await star.Head.FindAsync(items[0]))!.IsDeleted);

        await site.AskAsync(new ConfirmDeletes("queries"));
        await star.Head.CollectedAsync();
        Assert.True((await star.Head.FindAsync(items[0]))!.IsDeleted);
    }

    private static ComponentName Queries => ComponentName.Parse("queries").Value;

    private static async Task FillAsync(RealCore core, int items)
    {
        var origin = core.Services.GetRequiredService<Application.Cores.ILocalCore>().Current.Id;
        var catalogue = core.Services.GetRequiredService<ICatalogue>();
        foreach (var chunk in Enumerable.Range(0, items).Chunk(1000))
        {
            await catalogue.WriteAsync(
                [
                    .. chunk.Select(i =>
                    {
                        var bytes = Encoding.UTF8.GetBytes($$"""{"core":"{{core.Name}}","number":{{i}},"text":"{{new string((char)('a' + (i % 26)), 300)}}"}""");
                        return new CatalogueWrite(
                            new Item
                            {
                                Id = new ItemId(Guid.NewGuid()), Component = Queries, Kind = ItemKind.Document, Name = $"{core.Name} {i}", Origin = origin, Revision = new Revision(1),
                                MediaType = "application/json", Hash = ContentHash.Of(bytes), Size = bytes.Length, AutoSync = i % 2 == 0,
                            },
                            ContentChanged: true, i % 2 == 0 ? ChangeKind.Upsert : ChangeKind.Release, bytes);
                    }),
                ],
                CancellationToken.None);
        }
    }
}
