using CoreSync.Application.Items;
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

    private static ContentCaretaker CaretakerOf(SimulatedPair pair) => pair.Source.Services.GetRequiredService<ContentCaretaker>();

    // The item "x" carries the last content put; those before it are needed no more.
    private static async Task<Payload> PutAsync(SimulatedPair pair, string content) => Assert.Single((await pair.Source.SendAsync(new PutItem(
        "queries", "x", "{}"u8.ToArray(), Payloads: [PayloadSource.OfStream("one", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)))]))).Ok().Payloads);
}
