using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.Testing.Simulation;
using CoreSync.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application.Tests.Trust;

public sealed class TrustUseCaseTests
{
    [Fact]
    public async Task A_new_target_waits_for_a_person_and_nothing_is_sent()
    {
        using var pair = await SimulatedPair.CreateAsync(trusted: false);
        await pair.PutAsync("a", "1");

        var job = await pair.SyncAsync();

        Assert.Equal(SyncJobState.Blocked, job.State);
        Assert.Equal("trust.not-reviewed", job.ErrorCode);
        Assert.Equal(0, pair.Network.Calls);
        var pending = Assert.Single((await pair.Source.SendAsync(new ListPendingReviews())).Ok());
        Assert.Equal(pair.Target.Certificate.Fingerprint, pending.Shown!.Fingerprint);
    }

    [Fact]
    public async Task A_wrong_fingerprint_authorises_nothing_and_is_remembered()
    {
        using var pair = await SimulatedPair.CreateAsync(trusted: false);
        var wrong = CertificateFingerprint.Of("other"u8);

        var refused = await pair.Source.SendAsync(new TrustTargetCore(SimulatedPair.TargetName, wrong.ToString()));

        Assert.True(refused.HasError<FingerprintMismatchError>());
        Assert.False((await pair.Source.SendAsync(new ShowTargetCore(SimulatedPair.TargetName))).Ok().IsTrusted);
        Assert.Empty(pair.Source.Services.GetRequiredService<ICertificateStore>().List());
        var history = (await pair.Source.SendAsync(new ReadTrustHistory(null, Verify: true))).Ok();
        Assert.Contains(history, entry => entry.Event.Kind == TrustEventKind.AuthorisationRefused);
    }

    [Fact]
    public async Task The_certificate_authorised_is_the_one_shown_even_when_it_is_swapped_in_between()
    {
        using var pair = await SimulatedPair.CreateAsync(trusted: false);
        var shown = (await pair.Source.SendAsync(new ProbeCertificate(SimulatedPair.TargetName))).Ok().Shown!.Fingerprint;
        pair.Target.RenewCertificate();

        var refused = await pair.Source.SendAsync(new TrustTargetCore(SimulatedPair.TargetName, shown.ToString()));

        Assert.True(refused.HasError<FingerprintMismatchError>());
        Assert.Empty(pair.Source.Services.GetRequiredService<ICertificateStore>().List());
    }

    [Fact]
    public async Task A_changed_certificate_blocks_leaves_the_store_and_needs_a_person()
    {
        using var pair = await SimulatedPair.CreateAsync();
        await pair.PutAsync("a", "1");
        Assert.Equal(SyncJobState.Succeeded, (await pair.SyncAsync()).State);
        var trusted = pair.Target.Certificate.Fingerprint;
        pair.Target.RenewCertificate();
        await pair.PutAsync("b", "2");
        var calls = pair.Network.Calls;

        var blocked = await pair.SyncAsync();

        Assert.Equal((SyncJobState.Blocked, "trust.certificate-changed"), (blocked.State, blocked.ErrorCode));
        Assert.Equal(calls, pair.Network.Calls);
        Assert.Empty(pair.Source.Services.GetRequiredService<ICertificateStore>().List());
        var view = (await pair.Source.SendAsync(new ShowTrust(SimulatedPair.TargetName))).Ok();
        Assert.Equal(TrustState.Changed, view.Record.State);
        Assert.Equal(trusted, view.Previous!.Fingerprint);

        (await pair.Source.SendAsync(new TrustTargetCore(SimulatedPair.TargetName, pair.Target.Certificate.Fingerprint.ToString()))).ThrowIfFailed();
        Assert.Equal(SyncJobState.Succeeded, (await pair.SyncAsync()).State);
        Assert.Equal(await SimulatedPair.DocumentsAsync(pair.Source), await SimulatedPair.DocumentsAsync(pair.Target));
    }

    [Fact]
    public async Task A_certificate_missing_from_the_store_blocks_although_the_state_says_trusted()
    {
        using var pair = await SimulatedPair.CreateAsync();
        pair.Source.Services.GetRequiredService<ICertificateStore>().Remove(pair.Target.Certificate.Fingerprint);
        await pair.PutAsync("a", "1");

        var job = await pair.SyncAsync();

        Assert.Equal((SyncJobState.Blocked, "trust.store-disagrees"), (job.State, job.ErrorCode));
        Assert.Equal(0, pair.Network.Calls);
        Assert.False((await pair.Source.SendAsync(new ShowTargetCore(SimulatedPair.TargetName))).Ok().IsTrusted);
    }

    [Fact]
    public async Task A_certificate_that_expires_while_trusted_blocks_and_stays_in_the_store()
    {
        using var pair = await SimulatedPair.CreateAsync();
        await pair.PutAsync("a", "1");
        pair.Time.Advance(TimeSpan.FromDays(1000));

        var job = await pair.SyncAsync();

        Assert.Equal((SyncJobState.Blocked, "trust.validation-failed"), (job.State, job.ErrorCode));
        Assert.Equal(0, pair.Network.Calls);
        Assert.Contains(pair.Target.Certificate.Fingerprint, pair.Source.Services.GetRequiredService<ICertificateStore>().List());
    }

    [Fact]
    public async Task Declining_and_removing_trust_block_and_trusting_again_resumes()
    {
        using var pair = await SimulatedPair.CreateAsync();
        await pair.PutAsync("a", "1");

        (await pair.Source.SendAsync(new RemoveTrust(SimulatedPair.TargetName, "test"))).ThrowIfFailed();
        Assert.Equal("trust.removed", (await pair.SyncAsync()).ErrorCode);
        (await pair.Source.SendAsync(new DeclineTrust(SimulatedPair.TargetName))).ThrowIfFailed();
        Assert.Equal("trust.declined", (await pair.SyncAsync()).ErrorCode);
        Assert.Equal(0, pair.Network.Calls);
        Assert.Empty(pair.Source.Services.GetRequiredService<ICertificateStore>().List());

        (await pair.Source.SendAsync(new TrustTargetCore(SimulatedPair.TargetName, pair.Target.Certificate.Fingerprint.ToString()))).ThrowIfFailed();
        Assert.Equal(SyncJobState.Succeeded, (await pair.SyncAsync()).State);
    }

    [Fact]
    public async Task A_removed_target_leaves_its_history_and_no_certificate()
    {
        using var pair = await SimulatedPair.CreateAsync();

        (await pair.Source.SendAsync(new RemoveTargetCore(SimulatedPair.TargetName))).ThrowIfFailed();

        Assert.Empty((await pair.Source.SendAsync(new ListTargetCores())).Ok());
        Assert.Empty(pair.Source.Services.GetRequiredService<ICertificateStore>().List());
        Assert.NotEmpty((await pair.Source.SendAsync(new ReadTrustHistory(SimulatedPair.TargetName, Verify: true))).Ok());
    }
}
