using System.Text;
using CoreSync.Application.Items;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Verification;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class J11_verify_compares_by_digests
{
    [Fact]
    public async Task Equal_cores_have_no_drift_and_what_is_on_its_way_is_none()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.PutAsync("queries", "a", "1");
        await pair.Source.PutAsync("reports", "b", "2");
        await pair.Source.SyncedAsync();
        await pair.Source.PutAsync("queries", "c", "3");

        var drift = await pair.Source.AskAsync(new VerifyTarget(pair.Target.Name));

        Assert.Equal((3L, 1, 0), (drift.Compared, drift.Waiting, drift.Detached));
        Assert.Empty(drift.Drifts);
    }

    [Fact]
    public async Task Each_kind_of_drift_is_told_apart_with_the_fields_that_differ()
    {
        await using var pair = await CorePair.CreateAsync();
        var names = new[] { "missing", "older", "newer", "other", "ended" };
        var items = new Dictionary<string, Item>();
        foreach (var name in names)
            items[name] = await pair.Source.PutAsync("queries", name, """{"site":"emea","tags":[1,2]}""");
        items["older"] = await pair.Source.PutAsync("queries", "older", """{"v":2}""", id: items["older"].Id.ToString());
        await pair.Source.SyncedAsync();
        var extra = (await pair.Target.FindAsync(items["missing"]))! with { Id = new ItemId(Guid.NewGuid()), Name = "extra" };
        await AlterAsync(
            pair.Target,
            ((await pair.Target.FindAsync(items["missing"]))! with { Id = items["missing"].Id, AutoSync = false, IsDeleted = true }, null),
            ((await pair.Target.FindAsync(items["older"]))! with { Revision = new Revision(1) }, """{"v":1}"""),
            ((await pair.Target.FindAsync(items["newer"]))! with { Revision = new Revision(9) }, """{"site":"emea","tags":[1,2]}"""),
            ((await pair.Target.FindAsync(items["other"]))! with { Group = "moved" }, """{"site":"apac","tags":[1,3],"new":true}"""),
            ((await pair.Target.FindAsync(items["ended"]))! with { AutoSync = false }, null),
            (extra, "{}"));
        pair.Target.Tamper("DELETE FROM items WHERE id = $id", ("$id", items["missing"].Id.Value.ToByteArray(bigEndian: true)));

        var drift = await pair.Source.AskAsync(new VerifyTarget(pair.Target.Name, "queries"));

        Assert.Equal(
            [
                ("ended", DriftKind.EndedThere), ("extra", DriftKind.ExtraThere), ("missing", DriftKind.MissingThere), ("newer", DriftKind.NewerThere),
                ("older", DriftKind.OlderThere), ("other", DriftKind.OtherContent),
            ],
            drift.Drifts.Select(one => (one.Name, one.Kind)));
        var other = drift.Drifts.Single(one => one.Name == "other").Differences;
        Assert.Contains(new FieldDifference("document.site", "\"emea\"", "\"apac\""), other);
        Assert.Contains(new FieldDifference("document.tags[1]", "2", "3"), other);
        Assert.Contains(new FieldDifference("document.new", null, "true"), other);
        Assert.Contains(new FieldDifference("group", "", "moved"), other);
        Assert.Contains(new FieldDifference("revision", "2", "1"), drift.Drifts.Single(one => one.Name == "older").Differences);
    }

    [Fact]
    public async Task Override_pushes_the_state_of_the_source_over_all_drift_and_over_nothing_else()
    {
        await using var pair = await CorePair.CreateAsync();
        var one = await pair.Source.PutAsync("queries", "one", "1");
        var two = await pair.Source.PutAsync("queries", "two", "2");
        await pair.Source.SyncedAsync();
        await AlterAsync(
            pair.Target, ((await pair.Target.FindAsync(one))! with { Revision = new Revision(7) }, "tampered"), ((await pair.Target.FindAsync(two))! with { Name = "two" }, "tampered"));

        await pair.Source.TellAsync(new OverrideTarget(pair.Target.Name, null, [one.Id.ToString()]));
        await pair.Source.SyncedAsync();
        Assert.Equal("1", await pair.Target.TextAsync(one));
        Assert.Equal("tampered", await pair.Target.TextAsync(two));
        Assert.Equal("two", Assert.Single((await pair.Source.AskAsync(new VerifyTarget(pair.Target.Name))).Drifts).Name);

        await pair.Source.TellAsync(new OverrideTarget(pair.Target.Name, "queries", []));
        await pair.Source.SyncedAsync();
        Assert.Equal("2", await pair.Target.TextAsync(two));
        Assert.Empty((await pair.Source.AskAsync(new VerifyTarget(pair.Target.Name))).Drifts);
        Assert.Equal(8, (await pair.Source.FindAsync(one))!.Revision.Value);
    }

    [Fact]
    public async Task A_detached_item_is_released_there_and_gets_no_changes_until_it_is_attached_again()
    {
        await using var pair = await CorePair.CreateAsync();
        var item = await pair.Source.PutAsync("queries", "one", "1");
        await pair.Source.SyncedAsync();

        await pair.Source.AskAsync(new DetachItems(pair.Target.Name, [item.Id.ToString()]));
        await pair.Source.SyncedAsync();
        Assert.False((await pair.Target.FindAsync(item))!.AutoSync);
        await pair.Source.PutAsync("queries", "one", "2", id: item.Id.ToString());
        await pair.Source.SyncedAsync();
        Assert.Equal("1", await pair.Target.TextAsync(item));
        var drift = await pair.Source.AskAsync(new VerifyTarget(pair.Target.Name));
        Assert.Equal((0, 1), (drift.Drifts.Count, drift.Detached));

        await pair.Source.AskAsync(new DetachItems(pair.Target.Name, [item.Id.ToString()], Detach: false));
        await pair.Source.SyncedAsync();
        Assert.Equal("2", await pair.Target.TextAsync(item));
        Assert.True((await pair.Target.FindAsync(item))!.AutoSync);
    }

    [Fact]
    public async Task Files_changed_or_removed_at_the_target_are_drift_and_override_restores_them()
    {
        await using var files = await FilePair.CreateAsync();
        files.Write("changed.txt", "as sent");
        files.Write("removed.txt", "as sent");
        files.Write("kept.txt", "as sent");
        await files.Pair.Source.SyncedAsync();
        File.WriteAllText(Path.Combine(files.Received, "changed.txt"), "changed");
        File.Delete(Path.Combine(files.Received, "removed.txt"));

        var drift = await files.Pair.Source.AskAsync(new VerifyTarget(files.Pair.Target.Name));
        await files.Pair.Source.TellAsync(new OverrideTarget(files.Pair.Target.Name, "docs", []));
        await files.Pair.Source.SyncedAsync();

        Assert.Equal(
            [("changed.txt", FileDamage.Changed), ("removed.txt", FileDamage.Missing)],
            drift.Drifts.Select(one => (one.Name, one.Damage!.Value)));
        Assert.All(new[] { "changed.txt", "removed.txt", "kept.txt" }, name => Assert.Equal("as sent", files.Read(name)));
        Assert.Empty((await files.Pair.Source.AskAsync(new VerifyTarget(files.Pair.Target.Name))).Drifts);
    }

    [Fact]
    public async Task What_does_not_exist_is_refused_and_nothing_is_doubted()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.PutAsync("queries", "one", "1");
        await pair.Source.SyncedAsync();

        Assert.True((await pair.Source.SendAsync(new VerifyTarget("other.example.net"))).HasError<TargetNotFoundError>());
        Assert.True((await pair.Source.SendAsync(new VerifyTarget(pair.Target.Name, "nothing"))).HasError<ComponentNotFoundError>());
        Assert.True((await pair.Source.SendAsync(new DetachItems(pair.Target.Name, [Guid.NewGuid().ToString()]))).HasError<ItemNotFoundError>());
        Assert.Equal(0, (await pair.Source.SyncedAsync()).Progress.ItemsDone);
    }

    // P-13: at most 100 KB and half a second for a million; the cost of equal catalogues does not depend on their size.
    [Fact]
    public async Task Verifying_costs_what_differs_and_not_what_exists()
    {
        await using var pair = await CorePair.CreateAsync();
        var items = Enumerable.Range(0, 20_000).Select(i => Some(pair, $"item {i}")).ToList();
        await WriteAsync(pair.Source, items);
        await WriteAsync(pair.Target, items);
        await pair.Source.SyncedAsync();
        await pair.Source.AskAsync(new VerifyTarget(pair.Target.Name));

        var started = TimeProvider.System.GetTimestamp();
        var equal = await pair.Source.AskAsync(new VerifyTarget(pair.Target.Name));
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        await AlterAsync(pair.Target, (items[77] with { Name = "item 77" }, "tampered"));
        var one = await pair.Source.AskAsync(new VerifyTarget(pair.Target.Name));

        Assert.Equal(20_000, equal.Compared);
        Assert.Empty(equal.Drifts);
        Assert.Equal(items[77].Id, Assert.Single(one.Drifts).Id);
        Assert.True(elapsed < TimeSpan.FromSeconds(5), $"verifying equal catalogues took {elapsed.TotalMilliseconds} ms");
    }

    private static Item Some(CorePair pair, string name) => new()
    {
        Id = new ItemId(Guid.NewGuid()),
        Component = ComponentName.Parse("queries").Value,
        Kind = ItemKind.Document,
        Name = name,
        Origin = pair.Source.Services.GetRequiredService<CoreSync.Application.Cores.ILocalCore>().Current.Id,
        Revision = new Revision(1),
        MediaType = "application/json",
        Hash = ContentHash.Of("{}"u8),
        Size = 2,
        AutoSync = true,
    };

    private static async Task WriteAsync(RealCore core, IEnumerable<Item> items)
    {
        foreach (var chunk in items.Chunk(2000))
        {
            await core.Services.GetRequiredService<ICatalogue>().WriteAsync(
                [.. chunk.Select(item => new CatalogueWrite(item, true, ChangeKind.Upsert, Encoding.UTF8.GetBytes("{}")))], CancellationToken.None);
        }
    }

    // What no interface allows: the catalogue of a core is changed behind its back.
    private static async Task AlterAsync(RealCore core, params (Item Item, string? Document)[] items) =>
        await core.Services.GetRequiredService<ICatalogue>().WriteAsync(
            [
                .. items.Select(entry =>
                {
                    var item = entry.Document is null ? entry.Item : entry.Item with { Hash = ContentHash.Of(Encoding.UTF8.GetBytes(entry.Document)), Size = Encoding.UTF8.GetByteCount(entry.Document) };
                    var kind = item.IsDeleted ? ChangeKind.Delete : item.AutoSync ? ChangeKind.Upsert : ChangeKind.Release;
                    return entry.Document is null ? new CatalogueWrite(item, false, kind) : new CatalogueWrite(item, true, kind, Encoding.UTF8.GetBytes(entry.Document));
                }),
            ],
            CancellationToken.None);
}
