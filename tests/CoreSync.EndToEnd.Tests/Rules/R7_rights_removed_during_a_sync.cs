using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Verification;
using CoreSync.Jobs;
using CoreSync.Settings;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>R7: a right removed during a sync stops it at the next batch, within five seconds; what was applied stays consistent, and nothing is lost once the right is back.</summary>
public sealed class R7_rights_removed_during_a_sync
{
    private const int Count = 8_000;

    public static TheoryData<string, string> Removals => new()
    {
        { "rights", "account.rights-missing" },
        { "components", "account.rights-missing" },
        { "disabled", "credentials.rejected" },
        { "removed", "credentials.rejected" },
        { "password", "credentials.rejected" },
    };

    [Theory]
    [MemberData(nameof(Removals))]
    public async Task A_sync_stops_at_the_next_batch_and_goes_on_when_the_right_is_back(string removal, string code)
    {
        var target = new PickyTarget { Delay = TimeSpan.FromMilliseconds(700) };
        await using var pair = await CorePair.CreateAsync(target: target.Install);
        var items = await ManyDocuments.PutAsync(pair.Source, "queries", Count);
        var sync = pair.Source.SyncAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(target.Offered.Count > 2000), "the second batch is under way", 60);

        await RemoveAsync(pair.Target, removal);
        var removedAt = TimeProvider.System.GetTimestamp();
        var job = Assert.Single(await sync);

        Assert.True(TimeProvider.System.GetElapsedTime(removedAt).TotalSeconds < 5, $"{removal}: stopped after {TimeProvider.System.GetElapsedTime(removedAt)}");
        Assert.Equal((SyncJobState.Blocked, code), (job.State, job.ErrorCode));
        var arrived = await ManyDocuments.AssertWholeAsync(pair.Target, "queries", items);
        Assert.InRange(arrived, 1, Count - 1);
        Assert.Equal(arrived, target.Offered.Count);

        target.Delay = TimeSpan.Zero;
        await GiveBackAsync(pair.Target, removal);
        var rest = await pair.Source.SyncedAsync();

        Assert.Equal(Count, await ManyDocuments.AssertWholeAsync(pair.Target, "queries", items));
        Assert.Equal(Count - arrived, rest.Progress.Applied);
        Assert.All(target.Offered, offered => Assert.Equal(1, offered.Value));
        Assert.Empty((await pair.Source.AskAsync(new VerifyTarget(pair.Target.Name))).Drifts);
    }

    [Fact]
    public async Task A_long_upload_is_cut_within_five_seconds_and_resumed_where_it_stopped()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var content = PayloadPair.Bytes(6_000_000, 7);
        var item = await pair.PutAsync("package", ("setup.bin", content));
        await pair.Source.SetAsync(Setting.TotalBandwidth, "300");
        var sync = pair.Source.SyncAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(pair.Wire.Sent > 600_000), "content flows");

        await pair.Target.AskAsync(new SetAccountEnabled(RealCore.Account, false));
        var disabledAt = TimeProvider.System.GetTimestamp();
        var job = Assert.Single(await sync);
        var sentBefore = pair.Wire.Sent;

        Assert.True(TimeProvider.System.GetElapsedTime(disabledAt).TotalSeconds < 5, $"stopped after {TimeProvider.System.GetElapsedTime(disabledAt)}");
        Assert.Equal(SyncJobState.Failed, job.State);
        Assert.Null(await pair.Target.FindAsync(item));
        await pair.Source.SetAsync(Setting.TotalBandwidth, "0");
        Assert.Equal("credentials.rejected", Assert.Single(await pair.Source.SyncAsync()).ErrorCode);

        await pair.Target.AskAsync(new SetAccountEnabled(RealCore.Account, true));
        await pair.Source.SyncedAsync();

        Assert.Equal([PayloadPair.Expected("setup.bin", content)], await PayloadPair.ContentsAsync(pair.Target, item));
        Assert.InRange(pair.Wire.Sent - sentBefore, 1, content.Length - 300_000);
    }

    [Fact]
    public async Task Rights_of_one_component_go_while_the_others_stay()
    {
        await using var pair = await CorePair.CreateAsync(rights: Rights.Edit, components: ["queries", "reports"]);
        await pair.Source.PutAsync("queries", "all devices", "{}");
        await pair.Source.PutAsync("reports", "all reports", "{}");
        await pair.Source.SyncedAsync();

        await pair.Target.AskAsync(new SetAccountRights(RealCore.Account, null, ["queries"]));
        var query = await pair.Source.PutAsync("queries", "new devices", "{}");
        var report = await pair.Source.PutAsync("reports", "new reports", "{}");
        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.NotNull(await pair.Target.FindAsync(query));
        Assert.Null(await pair.Target.FindAsync(report));
        Assert.NotEqual(SyncJobState.Succeeded, job.State);
        await pair.Target.AskAsync(new SetAccountRights(RealCore.Account, null, []));
        await pair.Source.SyncedAsync();
        Assert.NotNull(await pair.Target.FindAsync(report));
    }

    private static Task RemoveAsync(RealCore target, string removal) => removal switch
    {
        "rights" => target.AskAsync(new SetAccountRights(RealCore.Account, Rights.View, null)),
        "components" => target.AskAsync(new SetAccountRights(RealCore.Account, null, ["reports"])),
        "disabled" => target.AskAsync(new SetAccountEnabled(RealCore.Account, false)),
        "removed" => target.TellAsync(new RemoveAccount(RealCore.Account)),
        _ => target.TellAsync(new SetAccountPassword(RealCore.Account, "another horse battery")),
    };

    private static Task GiveBackAsync(RealCore target, string removal) => removal switch
    {
        "rights" => target.AskAsync(new SetAccountRights(RealCore.Account, Rights.Edit, null)),
        "components" => target.AskAsync(new SetAccountRights(RealCore.Account, null, [])),
        "disabled" => target.AskAsync(new SetAccountEnabled(RealCore.Account, true)),
        "removed" => target.AddAccountAsync(),
        _ => target.TellAsync(new SetAccountPassword(RealCore.Account, RealCore.Password)),
    };
}
