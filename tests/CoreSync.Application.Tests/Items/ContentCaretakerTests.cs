using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Items;
using CoreSync.Settings;
using CoreSync.Testing.Simulation;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application.Tests.Items;

public sealed class ContentCaretakerTests
{
    [Theory]
    [InlineData(23, true)]
    [InlineData(25, false)]
    public async Task Content_that_nothing_needs_goes_when_the_grace_time_of_the_setting_has_passed(int hours, bool isKept)
    {
        using var pair = await SimulatedPair.CreateAsync();
        // What a previous version holds is needed as well.
        Assert.True((await pair.Source.SendAsync(new SetSetting(Setting.KeepRevisions.Key, "0"))).IsSuccess);
        var unneeded = await PutAsync(pair, "unneeded");
        var needed = await PutAsync(pair, "needed");
        var store = pair.Source.Services.GetRequiredService<IPayloadStore>();

        pair.Time.Advance(TimeSpan.FromHours(hours));
        await CaretakerOf(pair).LookAfterAsync(CancellationToken.None);

        Assert.Equal(isKept, store.Has(unneeded.Hash, unneeded.Size));
        Assert.True(store.Has(needed.Hash, needed.Size));
    }

    [Fact]
    public async Task All_content_is_read_every_few_days_and_what_is_damaged_is_known_from_then_on()
    {
        using var pair = await SimulatedPair.CreateAsync();
        (await pair.Source.SendAsync(new SetSetting(Setting.ContentCheck.Key, "2"))).ThrowIfFailed();
        var needed = await PutAsync(pair, "needed");
        var caretaker = CaretakerOf(pair);
        await File.WriteAllTextAsync(pair.Source.ContentFile(needed.Hash), "neeDed");

        pair.Time.Advance(TimeSpan.FromDays(1));
        await caretaker.LookAfterAsync(CancellationToken.None);
        var early = pair.Source.Services.GetRequiredService<IContentUpkeep>().Damaged();
        pair.Time.Advance(TimeSpan.FromDays(1));
        await caretaker.LookAfterAsync(CancellationToken.None);

        Assert.Empty(early);
        Assert.Equal([needed.Hash], pair.Source.Services.GetRequiredService<IContentUpkeep>().Damaged());
    }

    [Fact]
    public async Task A_core_that_is_started_every_day_gets_to_its_check_too()
    {
        using var pair = await SimulatedPair.CreateAsync();
        (await pair.Source.SendAsync(new SetSetting(Setting.ContentCheck.Key, "3"))).ThrowIfFailed();
        var needed = await PutAsync(pair, "needed");
        await File.WriteAllTextAsync(pair.Source.ContentFile(needed.Hash), "neeDed");
        var found = new List<int>();

        for (var day = 0; day <= 3; day++)
        {
            await CaretakerOf(pair).LookAfterAsync(CancellationToken.None);
            found.Add(pair.Source.Services.GetRequiredService<IContentUpkeep>().Damaged().Count);
            pair.Source.Restart();
            pair.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal([0, 0, 0, 1], found);
    }

    [Fact]
    public async Task Damage_to_a_copy_disturbs_the_stream_that_brought_it_and_damage_to_ones_own_item_none()
    {
        using var pair = await SimulatedPair.CreateAsync();
        var payload = await PutAsync(pair, "needed", autoSync: true);
        await pair.SyncAsync();
        var before = await MarkAsync(pair.Target);
        var caretakers = new[] { pair.Source, pair.Target }.Select(core => core.Services.GetRequiredService<ContentCaretaker>()).ToList();
        foreach (var core in new[] { pair.Source, pair.Target })
        {
            (await core.SendAsync(new SetSetting(Setting.ContentCheck.Key, "1"))).ThrowIfFailed();
            await File.WriteAllTextAsync(core.ContentFile(payload.Hash), "neeDed");
        }

        pair.Time.Advance(TimeSpan.FromDays(1));
        foreach (var caretaker in caretakers)
            await caretaker.LookAfterAsync(CancellationToken.None);

        Assert.NotEqual(Guid.Empty, before);
        Assert.NotEqual(before, await MarkAsync(pair.Target));

        async Task<Guid> MarkAsync(SimulatedCore core)
        {
            var source = pair.Source.Services.GetRequiredService<ILocalCore>().Current.Id;
            return (await core.Services.GetRequiredService<IReplicaStore>().ReceivedAsync(source, CancellationToken.None))[ComponentName.Parse("queries").Value].Mark;
        }
    }

    private static ContentCaretaker CaretakerOf(SimulatedPair pair) => pair.Source.Services.GetRequiredService<ContentCaretaker>();

    // The item "x" carries the last content put; those before it are needed no more.
    private static async Task<Payload> PutAsync(SimulatedPair pair, string content, bool autoSync = false) => Assert.Single((await pair.Source.SendAsync(new PutItem(
        "queries", "x", "{}"u8.ToArray(), AutoSync: autoSync, Payloads: [PayloadSource.OfStream("one", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)))]))).Ok().Payloads);
}
