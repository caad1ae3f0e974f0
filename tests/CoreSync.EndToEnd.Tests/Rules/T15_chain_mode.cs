using System.Security.Cryptography.X509Certificates;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.Settings;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Trust by the chain where a person chose it for one core: sound certificates need no person, everything else does; revocation is asked of whom the chain names.</summary>
public sealed class T15_chain_mode : IAsyncLifetime
{
    private readonly TempDirectory files = new();
    private readonly TestAuthority authority = TestCertificates.Authority($"CN=Authority {Guid.NewGuid():N}");
    private RealCore source = null!;
    private RealCore target = null!;

    public async ValueTask InitializeAsync()
    {
        source = await RealCore.CreateAsync("source.example.net");
        target = await RealCore.CreateAsync("target.example.net");
        await source.SetAsync(Setting.RootsFile, CertificateFiles.WritePem(files.At("roots.pem"), authority.Certificate));
        await source.TellAsync(new SetCredential(null, false, RealCore.Account, RealCore.Password));
        await target.AddAccountAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await target.DisposeAsync();
        authority.Dispose();
        files.Dispose();
    }

    [Fact]
    public async Task First_contact_and_renewal_need_no_person_and_leave_their_trace()
    {
        using var first = authority.Issue(target.Name);
        using var second = authority.Issue(target.Name, serial: 2);
        await BindAsync(first);
        await target.ServeAsync();
        var added = await source.AskAsync(new AddTargetCore(target.Name, ConnectTo: target.Address.ToString()));
        // Nothing by itself: a person chooses chain mode for this core.
        Assert.IsType<NotReviewedError>(added.TrustError);
        var query = await source.PutAsync("queries", "Laptops", "{}");
        Assert.Equal("trust.not-reviewed", Assert.Single(await source.SyncAsync()).ErrorCode);

        await source.AskAsync(new EditTargetCore(target.Name, TrustMode: TrustMode.Chain));
        await source.SyncedAsync();
        await BindAsync(second);
        await source.PutAsync("queries", "Servers", "{}");
        await source.SyncedAsync();

        Assert.NotNull(await target.FindAsync(query));
        Assert.Equal(2, (await target.ListAsync("queries")).Count);
        var view = await source.AskAsync(new ShowTrust(target.Name));
        Assert.Equal((TrustState.Trusted, Fingerprint(second), "chain mode"), (view.Record.State, view.Record.Authorised!.Fingerprint, view.Record.Authorised.By));
        Assert.True(view.IsInCertificateStore);
        Assert.False(source.Services.GetRequiredService<ICertificateStore>().Contains(Fingerprint(first)));
        var history = await source.AskAsync(new ReadTrustHistory(target.Name, Verify: true));
        Assert.Equal(
            [TrustEventKind.ReviewRequested, TrustEventKind.ChainModeChosen, TrustEventKind.TrustedByChain, TrustEventKind.TrustedByChain], history.Select(entry => entry.Event.Kind));
    }

    [Fact]
    public async Task A_certificate_with_the_least_problem_blocks_as_any_change_and_a_sound_one_heals()
    {
        using var sound = authority.Issue(target.Name);
        using var next = authority.Issue(target.Name, serial: 2);
        using var stranger = TestCertificates.Authority();
        using var foreign = stranger.Issue(target.Name);
        await StartAsync(sound);
        await source.SyncedAsync();

        await BindAsync(foreign);
        var query = await source.PutAsync("queries", "Laptops", "{}");
        var blocked = Assert.Single(await source.SyncAsync());
        Assert.Equal((SyncJobState.Blocked, "trust.certificate-changed"), (blocked.State, blocked.ErrorCode));
        Assert.Null(await target.FindAsync(query));
        Assert.False(source.Services.GetRequiredService<ICertificateStore>().Contains(Fingerprint(sound)));
        Assert.Equal([CertificateProblem.UnknownIssuer], (await source.AskAsync(new ShowTrust(target.Name))).Record.Pending!.Problems);

        await BindAsync(next);
        await source.SyncedAsync();
        Assert.NotNull(await target.FindAsync(query));

        // Whoever removed the trust has the last word, whatever the chain says.
        await source.AskAsync(new RemoveTrust(target.Name));
        Assert.Equal("trust.removed", Assert.Single(await source.SyncAsync()).ErrorCode);
    }

