using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Jobs;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class C6_who_is_behind_a_name
{
    [Fact]
    public async Task A_target_that_was_rebuilt_under_its_name_gets_nothing_until_a_person_accepts_it_and_all_then()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Source.PutAsync("queries", "Laptops", "1");
        await pair.Source.SyncedAsync();
        await using var rebuilt = await RealCore.CreateAsync(pair.Target.Name);
        await rebuilt.AddAccountAsync();
        await rebuilt.ServeAsync();
        var fingerprint = (await rebuilt.AskAsync(new ShowIdentity())).Certificate.Fingerprint;
        await pair.Source.AskAsync(new EditTargetCore(pair.Target.Name, ConnectTo: rebuilt.Address.ToString()));
        await TrustAsync(pair.Source, pair.Target.Name, fingerprint);

        var asked = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((SyncJobState.Blocked, "target.core-replaced"), (asked.State, asked.ErrorCode));
        Assert.Null(await rebuilt.FindAsync(query));

        var core = (await rebuilt.AskAsync(new ShowIdentity())).Core.Id;
        Assert.Contains(core.ToString(), asked.ErrorMessage, StringComparison.Ordinal);
        await pair.Source.AskAsync(new EditTargetCore(pair.Target.Name, AcceptCore: core.ToString()));
        await pair.Source.SyncedAsync();

        Assert.Equal("1", await rebuilt.TextAsync(query));
    }

    [Fact]
    public async Task A_core_finds_itself_behind_another_name_and_sends_nothing()
    {
        await using var core = await RealCore.CreateAsync("source.example.net");
        await core.AddAccountAsync();
        await core.ServeAsync();
        var query = await core.PutAsync("queries", "Laptops", "1");
        await core.TellAsync(new SetCredential(null, false, RealCore.Account, RealCore.Password));
        var own = (await core.AskAsync(new ShowIdentity())).Certificate.Fingerprint;

        var added = await core.SendAsync(new AddTargetCore("alias.example.net", ConnectTo: core.Address.ToString(), Fingerprint: own.ToString()));
        var job = added.IsSuccess ? Assert.Single(await core.SyncAsync()) : null;

        Assert.True(added.HasError<TargetIsSelfError>() || job!.ErrorCode == "target.is-self", $"{string.Join("; ", added.Errors)} {job?.State} {job?.ErrorCode} {job?.ErrorMessage}");
        Assert.Equal(query.Revision, (await core.FindAsync(query))!.Revision);
    }

    private static async Task TrustAsync(RealCore source, string name, Trust.CertificateFingerprint fingerprint)
    {
        await source.SendAsync(new TestConnection(name));
        await source.AskAsync(new Application.Trust.TrustTargetCore(name, fingerprint.ToString()));
    }
}
