using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class I5_payloads_travel_with_their_item
{
    private static readonly byte[] Large = PayloadPair.Bytes(3_000_000, 1);
    private static readonly byte[] Small = PayloadPair.Bytes(2_000, 2);

    [Fact]
    public async Task Payloads_large_small_and_empty_are_identical_on_the_target()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("setup/agent.msi", Large), ("setup/läs mig.txt", Small), ("empty", []));

        var job = await pair.Source.SyncedAsync();

        Assert.Equal(
            [PayloadPair.Expected("empty", []), PayloadPair.Expected("setup/agent.msi", Large), PayloadPair.Expected("setup/läs mig.txt", Small)],
            await PayloadPair.ContentsAsync(pair.Target, item));
        Assert.Equal((1, 0), (job.Progress.Applied, job.Progress.Rejected));
        Assert.Equal(job.Progress.BytesTotal, job.Progress.BytesSent);
        Assert.InRange(job.Progress.BytesSent, Large.Length + Small.Length, Large.Length + Small.Length + 1000);
    }

    [Fact]
    public async Task One_content_in_a_hundred_items_travels_once_and_is_kept_once()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var items = new List<Item>();
        for (var i = 0; i < 100; i++)
            items.Add(await pair.PutAsync($"package {i}", ("setup.msi", Large), ("note.txt", Small)));
        var before = pair.Wire.Sent;

        await pair.Source.SyncedAsync();

        Assert.InRange(pair.Wire.Sent - before, Large.Length, Large.Length * 1.1);
        Assert.Equal(2, PayloadPair.Stored(pair.Source).Length);
        Assert.Equal(2, PayloadPair.Stored(pair.Target).Length);
        Assert.Equal([PayloadPair.Expected("note.txt", Small), PayloadPair.Expected("setup.msi", Large)], await PayloadPair.ContentsAsync(pair.Target, items[99]));
    }

    [Fact]
    public async Task What_the_target_has_already_is_not_sent_whoever_brought_it()
    {
        await using var pair = await PayloadPair.CreateAsync();
        await PayloadPair.PutAsync(pair.Target, "the target's own", null, ("else.msi", Large));
        var item = await pair.PutAsync("agent", ("agent.msi", Large));
        var before = pair.Wire.Sent;

        await pair.Source.SyncedAsync();

        Assert.InRange(pair.Wire.Sent - before, 1, 100_000);
        Assert.Equal([PayloadPair.Expected("agent.msi", Large)], await PayloadPair.ContentsAsync(pair.Target, item));
    }

    [Fact]
    public async Task A_change_of_the_payloads_alone_is_a_new_revision_that_travels()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Large), ("note.txt", Small));
        await pair.Source.SyncedAsync();
        var before = pair.Wire.Sent;
        var next = PayloadPair.Bytes(5_000, 3);

        var changed = await PayloadPair.PutAsync(pair.Source, "agent", item.Id.ToString(), ("agent.msi", Large), ("note.txt", next));
        await pair.Source.SyncedAsync();

        Assert.Equal(item.Revision.Next(), changed.Revision);
        Assert.Equal(changed.Revision, (await pair.Target.FindAsync(item))!.Revision);
        Assert.Equal([PayloadPair.Expected("agent.msi", Large), PayloadPair.Expected("note.txt", next)], await PayloadPair.ContentsAsync(pair.Target, item));
        Assert.InRange(pair.Wire.Sent - before, next.Length, 100_000);
    }

    [Fact]
    public async Task Payloads_stay_when_only_the_document_changes_and_go_when_they_are_removed()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Small));
        await pair.Source.SyncedAsync();

        await pair.Source.AskAsync(new PutItem("distribution-packages", "agent", "{}"u8.ToArray(), Id: item.Id.ToString()));
        await pair.Source.SyncedAsync();
        var kept = await PayloadPair.ContentsAsync(pair.Target, item);
        await pair.Source.AskAsync(new PutItem("distribution-packages", "agent", "{}"u8.ToArray(), Id: item.Id.ToString(), Payloads: []));
        await pair.Source.SyncedAsync();

        Assert.Equal([PayloadPair.Expected("agent.msi", Small)], kept);
        Assert.Empty((await pair.Target.FindAsync(item))!.Payloads);
    }

    [Fact]
    public async Task Thousands_of_small_payloads_travel_in_few_requests()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var last = default(Item);
        for (var i = 0; i < 3; i++)
        {
            var number = i;
            last = await pair.PutAsync($"package {i}", [.. Enumerable.Range(0, 1000).Select(j => ($"part {j}", PayloadPair.Bytes(2048, (number * 1000) + j)))]);
        }

        var before = pair.Wire.Sent;
        await pair.Source.SyncedAsync();

        Assert.Equal(3000, PayloadPair.Stored(pair.Target).Length);
        Assert.Equal(1000, (await PayloadPair.ContentsAsync(pair.Target, last!)).Length);
        // A request of its own costs a header of some hundred bytes, and an answer to wait for.
        Assert.InRange(pair.Wire.Sent - before, 3000 * 2048, 3000 * (2048 + 32 + 4 + 100 + 80));
    }

    [Fact]
    public async Task A_payload_damaged_at_the_source_is_named_and_the_other_items_go_on()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var large = await pair.PutAsync("large", ("large.msi", Large));
        var small = await pair.PutAsync("small", ("small.txt", Small));
        var missing = await pair.PutAsync("missing", ("missing.txt", "gone"u8.ToArray()));
        var sound = await pair.PutAsync("sound", ("sound.txt", "sound"u8.ToArray()));
        Damage(PayloadPair.FileOf(pair.Source, Large));
        Damage(PayloadPair.FileOf(pair.Source, Small));
        File.Delete(PayloadPair.FileOf(pair.Source, "gone"u8.ToArray()));

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((SyncJobState.PartlyFailed, 1, 3), (job.State, job.Progress.Applied, job.Progress.Rejected));
        var failures = (await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Failures;
        Assert.All(failures, failure => Assert.Equal("content.damaged", failure.Outcome.Code));
        Assert.Equal(["large", "missing", "small"], failures.Select(failure => failure.Name).Order());
        Assert.Contains("large.msi", failures.Single(failure => failure.Name == "large").Outcome.Message, StringComparison.Ordinal);
        foreach (var item in new[] { large, small, missing })
            Assert.Null(await pair.Target.FindAsync(item));
        Assert.Equal([PayloadPair.Expected("sound.txt", "sound"u8.ToArray())], await PayloadPair.ContentsAsync(pair.Target, sound));

        // Cured by putting it again, as the error says.
        await PayloadPair.PutAsync(pair.Source, "large", large.Id.ToString(), ("large.msi", Large));
        await pair.Source.SyncAsync();
        Assert.Equal([PayloadPair.Expected("large.msi", Large)], await PayloadPair.ContentsAsync(pair.Target, large));
    }

    [Fact]
    public async Task A_refused_put_changes_nothing()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Small));
        (string, byte[])[][] hostile =
        [
            [("../agent.msi", Small)], [("/etc/agent.msi", Small)], [("a\\b", Small)], [("nul", Small)], [("", Small)], [("One", Small), ("oNE", Large)],
            [.. Enumerable.Range(0, 1001).Select(i => ($"part {i}", Small))],
        ];

        foreach (var payloads in hostile)
        {
            var put = await pair.Source.SendAsync(new PutItem(
                "distribution-packages", "agent", "{}"u8.ToArray(), Id: item.Id.ToString(),
                Payloads: [.. payloads.Select(payload => PayloadSource.OfStream(payload.Item1, new MemoryStream(payload.Item2)))]));
            Assert.True(put.HasError<PathInvalidError>() || put.HasError<ItemInvalidError>(), put.ToString());
        }

        var missing = await pair.Source.SendAsync(new PutItem(
            "distribution-packages", "agent", "{}"u8.ToArray(), Id: item.Id.ToString(), Payloads: [PayloadSource.OfFile("agent.msi", "/nowhere/agent.msi")]));
        Assert.True(missing.HasError<ContentUnreadableError>());
        Assert.Equal(item.Revision, (await pair.Source.FindAsync(item))!.Revision);
        Assert.Single(PayloadPair.Stored(pair.Source));
    }

    private static void Damage(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Seek(-1, SeekOrigin.End);
        var last = stream.ReadByte();
        stream.Seek(-1, SeekOrigin.End);
        stream.WriteByte((byte)~last);
    }
}