    [Theory]
    [InlineData("revoked", "soft", false)]
    [InlineData("good", "hard", true)]
    [InlineData("unreachable", "hard", false)]
    [InlineData("unreachable", "soft", true)]
    public async Task Revocation_is_asked_of_the_responder_that_the_certificate_names(string answer, string choice, bool isSynchronised)
    {
        Assert.SkipWhen(OcspResponder.Missing is not null, OcspResponder.Missing ?? "");
        await using var responder = await OcspResponder.StartAsync(authority, authority.Certificate, 60, answer == "revoked" ? [7] : [], answer == "revoked" ? [] : [7]);
        using var certificate = authority.Issue(target.Name, serial: 7, responder: responder.Address);
        await source.SetAsync(Setting.Revocation, choice);
        if (answer == "unreachable")
            await responder.DisposeAsync();
        await StartAsync(certificate);
        var query = await source.PutAsync("queries", "Laptops", "{}");

        var job = Assert.Single(await source.SyncAsync());

        Assert.Equal(isSynchronised, job.State == SyncJobState.Succeeded);
        Assert.Equal(isSynchronised, await target.FindAsync(query) is not null);
        var record = (await source.AskAsync(new ShowTrust(target.Name))).Record;
        Assert.Equal(isSynchronised ? TrustState.Trusted : TrustState.NotReviewed, record.State);
        if (answer == "revoked")
        {
            Assert.Equal([CertificateProblem.Revoked], record.Pending!.Problems);
            // Nobody can authorise it.
            Assert.True((await source.SendAsync(new TrustTargetCore(target.Name, Fingerprint(certificate).ToString()))).HasError<CertificateNotApprovableError>());
        }

        if (answer == "unreachable" && choice == "hard")
            Assert.Equal([CertificateProblem.RevocationUnknown], record.Pending!.Problems);
    }

    // T13: the target asks for our certificate in the very handshake in which we see its own for the first time.
    [Fact]
    public async Task A_target_that_requires_client_certificates_is_met_without_a_person_and_changes_without_one()
    {
        using var first = authority.Issue(target.Name);
        using var second = authority.Issue(target.Name, serial: 2);
        await target.SetAsync(Setting.ClientCertificates, "required");
        var keys = files.At("source.keys");
        await File.WriteAllTextAsync(keys, await source.AskAsync(new ExportKeys()));
        await target.AskAsync(new ImportKeys(keys));
        await StartAsync(first);
        var query = await source.PutAsync("queries", "Laptops", "{}");

        await source.SyncedAsync();
        await BindAsync(second);
        await source.PutAsync("queries", "Servers", "{}");
        await source.SyncedAsync();

        Assert.NotNull(await target.FindAsync(query));
        Assert.Equal(2, (await target.ListAsync("queries")).Count);
        Assert.True(Assert.Single(await target.AskAsync(new ListClients())).IsEnrolled);
    }

    // And nobody sees ours who is not accepted: not at first contact, not as an impostor later.
    [Theory]
    [InlineData("first contact", "trust.not-reviewed")]
    [InlineData("impostor", "trust.certificate-changed")]
    public async Task An_impostor_that_asks_for_our_certificate_gets_none(string when, string code)
    {
        using var stranger = TestCertificates.Authority();
        using var forged = stranger.Issue(target.Name);
        await using var impostor = new HostileTarget(forged) { AsksForCertificate = true, Others = [stranger.Certificate] };
        if (when == "impostor")
        {
            using var sound = authority.Issue(target.Name);
            await StartAsync(sound);
            await source.SyncedAsync();
            await source.AskAsync(new EditTargetCore(target.Name, ConnectTo: $"127.0.0.1:{impostor.Port}"));
        }
        else
        {
            await source.AskAsync(new AddTargetCore(target.Name, ConnectTo: $"127.0.0.1:{impostor.Port}"));
            await source.AskAsync(new EditTargetCore(target.Name, TrustMode: TrustMode.Chain));
        }

        await source.PutAsync("queries", "Laptops", "{}");
        var job = Assert.Single(await source.SyncAsync());

        await impostor.DrainAsync();
        Assert.Equal((SyncJobState.Blocked, code), (job.State, job.ErrorCode));
        Assert.Empty(impostor.ClientCertificates);
        Assert.Empty(impostor.Received);
    }

    private async Task StartAsync(X509Certificate2 certificate)
    {
        await BindAsync(certificate);
        await target.ServeAsync();
        await source.AskAsync(new AddTargetCore(target.Name, ConnectTo: target.Address.ToString()));
        await source.AskAsync(new EditTargetCore(target.Name, TrustMode: TrustMode.Chain));
    }

    private Task<CoreIdentity> BindAsync(X509Certificate2 certificate) =>
        target.AskAsync(new UseCertificate(new PfxSource(CertificateFiles.WritePfx(files.At($"{Guid.NewGuid():N}.pfx"), certificate), null)));

    private static CertificateFingerprint Fingerprint(X509Certificate2 certificate) => CertificateFingerprint.Of(certificate.RawData);
}
