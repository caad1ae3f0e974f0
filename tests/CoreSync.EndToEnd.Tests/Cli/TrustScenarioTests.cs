namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>Two <c>serve</c> processes and the command line alone: a person decides about a certificate, and nothing is sent before.</summary>
public sealed class TrustScenarioTests : IDisposable
{
    private const string Wrong = "AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89";
    private readonly CliSandbox sandbox = new();

    [Fact]
    public async Task First_contact_waits_for_a_person_who_compares_the_fingerprint()
    {
        await using var cores = await TwoCores.CreateAsync(sandbox);

        var added = (await cores.AddAsync()).Refuses(6, "trust.not-reviewed", cores.Target.Fqdn);
        Assert.Equal("coresync/target-add/v1", added.Json.GetProperty("schema").GetString());
        Assert.Equal((false, "notReviewed"), await cores.TrustAsync());
        Assert.Single((await cores.Source.DoAsync("trust", "pending")).GetProperty("items").EnumerateArray());

        var shown = await cores.Source.DoAsync("trust", "show", cores.Target.Fqdn);
        var fingerprint = await cores.Target.FingerprintAsync();
        Assert.Equal(fingerprint, shown.GetProperty("fingerprint").GetString());
        Assert.Equal(["selfSigned"], shown.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()));
        Assert.Equal([cores.Target.Fqdn], shown.GetProperty("sans").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("EC", shown.GetProperty("keyAlgorithm").GetString());

        (await cores.Source.RunAsync("trust", "accept", cores.Target.Fqdn, "--fingerprint", Wrong)).Refuses(6, "trust.fingerprint-mismatch", fingerprint);
        Assert.Equal((false, "notReviewed"), await cores.TrustAsync());
        (await cores.SyncAsync()).Refuses(6, "trust.not-reviewed");
        Assert.Empty(TwoCores.Content(cores.Received));
        Assert.Equal(0, cores.StoredCertificates());

        await cores.Source.DoAsync("trust", "accept", cores.Target.Fqdn, "--fingerprint", fingerprint.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant());
        Assert.Equal((true, "trusted"), await cores.TrustAsync());
        Assert.Equal(1, cores.StoredCertificates());
        var job = Assert.Single((await cores.SyncAsync()).Exits(0).Json.GetProperty("items").EnumerateArray());
        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.Equal(3, job.GetProperty("applied").GetInt32());
        Assert.Equal(TwoCores.Content(cores.Sent), TwoCores.Content(cores.Received));
    }

    [Fact]
    public async Task A_changed_certificate_blocks_until_a_person_decides_again()
    {
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await cores.AddTrustedAsync();
        (await cores.SyncAsync()).Exits(0);
        var before = TwoCores.Content(cores.Received);
        var old = await cores.Target.FingerprintAsync();

        await cores.Target.DoAsync("identity", "renew");
        await File.WriteAllTextAsync(Path.Combine(cores.Sent, "secret.txt"), "must not leave");
        var blocked = (await cores.SyncAsync()).Refuses(7, "trust.certificate-changed", cores.Target.Fqdn, old);

        Assert.Equal("blocked", Assert.Single(blocked.Json.GetProperty("items").EnumerateArray()).GetProperty("state").GetString());
        Assert.Equal((false, "changed"), await cores.TrustAsync());
        Assert.Equal(0, cores.StoredCertificates());
        Assert.Equal(before, TwoCores.Content(cores.Received));
        var errors = (await File.ReadAllLinesAsync(cores.Source.LogFile)).Where(line => line.Contains(" ERR ", StringComparison.Ordinal)).ToList();
        Assert.Contains(" 1000 ", Assert.Single(errors), StringComparison.Ordinal);
        var shown = await cores.Source.DoAsync("trust", "show", cores.Target.Fqdn);
        Assert.Equal(old, shown.GetProperty("previousFingerprint").GetString());
        Assert.False(shown.GetProperty("sameKeyAsPrevious").GetBoolean());

        (await cores.SyncAsync()).Exits(7);
        (await cores.Source.RunAsync("trust", "accept", cores.Target.Fqdn, "--fingerprint", old)).Refuses(6, "trust.fingerprint-mismatch");
        await cores.Source.DoAsync("trust", "accept", cores.Target.Fqdn, "--fingerprint", await cores.Target.FingerprintAsync());
        (await cores.SyncAsync()).Exits(0);
        Assert.Equal(TwoCores.Content(cores.Sent), TwoCores.Content(cores.Received));
        (await cores.Source.RunAsync("trust", "history", "--verify")).Exits(0);
    }

