using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Infrastructure.Content;
using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Testing;
using CoreSync.Testing.Simulation;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Infrastructure.Tests.Content;

/// <summary>Content without a row, rows without content, leftovers (S18).</summary>
public sealed class ContentUpkeepTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private readonly TempDirectory directory = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Rows rows = new();
    private readonly PayloadStore store;
    private readonly ContentUpkeep upkeep;

    public ContentUpkeepTests()
    {
        var options = Options.Create(new CoreSyncOptions { DataDirectory = directory.Path });
        store = new PayloadStore(options, new SeededRandomSource(1), time);
        upkeep = new ContentUpkeep(options, rows, time);
    }

    [Fact]
    public async Task What_no_row_names_goes_after_the_grace_time_and_not_before()
    {
        var used = await PutAsync("used");
        var unused = await PutAsync("unused");
        rows.Add(used);

        time.Advance(Grace - TimeSpan.FromMinutes(1));
        var early = await CollectAsync();
        time.Advance(TimeSpan.FromMinutes(2));
        var late = await CollectAsync();

        Assert.Equal(default, early);
        Assert.Equal(new CollectedContent(1, 6, 0), late);
        Assert.True(Has(used));
        Assert.False(Has(unused));
    }

    [Fact]
    public async Task Content_that_gets_a_row_while_it_is_collected_is_moved_back()
    {
        var content = await PutAsync("content");
        time.Advance(Grace * 2);
        // The first look finds no row; the second, after the content was moved aside, does.
        rows.BeforeVisit = visit =>
        {
            if (visit == 2)
                rows.Add(content);
        };

        var collected = await CollectAsync();

        Assert.Equal(default, collected);
        Assert.True(Has(content));
    }

    [Fact]
    public async Task Content_that_somebody_asks_to_keep_while_it_is_collected_stays()
    {
        var content = await PutAsync("content");
        time.Advance(Grace * 2);
        var kept = false;
        rows.BeforeVisit = visit =>
        {
            if (visit == 1)
                kept = store.Keep(content.Hash, content.Size);
        };

        await CollectAsync();

        Assert.True(kept);
        Assert.True(Has(content));
    }

    [Fact]
    public async Task Content_that_was_moved_aside_already_cannot_be_kept_and_is_put_again()
    {
        var content = await PutAsync("content");
        time.Advance(Grace * 2);
        var kept = true;
        rows.BeforeVisit = visit =>
        {
            if (visit != 2)
                return;
            kept = store.Keep(content.Hash, content.Size);
            store.PutAsync([new SmallContent(content.Hash, "content"u8.ToArray())], CancellationToken.None).GetAwaiter().GetResult();
        };

        await CollectAsync();

        Assert.False(kept);
        Assert.True(Has(content));
        Assert.Empty(Directory.GetFiles(directory.At("content", "discarded")));
    }

    [Fact]
    public async Task What_a_killed_collector_left_aside_is_finished_by_the_next()
    {
        var needed = await PutAsync("needed");
        var unneeded = await PutAsync("unneeded");
        rows.Add(needed);
        time.Advance(Grace * 2);
        Directory.CreateDirectory(directory.At("content", "discarded"));
        foreach (var payload in new[] { needed, unneeded })
            File.Move(FileOf(payload), directory.At("content", "discarded", payload.Hash.ToString()));

        var collected = await CollectAsync();

        Assert.Equal(1, collected.Contents);
        Assert.True(Has(needed));
        Assert.False(Has(unneeded));
    }

    [Fact]
    public async Task Leftovers_of_interrupted_writing_go_and_what_is_being_written_stays()
    {
        await PutAsync("content");
        var old = directory.At("content", "incoming", "old");
        var young = directory.At("content", "incoming", "young");
        await File.WriteAllTextAsync(old, "half");
        await File.WriteAllTextAsync(young, "half");
        File.SetLastWriteTimeUtc(old, time.GetUtcNow().UtcDateTime - (Grace * 2));
        File.SetLastWriteTimeUtc(young, time.GetUtcNow().UtcDateTime);

        var collected = await CollectAsync();

        Assert.Equal(1, collected.Leftovers);
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public async Task A_check_finds_every_fault_and_nothing_else()
    {
        var random = new Random(7);
        var faults = new HashSet<ContentHash>();
        for (var i = 0; i < 300; i++)
        {
            var payload = await PutAsync($"content {i} {new string('x', random.Next(2000))}");
            rows.Add(payload);
            if (i % 3 != 0)
                continue;
            faults.Add(payload.Hash);
            Break(FileOf(payload), i / 3 % 6, random);
        }

        var unused = await PutAsync("unused");
        await File.WriteAllTextAsync(directory.At("content", "incoming", "leftover"), "half");

        var check = await upkeep.CheckAsync(read: true, CancellationToken.None);

        Assert.Equal(faults, check.Damaged.Select(use => use.Payload.Hash).ToHashSet());
        Assert.Equal((100, 201L, 1L, unused.Size, 1), (check.DamagedContents, check.Contents, check.Unused, check.UnusedBytes, check.Leftovers));
        Assert.Equal(faults, upkeep.Damaged());
    }

    [Fact]
    public async Task A_quick_check_finds_what_is_missing_or_has_another_size()
    {
        var missing = await PutAsync("missing");
        var cut = await PutAsync("cut short");
        var flipped = await PutAsync("flipped");
        foreach (var payload in new[] { missing, cut, flipped })
            rows.Add(payload);
        File.Delete(FileOf(missing));
        await File.WriteAllTextAsync(FileOf(cut), "cut");
        await File.WriteAllTextAsync(FileOf(flipped), "flopped");

        var check = await upkeep.CheckAsync(read: false, CancellationToken.None);

        Assert.Equal(new HashSet<ContentHash> { missing.Hash, cut.Hash }, check.Damaged.Select(use => use.Payload.Hash).ToHashSet());
    }

    [Fact]
    public async Task Damage_is_forgotten_when_the_content_is_put_again_or_nothing_needs_it_any_more()
    {
        var healed = await PutAsync("healed");
        var dropped = await PutAsync("dropped");
        rows.Add(healed);
        rows.Add(dropped);
        File.Delete(FileOf(healed));
        await File.WriteAllTextAsync(FileOf(dropped), "drOpped");
        await upkeep.CheckAsync(read: true, CancellationToken.None);
        Assert.Equal(2, upkeep.Damaged().Count);

        await PutAsync("healed");
        rows.Remove(dropped);
        var left = upkeep.Damaged();
        await CollectAsync();

        Assert.Equal([dropped.Hash], left);
        Assert.Empty(upkeep.Damaged());
        Assert.Empty(Directory.GetFiles(directory.At("content", "damaged")));
        Assert.True((await upkeep.CheckAsync(read: true, CancellationToken.None)).IsSound);
    }

    public void Dispose() => directory.Dispose();

    private static void Break(string file, int how, Random random)
    {
        var bytes = File.ReadAllBytes(file);
        switch (how)
        {
            case 0:
                File.Delete(file);
                return;
            case 1:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes = bytes[..^1];
                break;
            case 3:
                bytes = [.. bytes, 0];
                break;
            case 4:
                bytes = [];
                break;
            default:
                bytes = new byte[bytes.Length];
                break;
        }

        File.WriteAllBytes(file, bytes);
    }

    private Task<CollectedContent> CollectAsync() => upkeep.CollectAsync(Grace, CancellationToken.None);

    private async Task<Payload> PutAsync(string text)
    {
        var put = await store.PutAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), CancellationToken.None);
        return new Payload(RelativePath.Parse("one.msi").Value, put.Value.Size, put.Value.Hash);
    }

    private bool Has(Payload payload) => store.Has(payload.Hash, payload.Size);

    private string FileOf(Payload payload) => directory.At("content", payload.Hash.ToString()[..2], payload.Hash.ToString()[2..4], payload.Hash.ToString());

    private sealed class Rows : IPayloadUses
    {
        private readonly List<PayloadUse> uses = [];
        private int visits;

        public Action<int> BeforeVisit { get; set; } = _ => { };

        public void Add(Payload payload) => uses.Add(new PayloadUse(
            payload, new PayloadOwner(new ItemId(Guid.NewGuid()), ComponentName.Presets[0], "item", new CoreId(Guid.NewGuid()))));

        public void Remove(Payload payload) => uses.RemoveAll(use => use.Payload == payload);

        public Task ForEachAsync(Action<PayloadUse> visit, CancellationToken cancellationToken)
        {
            BeforeVisit(++visits);
            uses.ForEach(visit);
            return Task.CompletedTask;
        }
    }
}
