using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Application.Cores;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.EndToEnd.Tests.Cli;
using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Settings;
using CoreSync.Testing.Tls;
using CoreSync.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class T10_planned_rotation
{
    [Fact]
    public async Task An_announced_proven_and_approved_certificate_switches_without_a_stop()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.SyncedAsync();
        var old = (await pair.Target.AskAsync(new ShowIdentity())).Certificate.Fingerprint;

        var next = (await pair.Target.AskAsync(new AnnounceNextCertificate())).Next!.Fingerprint;
        await pair.Source.SyncedAsync();

        var announced = (await pair.Source.AskAsync(new ShowTrust(pair.Target.Name))).Record.Announced!;
        Assert.Equal((next, false), (announced.Certificate.Fingerprint, announced.IsApproved));
        Assert.Equal(pair.Target.Name, Assert.Single(await pair.Source.AskAsync(new ListPendingReviews())).Record.Fqdn.Ascii);
        Assert.Contains((await pair.Source.AskAsync(new GetStatus())).Problems, problem => problem.Error is NextAnnouncedError error && error.Fingerprint == next.ToString());
        Assert.True((await pair.Source.SendAsync(new ApproveNextCertificate(pair.Target.Name, old.ToString()))).HasError<FingerprintMismatchError>());
        await pair.Source.AskAsync(new ApproveNextCertificate(pair.Target.Name, next.ToString(), "told on the phone"));
        await pair.Target.AskAsync(new SwitchToAnnounced());
        Assert.Equal(next, (await pair.Target.AskAsync(new ShowIdentity())).Certificate.Fingerprint);
        var query = await pair.Source.PutAsync("queries", "Laptops", "{}");
        await pair.Source.SyncedAsync();

        Assert.NotNull(await pair.Target.FindAsync(query));
        var view = await pair.Source.AskAsync(new ShowTrust(pair.Target.Name));
        Assert.Equal((TrustState.Trusted, next, old), (view.Record.State, view.Record.Authorised!.Fingerprint, view.Record.Previous!.Fingerprint));
        Assert.True(view.IsInCertificateStore);
        Assert.Null(view.Record.Announced);
        Assert.False(pair.Source.Services.GetRequiredService<ICertificateStore>().Contains(old));
        var history = await pair.Source.AskAsync(new ReadTrustHistory(pair.Target.Name, Verify: true));
        Assert.Equal(
            [TrustEventKind.NextAnnounced, TrustEventKind.AuthorisationRefused, TrustEventKind.NextApproved, TrustEventKind.CertificateSwitched],
            history.Select(entry => entry.Event.Kind).Where(kind => kind is not (TrustEventKind.ReviewRequested or TrustEventKind.Trusted)));
        Assert.Equal("told on the phone", history.Single(entry => entry.Event.Kind == TrustEventKind.NextApproved).Reason);
        Assert.DoesNotContain(pair.Source.Log(), line => line.Contains(" ERR ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_approval_the_switch_blocks_as_any_change_does()
    {
        await using var pair = await CorePair.CreateAsync();
        var next = (await pair.Target.AskAsync(new AnnounceNextCertificate())).Next!.Fingerprint;
        await pair.Source.SyncedAsync();
        await pair.Target.AskAsync(new SwitchToAnnounced());
        await pair.Source.PutAsync("queries", "Laptops", "{}");

        var job = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal((SyncJobState.Blocked, "trust.certificate-changed"), (job.State, job.ErrorCode));
        Assert.Empty(await pair.Target.ListAsync("queries"));
        var record = (await pair.Source.AskAsync(new ShowTrust(pair.Target.Name))).Record;
        Assert.Equal((TrustState.Changed, next), (record.State, record.Pending!.Certificate.Fingerprint));
        Assert.Single(pair.Source.Log(), line => line.Contains(" 1000 ", StringComparison.Ordinal));
    }

    // The connection was accepted with the certificate before, and what is asked on it is answered after the switch: nothing was withdrawn.
    [Fact]
    public async Task A_switch_under_an_open_connection_keeps_the_approval()
    {
        var hasty = new Hasty();
        await using var pair = await CorePair.CreateAsync(target: services => services.AddSingleton<INextCertificate>(provider =>
        {
            hasty.Inner = ActivatorUtilities.CreateInstance<Infrastructure.Identity.NextCertificate>(provider);
            return hasty;
        }));
        var next = (await pair.Target.AskAsync(new AnnounceNextCertificate())).Next!.Fingerprint;
        await pair.Source.SyncedAsync();
        await pair.Source.AskAsync(new ApproveNextCertificate(pair.Target.Name, next.ToString()));
        hasty.SwitchTo = (await pair.Target.AskAsync(new ShowIdentity())).Core.Name;

        await pair.Source.SyncedAsync();
        Assert.Null(hasty.SwitchTo);
        Assert.True((await pair.Source.AskAsync(new ShowTrust(pair.Target.Name))).Record.Announced!.IsApproved);
        await pair.Source.SyncedAsync();

        Assert.Equal(next, (await pair.Source.AskAsync(new ShowTrust(pair.Target.Name))).Record.Authorised!.Fingerprint);
        Assert.DoesNotContain(await pair.Source.AskAsync(new ReadTrustHistory(pair.Target.Name, true)), entry => entry.Event.Kind == TrustEventKind.AnnouncementWithdrawn);
    }

    [Fact]
    public async Task Another_certificate_than_the_approved_one_blocks_and_the_old_one_is_not_taken_back()
    {
        await using var pair = await CorePair.CreateAsync();
        var next = (await pair.Target.AskAsync(new AnnounceNextCertificate())).Next!.Fingerprint;
        await pair.Source.SyncedAsync();
        await pair.Source.AskAsync(new ApproveNextCertificate(pair.Target.Name, next.ToString()));

        await pair.Target.AskAsync(new RenewIdentity());

        Assert.Equal("trust.certificate-changed", Assert.Single(await pair.Source.SyncAsync()).ErrorCode);
        Assert.Null((await pair.Source.AskAsync(new ShowTrust(pair.Target.Name))).Record.Announced);
    }

    [Fact]
    public async Task The_policy_approves_by_itself_only_where_it_is_on()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.SetAsync(Setting.ApproveAnnounced, "on");
        await pair.Target.AskAsync(new AnnounceNextCertificate());
        await pair.Source.SyncedAsync();
        Assert.True((await pair.Source.AskAsync(new ShowTrust(pair.Target.Name))).Record.Announced!.IsApproved);

        await pair.Target.AskAsync(new SwitchToAnnounced());

        await pair.Source.SyncedAsync();
        var history = await pair.Source.AskAsync(new ReadTrustHistory(pair.Target.Name, Verify: true));
        Assert.Equal("policy trust.approve-announced", history.Single(entry => entry.Event.Kind == TrustEventKind.NextApproved).By);
    }

    [Fact]
    public async Task A_withdrawn_announcement_is_forgotten_and_nothing_can_be_approved_or_switched()
    {
        await using var pair = await CorePair.CreateAsync();
        var next = (await pair.Target.AskAsync(new AnnounceNextCertificate())).Next!.Fingerprint;
        await pair.Source.SyncedAsync();

        await pair.Target.AskAsync(new WithdrawAnnouncement());
        await pair.Source.SyncedAsync();

        Assert.Null((await pair.Source.AskAsync(new ShowTrust(pair.Target.Name))).Record.Announced);
        Assert.True((await pair.Source.SendAsync(new ApproveNextCertificate(pair.Target.Name, next.ToString()))).HasError<NothingAnnouncedError>());
        Assert.True((await pair.Target.SendAsync(new SwitchToAnnounced())).HasError<IdentityNothingAnnouncedError>());
        Assert.Empty(Directory.GetFiles(Path.Combine(pair.Target.DataDirectory, "keys"), "next-*"));
    }

    public static TheoryData<string, AnnouncementFault> Spoofed => new()
    {
        { "signed by another key", AnnouncementFault.NotProven },
        { "of another core", AnnouncementFault.NotProven },
        { "for another present certificate", AnnouncementFault.NotProven },
        { "altered time", AnnouncementFault.NotProven },
        { "replayed", AnnouncementFault.Older },
        { "from the future", AnnouncementFault.FromTheFuture },
        { "too weak", AnnouncementFault.TooWeak },
    };

    [Theory]
    [MemberData(nameof(Spoofed))]
    public async Task A_spoofed_announcement_is_refused_logged_and_changes_nothing(string kind, AnnouncementFault fault)
    {
        var forger = new Forger();
        await using var pair = await CorePair.CreateAsync(target: services => services.AddSingleton<INextCertificate>(forger));
        var identity = await pair.Target.AskAsync(new ShowIdentity());
        var (core, current) = (identity.Core.Id, identity.Certificate.Fingerprint);
        await pair.Source.SyncedAsync();
        if (kind == "replayed")
        {
            forger.Word = Forge("", core, current);
            await pair.Source.SyncedAsync();
        }

        var before = (await pair.Source.AskAsync(new ShowTrust(pair.Target.Name))).Record.Announced;
        forger.Word = Forge(kind, core, current);
        await pair.Source.SyncedAsync();
        await pair.Source.SyncedAsync();

        Assert.Equal(before, (await pair.Source.AskAsync(new ShowTrust(pair.Target.Name))).Record.Announced, (a, b) => a?.Certificate.Fingerprint == b?.Certificate.Fingerprint);
        Assert.Contains(fault.ToString(), Assert.Single(pair.Source.Log(), line => line.Contains(" 1043 ", StringComparison.Ordinal)), StringComparison.Ordinal);
        var refused = Assert.Single(await pair.Source.AskAsync(new ReadTrustHistory(pair.Target.Name, true)), entry => entry.Event.Kind == TrustEventKind.AnnouncementRefused);
        Assert.Equal(fault.ToString(), refused.Reason);
        Assert.True((await pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name))).IsTrusted);
    }

    [Fact]
    public async Task Nothing_is_heard_from_a_core_that_is_not_trusted()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.AskAsync(new AnnounceNextCertificate());
        await pair.Source.AskAsync(new RemoveTrust(pair.Target.Name));

        await pair.Source.SyncAsync();
        await pair.Source.AskAsync(new TestConnection(pair.Target.Name));

        var view = await pair.Source.AskAsync(new ShowTrust(pair.Target.Name));
        Assert.Equal((TrustState.Revoked, null), (view.Record.State, view.Record.Announced));
    }

    // The drill: two processes, the source synchronises all the time, the certificate switches under it.
    [Fact]
    public async Task Two_processes_switch_under_continuous_synchronisation_with_no_failed_job()
    {
        using var sandbox = new CliSandbox();
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await cores.AddTrustedAsync();
        await cores.Source.DoAsync("settings", "set", "sync.debounce-milliseconds", "100");
        await using var service = await cores.Source.ServeAsync();
        (await cores.SyncAsync()).Exits(0);
        var next = (await cores.Target.DoAsync("identity", "announce")).GetProperty("announcedFingerprint").GetString()!;
        (await cores.SyncAsync()).Exits(0);
        (await cores.Source.RunAsync("trust", "approve-next", cores.Target.Fqdn, "--fingerprint", await cores.Target.FingerprintAsync())).Refuses(6, "trust.fingerprint-mismatch", next);
        var approved = await cores.Source.DoAsync("trust", "approve-next", cores.Target.Fqdn, "--fingerprint", next);
        Assert.NotNull(approved.GetProperty("announced").GetProperty("approvedBy").GetString());

        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                await File.WriteAllTextAsync(Path.Combine(cores.Sent, $"file-{number}.txt"), number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                await Task.Delay(500);
            }
        });
        try
        {
            var switched = await cores.Target.DoAsync("identity", "renew", "--announced");
            Assert.Equal(next, switched.GetProperty("fingerprint").GetString());
            await Eventually.IsTrueAsync(
                async () => (await cores.Source.DoAsync("trust", "show", cores.Target.Fqdn)).GetProperty("authorisedFingerprint").GetString() == next,
                "the source switched", 90);
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }

        await Eventually.IsTrueAsync(() => Task.FromResult(TwoCores.Content(cores.Received).Count == TwoCores.Content(cores.Sent).Count), "every file arrived", 60);

        var jobs = (await cores.Source.DoAsync("job", "list")).GetProperty("items").EnumerateArray().Select(job => job.GetProperty("state").GetString()).ToList();
        Assert.All(jobs, state => Assert.Contains(state, new[] { "succeeded", "running", "queued" }));
        Assert.True((await cores.TrustAsync()).Trusted);
        Assert.Equal(1, cores.StoredCertificates());
        (await cores.Source.RunAsync("trust", "history", "--verify")).Exits(0);
        (await cores.Target.RunAsync("identity", "renew", "--announced")).Refuses(9, "identity.nothing-announced");
    }

    private static Announcement Forge(string kind, CoreId core, CertificateFingerprint current)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var weak = RSA.Create(1024);
        using var next = TestCertificates.SelfSigned("target.example.net", kind == "too weak" ? weak : null);
        using var other = TestCertificates.SelfSigned("target.example.net");
        var described = new Infrastructure.Tls.CertificateReader(TimeProvider.System).Read(next.RawData, [], askRevocation: false);
        var at = DateTimeOffset.FromUnixTimeMilliseconds((kind switch
        {
            "replayed" => now.AddHours(-1),
            "from the future" => now.AddHours(1),
            _ => now,
        }).ToUnixTimeMilliseconds());
        var statement = Announcement.Statement(
            kind == "of another core" ? new CoreId(Guid.NewGuid()) : core,
            kind == "for another present certificate" ? described.Fingerprint : current, described.Fingerprint, kind == "altered time" ? at.AddMilliseconds(1) : at);
        using var ec = (kind == "signed by another key" ? other : next).GetECDsaPrivateKey();
        using var rsa = next.GetRSAPrivateKey();
        var proof = rsa is not null
            ? rsa.SignData(statement, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
            : ec!.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new Announcement(described, at, proof);
    }

    /// <summary>A core that switches just when it is asked what it announces.</summary>
    private sealed class Hasty : INextCertificate
    {
        public Infrastructure.Identity.NextCertificate Inner { get; set; } = null!;

        public Fqdn? SwitchTo { get; set; }

        public FluentResults.Result<PresentedCertificate> Prepare(OwnCertificateSource source, Fqdn name) => Inner.Prepare(source, name);

        public PresentedCertificate? Describe() => Inner.Describe();

        public FluentResults.Result Withdraw() => Inner.Withdraw();

        public FluentResults.Result Switch(Fqdn name) => Inner.Switch(name);

        public Announcement? Sign(CoreId core)
        {
            if (SwitchTo is { } name)
            {
                SwitchTo = null;
                Assert.True(Inner.Switch(name).IsSuccess);
            }

            return Inner.Sign(core);
        }
    }

    /// <summary>A core that announces whatever it is told to.</summary>
    private sealed class Forger : INextCertificate
    {
        public Announcement? Word { get; set; }

        public FluentResults.Result<PresentedCertificate> Prepare(OwnCertificateSource source, Fqdn name) => throw new NotSupportedException();

        public PresentedCertificate? Describe() => null;

        public FluentResults.Result Withdraw() => throw new NotSupportedException();

        public FluentResults.Result Switch(Fqdn name) => throw new NotSupportedException();

        public Announcement? Sign(CoreId core) => Word;
    }
}
