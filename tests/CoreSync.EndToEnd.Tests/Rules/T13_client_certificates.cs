#pragma warning disable CA5359 // the client is not what is tested
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Settings;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Trust;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Client-certificate security: certificate and account, and both of them one core's.</summary>
public sealed class T13_client_certificates : IDisposable
{
    private readonly TempDirectory files = new();

    [Fact]
    public async Task Keys_exchanged_as_files_let_the_source_in_and_nothing_else_does()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.SetAsync(Setting.ClientCertificates, "required");
        var query = await pair.Source.PutAsync("queries", "Laptops", "{}");

        var refused = Assert.Single(await pair.Source.SyncAsync());
        Assert.Equal("credentials.certificate-refused", refused.ErrorCode);
        Assert.Contains("Enrol this core: 'coresync keys export FILE' here", new ClientCertificateRefusedError("a", "b", "c").Hint, StringComparison.Ordinal);
        Assert.Null(await pair.Target.FindAsync(query));
        // The answer goes first, the record follows.
        await Eventually.IsTrueAsync(async () => (await pair.Target.AskAsync(new ListClients())).Count == 1, "the refused core waits for a person");
        Assert.Contains(pair.Target.Log(), line => line.Contains(" 1035 ", StringComparison.Ordinal) && line.Contains(RealCore.Account, StringComparison.Ordinal));

        var keys = await ExportAsync(pair.Source);
        Assert.DoesNotContain("PRIVATE", await File.ReadAllTextAsync(keys), StringComparison.Ordinal);
        var imported = await pair.Target.AskAsync(new ImportKeys(keys));
        Assert.Equal((pair.Source.Name, RealCore.Account), (imported.Enrolled!.Name.Ascii, imported.Enrolled.Account));
        Assert.Null(imported.Trusted);
        await pair.Source.SyncedAsync();
        Assert.NotNull(await pair.Target.FindAsync(query));

