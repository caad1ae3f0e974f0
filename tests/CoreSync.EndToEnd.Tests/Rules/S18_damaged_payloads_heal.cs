using CoreSync.Application.Cores;
using CoreSync.Application.Health;
using CoreSync.Application.Items;
using CoreSync.Errors;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class S18_damaged_payloads_heal
{
    private static readonly byte[] Large = PayloadPair.Bytes(3_000_000, 5);
    private static readonly byte[] Small = PayloadPair.Bytes(2_000, 6);

    [Fact]
    public async Task What_a_target_lost_is_found_told_and_fetched_again_and_nothing_else_travels()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var large = await pair.PutAsync("large", ("large.msi", Large), ("both.txt", Small));
        var small = await pair.PutAsync("small", ("small.txt", Small));
        var sound = await pair.PutAsync("sound", ("sound.msi", PayloadPair.Bytes(4_000_000, 7)));
        await pair.Source.SyncedAsync();
        File.Delete(PayloadPair.FileOf(pair.Target, Small));
        await using (var file = new FileStream(PayloadPair.FileOf(pair.Target, Large), FileMode.Open, FileAccess.Write))
            file.WriteByte((byte)~Large[0]);

        var found = await pair.Target.AskAsync(new CheckContents(Read: true));
        var status = await pair.Target.AskAsync(new GetStatus());
        var before = pair.Wire.Sent;
        var job = await pair.Source.SyncedAsync();
        var after = await pair.Target.AskAsync(new CheckContents(Read: true));

        Assert.Equal(["large both.txt", "large large.msi", "small small.txt"], found.Damaged.Select(use => $"{use.Owner!.Name} {use.Payload.Path}").Order());
        Assert.Equal(2, Assert.IsType<ContentsDamagedError>(Assert.Single(status.Problems, problem => problem.Severity == HealthSeverity.Failure).Error).Count);
        Assert.True(after.IsSound);
        Assert.Equal((0, 2), (job.Progress.Applied, job.Progress.Skipped));
        Assert.InRange(pair.Wire.Sent - before, Large.Length, Large.Length + 200_000);
        Assert.Equal([PayloadPair.Expected("both.txt", Small), PayloadPair.Expected("large.msi", Large)], await PayloadPair.ContentsAsync(pair.Target, large));
        Assert.Equal([PayloadPair.Expected("small.txt", Small)], await PayloadPair.ContentsAsync(pair.Target, small));
        Assert.Equal(sound.Revision, (await pair.Target.FindAsync(sound))!.Revision);
        Assert.DoesNotContain((await pair.Target.AskAsync(new GetStatus())).Problems, problem => problem.Severity == HealthSeverity.Failure);
    }

    // J2: what was copied once is healed in the revision that was given, and nothing newer and nothing that was never copied goes along.
    [Fact]
    public async Task A_copy_that_is_not_flagged_heals_as_well_and_stays_what_it_was()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var copied = await PayloadPair.PutAsync(pair.Source, "copied", null, autoSync: false, ("one.msi", Large));
        var changed = await PayloadPair.PutAsync(pair.Source, "changed", null, autoSync: false, ("two.txt", Small));
        var flagged = await pair.PutAsync("flagged then released", ("three.msi", PayloadPair.Bytes(5_000, 8)));
        await pair.Source.SyncedAsync();
        await pair.Source.AskAsync(new CopyToCores([copied.Id.ToString(), changed.Id.ToString()], [pair.Target.Name], Wait: true));
        await pair.Source.AskAsync(new SetAutoSync([flagged.Id.ToString()], On: false));
        await pair.Source.SyncedAsync();
        await PayloadPair.PutAsync(pair.Source, "changed", changed.Id.ToString(), autoSync: false, ("newer.txt", PayloadPair.Bytes(3_000, 9)));
        foreach (var content in new[] { Large, Small, PayloadPair.Bytes(5_000, 8) })
            File.Delete(PayloadPair.FileOf(pair.Target, content));
        Assert.Equal(3, (await pair.Target.AskAsync(new CheckContents(Read: false))).Damaged.Count);

        var job = await pair.Source.SyncedAsync();

        Assert.Equal((0, 2), (job.Progress.Applied, job.Progress.Skipped));
        Assert.Equal([PayloadPair.Expected("one.msi", Large)], await PayloadPair.ContentsAsync(pair.Target, copied));
        Assert.Equal([PayloadPair.Expected("three.msi", PayloadPair.Bytes(5_000, 8))], await PayloadPair.ContentsAsync(pair.Target, flagged));
        Assert.False((await pair.Target.FindAsync(copied))!.AutoSync);
        // A newer revision is a person's to copy.
        Assert.Equal("two.txt", Assert.Single((await pair.Target.AskAsync(new CheckContents(Read: false))).Damaged).Payload.Path.Value);
        Assert.Equal(changed.Revision, (await pair.Target.FindAsync(changed))!.Revision);
        await pair.Source.AskAsync(new CopyToCores([changed.Id.ToString()], [pair.Target.Name], Wait: true));
        Assert.Empty((await pair.Target.AskAsync(new CheckContents(Read: true))).Damaged);
    }

    // A target is believed about what it lost, not about what it is owed.
    [Fact]
    public async Task A_target_that_claims_damage_to_what_it_never_had_gets_nothing()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var secret = await PayloadPair.PutAsync(pair.Source, "secret", null, autoSync: false, ("secret.msi", Large));
        var public_ = await PayloadPair.PutAsync(pair.Source, "copied", null, autoSync: false, ("one.msi", Small));
        await pair.Source.AskAsync(new CopyToCores([public_.Id.ToString()], [pair.Target.Name], Wait: true));
        // As if the target knew the id and named it.
        var port = pair.Target.Address.Port;
        await pair.Target.CloseAsync();
        pair.Target.Open();
        pair.Target.Tamper($"UPDATE items SET id = x'{Convert.ToHexString(secret.Id.Value.ToByteArray(bigEndian: true))}' WHERE id = x'{Convert.ToHexString(public_.Id.Value.ToByteArray(bigEndian: true))}'");
        await pair.Target.ServeAsync(port);
        File.Delete(PayloadPair.FileOf(pair.Target, Small));
        Assert.Equal(secret.Id, Assert.Single((await pair.Target.AskAsync(new CheckContents(Read: false))).Damaged).Owner!.Id);

        var job = await pair.Source.SyncedAsync();

        Assert.Equal(0, job.Progress.ItemsDone);
        Assert.DoesNotContain(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Large)), PayloadPair.Stored(pair.Target));
    }

    [Fact]
    public async Task What_the_core_itself_made_is_named_until_it_is_put_again()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Small));
        File.Delete(PayloadPair.FileOf(pair.Source, Small));

        var opened = await pair.Source.SendAsync(new OpenPayload(item.Id.ToString(), "agent.msi"));
        var found = await pair.Source.AskAsync(new CheckContents(Read: false));
        await PayloadPair.PutAsync(pair.Source, "agent", item.Id.ToString(), ("agent.msi", Small));
        var after = await pair.Source.AskAsync(new CheckContents(Read: true));

        Assert.True(opened.HasError<PayloadDamagedError>());
        Assert.Equal(item.Id, Assert.Single(found.Damaged).Owner!.Id);
        Assert.True(after.IsSound);
    }

    [Fact]
    public async Task What_no_item_needs_any_more_is_collected_on_both_sides_after_the_grace_time()
    {
        await using var pair = await PayloadPair.CreateAsync();
        // A version that is kept for rolling back keeps what it carries.
        await pair.Source.SetAsync(Settings.Setting.KeepRevisions, "0");
        await pair.Target.SetAsync(Settings.Setting.KeepRevisions, "0");
        var item = await pair.PutAsync("agent", ("agent.msi", Small), ("kept.msi", Large));
        await pair.Source.SyncedAsync();
        await PayloadPair.PutAsync(pair.Source, "agent", item.Id.ToString(), ("kept.msi", Large));
        await pair.Source.SyncedAsync();

        foreach (var core in new[] { pair.Source, pair.Target })
        {
            var upkeep = core.Services.GetRequiredService<IContentUpkeep>();
            var young = await upkeep.CollectAsync(TimeSpan.FromHours(24), CancellationToken.None);
            foreach (var name in PayloadPair.Stored(core))
                File.SetLastWriteTimeUtc(Path.Combine(core.DataDirectory, "content", name[..2], name[2..4], name), DateTime.UnixEpoch);
            var old = await upkeep.CollectAsync(TimeSpan.FromHours(24), CancellationToken.None);

            Assert.Equal(default, young);
            Assert.Equal(1, old.Contents);
            Assert.Equal([PayloadPair.Expected("kept.msi", Large)], await PayloadPair.ContentsAsync(core, item));
        }
    }
}