    [Theory]
    [InlineData("decline", "declined", "trust.declined")]
    [InlineData("remove", "revoked", "trust.removed")]
    public async Task Ending_the_trust_blocks_and_trusting_again_works(string verb, string state, string code)
    {
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await cores.AddTrustedAsync();
        (await cores.SyncAsync()).Exits(0);

        await cores.Source.DoAsync("trust", verb, cores.Target.Fqdn, "--reason", "for the test");
        await File.WriteAllTextAsync(Path.Combine(cores.Sent, "later.txt"), "later");
        (await cores.SyncAsync()).Refuses(6, code, cores.Target.Fqdn);

        Assert.Equal((false, state), await cores.TrustAsync());
        Assert.Equal(0, cores.StoredCertificates());
        Assert.DoesNotContain("later.txt", TwoCores.Content(cores.Received).Keys);
        var again = (await cores.Source.DoAsync("trust", "show", cores.Target.Fqdn)).GetProperty("fingerprint").GetString()!;
        await cores.Source.DoAsync("trust", "accept", cores.Target.Fqdn, "--fingerprint", again);
        (await cores.SyncAsync()).Exits(0);
        Assert.Equal(TwoCores.Content(cores.Sent), TwoCores.Content(cores.Received));
        var events = (await cores.Source.DoAsync("trust", "history", cores.Target.Fqdn, "--verify")).GetProperty("items").EnumerateArray();
        Assert.Contains(events, entry => entry.GetProperty("reason").GetString() == "for the test");
    }

    [Fact]
    public async Task Without_a_credential_nothing_connects()
    {
        await using var cores = await TwoCores.CreateAsync(sandbox, credential: null);
        await cores.AddTrustedAsync();
        await cores.Serving.StopAsync();

        // The target is down: an attempt to connect would end with 8.
        (await cores.SyncAsync()).Refuses(4, "credentials.missing", cores.Target.Fqdn);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_sends_nothing()
    {
        await using var cores = await TwoCores.CreateAsync(sandbox, credential: "incorrect horse battery");
        await cores.AddTrustedAsync();

        (await cores.SyncAsync()).Refuses(4, "credentials.rejected", cores.Target.Fqdn, "sync");
        (await cores.Source.RunAsync("credential", "test")).Exits(4);

        Assert.Empty(TwoCores.Content(cores.Received));
    }

    [Fact]
    public async Task An_account_without_the_right_to_write_is_refused_and_writes_nothing()
    {
        await using var cores = await TwoCores.CreateAsync(sandbox, rights: "view");
        await cores.AddTrustedAsync();

        (await cores.SyncAsync()).Exits(4);

        Assert.Empty(TwoCores.Content(cores.Received));
    }

    [Fact]
    public async Task A_running_service_takes_the_job_and_sees_changes_by_itself()
    {
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await cores.AddTrustedAsync();
        await using var service = await cores.Source.ServeAsync();

        (await cores.SyncAsync()).Exits(0);
        Assert.Equal(TwoCores.Content(cores.Sent), TwoCores.Content(cores.Received));
        var handed = (await cores.Source.RunAsync("sync", "now")).Exits(0).Json.GetProperty("items").EnumerateArray().Single();
        var id = handed.GetProperty("id").GetString()!;
        Assert.Equal(id, (await cores.Source.DoAsync("job", "show", id)).GetProperty("id").GetString());

        Assert.Equal(0, await service.StopAsync());
    }

    [Fact]
    public async Task A_document_travels_and_is_read_only_at_the_target()
    {
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await cores.AddTrustedAsync();
        var file = Path.Combine(sandbox.Directory("documents", ("query.json", """{"name":"é"}""")), "query.json");

        var item = await cores.Source.DoAsync("item", "put", "--component", "queries", "--name", "Machines", "--group", "Public/Test", "--auto-sync", file);
        var id = item.GetProperty("id").GetString()!;
        (await cores.SyncAsync()).Exits(0);

        var arrived = await cores.Target.DoAsync("item", "show", id);
        Assert.Equal("""{"name":"é"}""", arrived.GetProperty("document").GetString());
        Assert.Equal("Public/Test", arrived.GetProperty("group").GetString());
        Assert.Equal(item.GetProperty("sha256").GetString(), arrived.GetProperty("sha256").GetString());
        Assert.True(arrived.GetProperty("readOnly").GetBoolean());
        (await cores.Target.RunAsync("item", "delete", id)).Refuses(9, "item.read-only", "Machines");

        await cores.Source.DoAsync("item", "auto-sync", id, "off");
        (await cores.SyncAsync()).Exits(0);
        Assert.False((await cores.Target.DoAsync("item", "show", id)).GetProperty("readOnly").GetBoolean());
    }

    public void Dispose() => sandbox.Dispose();
}