        await pair.Target.AskAsync(new RemoveClient(pair.Source.Name, "retired"));
        await pair.Source.PutAsync("queries", "Servers", "{}");
        Assert.Equal("credentials.certificate-refused", Assert.Single(await pair.Source.SyncAsync()).ErrorCode);
        await Eventually.IsTrueAsync(async () => Assert.Single(await pair.Target.AskAsync(new ListClients())).Trust.Pending is not null, "the removed core waits again");
        var history = await pair.Target.AskAsync(new ReadTrustHistory(pair.Source.Name, Verify: true));
        Assert.Equal(
            [TrustEventKind.ClientReviewRequested, TrustEventKind.ClientEnrolled, TrustEventKind.ClientRemoved, TrustEventKind.ClientReviewRequested], history.Select(entry => entry.Event.Kind));
    }

    [Fact]
    public async Task A_core_that_waits_is_enrolled_by_the_fingerprint_of_its_certificate()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.SetAsync(Setting.ClientCertificates, "required");
        await pair.Source.PutAsync("queries", "Laptops", "{}");
        await pair.Source.SyncAsync();
        await Eventually.IsTrueAsync(async () => (await pair.Target.AskAsync(new ListClients())).Count == 1, "the refused core waits for a person");
        var waiting = Assert.Single(await pair.Target.AskAsync(new ListClients()));
        var fingerprint = (await pair.Source.AskAsync(new ShowIdentity())).Certificate.Fingerprint;
        Assert.Equal((TrustState.NotReviewed, fingerprint), (waiting.Trust.State, waiting.Trust.Pending!.Certificate.Fingerprint));
        Assert.Contains((await pair.Target.AskAsync(new GetStatus())).Problems, problem => problem.Error is ClientWaitsError);

        var wrong = (await pair.Target.AskAsync(new ShowIdentity())).Certificate.Fingerprint;
        Assert.True((await pair.Target.SendAsync(new AcceptClient(pair.Source.Name, wrong.ToString()))).HasError<FingerprintMismatchError>());
        Assert.False(Assert.Single(await pair.Target.AskAsync(new ListClients())).IsEnrolled);
        await pair.Target.AskAsync(new AcceptClient(pair.Source.Name, fingerprint.ToString()));

        await pair.Source.SyncedAsync();
    }

    [Fact]
    public async Task A_changed_client_certificate_blocks_until_a_person_decides()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Target.SetAsync(Setting.ClientCertificates, "required");
        await pair.Target.AskAsync(new ImportKeys(await ExportAsync(pair.Source)));
        await pair.Source.SyncedAsync();
        var old = (await pair.Source.AskAsync(new ShowIdentity())).Certificate.Fingerprint;

        var renewed = (await pair.Source.AskAsync(new RenewIdentity())).Certificate.Fingerprint;
        await pair.Source.PutAsync("queries", "Laptops", "{}");
        Assert.Equal("credentials.certificate-refused", Assert.Single(await pair.Source.SyncAsync()).ErrorCode);
        Assert.Equal("credentials.certificate-refused", Assert.Single(await pair.Source.SyncAsync()).ErrorCode);

        await Eventually.IsTrueAsync(async () => !Assert.Single(await pair.Target.AskAsync(new ListClients())).IsEnrolled, "the change is recorded");
        var client = Assert.Single(await pair.Target.AskAsync(new ListClients()));
        Assert.Equal((TrustState.Changed, renewed, old), (client.Trust.State, client.Trust.Pending!.Certificate.Fingerprint, client.Trust.Previous!.Fingerprint));
        Assert.Contains(" ERR ", Assert.Single(pair.Target.Log(), line => line.Contains(" 1033 ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Empty(await pair.Target.ListAsync("queries"));
        await pair.Target.AskAsync(new AcceptClient(client.Core.ToString(), renewed.ToString()));
        await pair.Source.SyncedAsync();
    }

    // T30: absent, unknown, expired, right certificate with a wrong account, right account with a wrong certificate, wrong password with the right certificate.
    [Fact]
    public async Task Every_refusal_has_one_generic_body_and_nothing_leaks()
    {
        await using var target = await RealCore.CreateAsync("target.example.net");
        await target.AddAccountAsync();
        await target.AskAsync(new AddAccount("other", Rights.Edit, [], RealCore.Password));
        await target.SetAsync(Setting.ClientCertificates, "required");
        await using var source = await RealCore.CreateAsync("source.example.net");
        var core = (await source.AskAsync(new ShowIdentity())).Core;
        using var enrolled = TestCertificates.SelfSigned("source.example.net");
        using var unknown = TestCertificates.SelfSigned("source.example.net");
        using var expired = TestCertificates.SelfSigned("expired.example.net", from: TimeProvider.System.GetUtcNow().AddDays(-9), until: TimeProvider.System.GetUtcNow().AddDays(-1));
        await EnrolAsync(target, enrolled, core.Id, "source.example.net");
        await target.ServeAsync();

        var tries = 0;
        var right = await TryAsync(enrolled, RealCore.Account, RealCore.Password, core.Id.Value);
        var refusals = new Dictionary<string, string>
        {
            ["absent"] = await TryAsync(null, RealCore.Account, RealCore.Password, core.Id.Value),
            ["unknown core"] = await TryAsync(unknown, RealCore.Account, RealCore.Password, Guid.NewGuid()),
            ["expired"] = await TryAsync(expired, RealCore.Account, RealCore.Password, Guid.NewGuid()),
            ["right certificate, wrong account"] = await TryAsync(enrolled, "other", RealCore.Password, core.Id.Value),
            ["right certificate, unknown account"] = await TryAsync(enrolled, "nobody", RealCore.Password, core.Id.Value),
            ["right certificate, wrong password"] = await TryAsync(enrolled, RealCore.Account, "a wrong password", core.Id.Value),
            ["right certificate, other core"] = await TryAsync(enrolled, RealCore.Account, RealCore.Password, Guid.NewGuid()),
            ["right account, wrong certificate"] = await TryAsync(unknown, RealCore.Account, RealCore.Password, core.Id.Value),
        };

        Assert.StartsWith("200 ", right, StringComparison.Ordinal);
        Assert.All(refusals, refusal => Assert.True(refusal.Value == refusals["absent"], $"{refusal.Key}: {refusal.Value}"));
        Assert.StartsWith("401 ", refusals["absent"], StringComparison.Ordinal);
        Assert.DoesNotContain("certificate", refusals["absent"], StringComparison.OrdinalIgnoreCase);
        // The last refusal was the change of an enrolled core: blocked as T5, whoever comes with the old certificate too.
        await Eventually.IsTrueAsync(
            async () => (await target.AskAsync(new ListClients())).Single(client => client.Core == core.Id).Trust.State == TrustState.Changed, "the change is recorded as that of a target is");
        Assert.DoesNotContain("\"token\"", string.Concat(refusals.Values), StringComparison.Ordinal);

        // Each from an address of its own: many tries from one are slowed down before they are judged (R5).
        Task<string> TryAsync(X509Certificate2? certificate, string user, string password, Guid core) =>
            SignInAsync(target, certificate, user, password, core, $"127.0.1.{++tries}");
    }

    [Fact]
    public async Task A_token_is_void_on_a_connection_of_another_certificate_and_without_one()
    {
        await using var target = await RealCore.CreateAsync("target.example.net");
        await target.AddAccountAsync();
        await target.SetAsync(Setting.ClientCertificates, "required");
        await using var source = await RealCore.CreateAsync("source.example.net");
        var core = (await source.AskAsync(new ShowIdentity())).Core;
        using var enrolled = TestCertificates.SelfSigned("source.example.net");
        using var stolen = TestCertificates.SelfSigned("source.example.net");
        await EnrolAsync(target, enrolled, core.Id, "source.example.net");
        await target.ServeAsync();
        var answer = await SignInAsync(target, enrolled, RealCore.Account, RealCore.Password, core.Id.Value);
        var token = System.Text.Json.JsonDocument.Parse(answer[4..]).RootElement.GetProperty("token").GetString()!;

        Assert.StartsWith("200 ", await GetCoreAsync(target, enrolled, token), StringComparison.Ordinal);
        Assert.StartsWith("401 ", await GetCoreAsync(target, stolen, token), StringComparison.Ordinal);
        Assert.StartsWith("401 ", await GetCoreAsync(target, null, token), StringComparison.Ordinal);
        await target.AskAsync(new RemoveClient(core.Id.ToString()));
        Assert.StartsWith("401 ", await GetCoreAsync(target, enrolled, token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_own_certificate_is_shown_to_nobody_but_the_authorised_target()
    {
        await using var source = await RealCore.CreateAsync("source.example.net");
        using var certificate = TestCertificates.SelfSigned("target.example.net");
        await using var stranger = new HostileTarget(certificate) { AsksForCertificate = true };
        await source.TellAsync(new SetCredential(null, false, RealCore.Account, RealCore.Password));
        await source.AskAsync(new Application.Targets.AddTargetCore("target.example.net", ConnectTo: $"127.0.0.1:{stranger.Port}"));
        await source.PutAsync("queries", "Laptops", "{}");

        Assert.Equal("trust.not-reviewed", Assert.Single(await source.SyncAsync()).ErrorCode);
        await stranger.DrainAsync();
        Assert.Empty(stranger.ClientCertificates);
        Assert.Empty(stranger.Received);
        await source.AskAsync(new TrustTargetCore("target.example.net", CertificateFingerprint.Of(certificate.RawData).ToString()));
        await source.SyncAsync();
        await stranger.DrainAsync();

        Assert.Equal((await source.AskAsync(new ShowIdentity())).Certificate.Fingerprint, CertificateFingerprint.Of(Assert.Single(stranger.ClientCertificates)));
    }

    public static TheoryData<string> BadFiles => ["absent", "another certificate inside", "altered fingerprint", "no header", "a private key", "cut", "two certificates"];

    [Theory]
    [MemberData(nameof(BadFiles))]
    public async Task A_keys_file_that_is_not_whole_is_refused_and_changes_nothing(string fault)
    {
        await using var source = await RealCore.CreateAsync("source.example.net");
        await using var target = await RealCore.CreateAsync("target.example.net");
        await target.AddAccountAsync();
        var file = await ExportAsync(source);
        var text = await File.ReadAllTextAsync(file);
        using var other = TestCertificates.SelfSigned("source.example.net");
        var pem = text[text.IndexOf("-----BEGIN", StringComparison.Ordinal)..];
        await File.WriteAllTextAsync(file, fault switch
        {
            "another certificate inside" => text.Replace(pem, other.ExportCertificatePem(), StringComparison.Ordinal),
            "altered fingerprint" => text.Replace("SHA-256: ", "SHA-256: 00", StringComparison.Ordinal),
            "no header" => pem,
            "a private key" => text + "\n" + other.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(),
            "cut" => text[..(text.Length / 2)],
            "two certificates" => text + "\n" + other.ExportCertificatePem(),
            _ => text,
        });
        if (fault == "absent")
            File.Delete(file);

        var imported = await target.SendAsync(new ImportKeys(file));

        Assert.IsType<KeysFileError>(imported.Errors[0]);
        Assert.Empty(await target.AskAsync(new ListClients()));
    }

    [Fact]
    public async Task A_keys_file_of_a_target_authorises_it_and_a_told_fingerprint_must_fit()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.AskAsync(new RemoveTrust(pair.Target.Name));
        var file = await ExportAsync(pair.Target);
        // Mail programs change line ends.
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("\n", "\r\n", StringComparison.Ordinal));
        var own = (await pair.Source.AskAsync(new ShowIdentity())).Certificate.Fingerprint;

        Assert.True((await pair.Source.SendAsync(new ImportKeys(file, Fingerprint: own.ToString()))).HasError<FingerprintMismatchError>());
        Assert.Equal(TrustState.Revoked, (await pair.Source.AskAsync(new ShowTrust(pair.Target.Name))).Record.State);
        var imported = await pair.Source.AskAsync(new ImportKeys(file));

        Assert.Null(imported.Enrolled);
        Assert.Equal(TrustState.Trusted, imported.Trusted!.Record.State);
        await pair.Source.SyncedAsync();
        Assert.True((await pair.Target.SendAsync(new ImportKeys(file))).HasError<TargetIsSelfError>());
    }

    private async Task<string> ExportAsync(RealCore core)
    {
        var file = files.At(core.Name + ".keys");
        await File.WriteAllTextAsync(file, await core.AskAsync(new ExportKeys()));
        return file;
    }

    private async Task EnrolAsync(RealCore target, X509Certificate2 certificate, Servers.CoreId core, string name)
    {
        var file = files.At("enrol.keys");
        await File.WriteAllTextAsync(file, PublicKeys.Text(core, Servers.Fqdn.Parse(name).Value, CertificateFingerprint.Of(certificate.RawData), certificate.ExportCertificatePem()));
        await target.AskAsync(new ImportKeys(file, RealCore.Account));
    }

    private static async Task<string> SignInAsync(RealCore target, X509Certificate2? certificate, string user, string password, Guid source, string from = "127.0.0.1")
    {
        using var client = Client(target, certificate, from);
        using var content = new StringContent($$"""{"user":"{{user}}","password":"{{password}}","source":"{{source}}"}""", System.Text.Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await client.PostAsync(new Uri($"https://{target.Name}/coresync/v1/sign-in"), content);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    private static async Task<string> GetCoreAsync(RealCore target, X509Certificate2? certificate, string token)
    {
        using var client = Client(target, certificate);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.GetAsync(new Uri($"https://{target.Name}/coresync/v1/core"));
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    private static HttpClient Client(RealCore target, X509Certificate2? certificate, string from = "127.0.0.1") => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
        },
        ConnectCallback = async (_, stop) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            await socket.ConnectAsync(target.Address, stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public void Dispose() => files.Dispose();
}
