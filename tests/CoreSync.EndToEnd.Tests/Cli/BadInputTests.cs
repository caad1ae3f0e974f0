using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>Bad input: each case has its exit code, a message that names the thing and the next step, and changes nothing.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Sha256 = "AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89";
    private readonly CliSandbox sandbox = new();

    [Theory]
    [InlineData("core2", "target.name-not-qualified", "core2")]
    [InlineData("192.0.2.7", "target.name-is-address", "192.0.2.7")]
    [InlineData("::1", "target.name-is-address", "::1")]
    [InlineData("core_2.example.net", "target.name-invalid", "core_2.example.net")]
    [InlineData("core2.example.net:0", "target.port-invalid", "0")]
    [InlineData("core2.example.net:70000", "target.port-invalid", "70000")]
    [InlineData("core1.example.net", "target.is-self", "core1.example.net")]
    [InlineData("CORE1.Example.NET.", "target.is-self", "core1.example.net")]
    public async Task A_target_name_that_cannot_be_one_is_refused(string name, string code, string mention)
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();

        (await core.RunAsync("target", "add", name)).Refuses(2, code, mention);

        await AssertNoTargetsAsync(core);
    }

    [Theory]
    [InlineData("core1")]
    [InlineData("10.0.0.1")]
    [InlineData("-core1.example.net")]
    public async Task A_core_name_that_cannot_be_one_makes_no_core(string name)
    {
        var core = sandbox.Core("core1.example.net");

        var result = await core.RunAsync("init", "--name", name);

        Assert.StartsWith("target.name", result.Exits(2).Code, StringComparison.Ordinal);
        Assert.False(Directory.Exists(core.Data));
    }

    [Theory]
    [InlineData("DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09", "trust.fingerprint-sha1")]
    [InlineData("da39a3ee5e6b4b0d3255bfef95601890afd80709", "trust.fingerprint-sha1")]
    [InlineData("not-a-fingerprint", "trust.fingerprint-malformed")]
    [InlineData("AB:CD", "trust.fingerprint-malformed")]
    [InlineData("", "trust.fingerprint-malformed")]
    public async Task A_malformed_fingerprint_is_refused_before_anything_is_stored(string fingerprint, string code)
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();

        (await core.RunAsync("target", "add", "core2.example.net", "--connect-to", "127.0.0.1:1", "--fingerprint", fingerprint)).Refuses(2, code);

        await AssertNoTargetsAsync(core);
    }

    [Fact]
    public async Task A_certificate_file_that_is_none_is_refused_before_anything_is_stored()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        var file = Path.Combine(sandbox.Directory("files", ("no.pem", "no certificate")), "no.pem");

        (await core.RunAsync("target", "add", "core2.example.net", "--certificate", file)).Refuses(2, "trust.certificate-unreadable", "no.pem");
        (await core.RunAsync("target", "add", "core2.example.net", "--certificate", file, "--fingerprint", Sha256)).Refuses(2, "usage.invalid");

        await AssertNoTargetsAsync(core);
    }

    [Fact]
    public async Task A_target_that_is_there_already_is_refused_and_stays_as_it_is()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        await core.RunAsync("target", "add", "core2.example.net", "--connect-to", "127.0.0.1:1", "--description", "first");

        (await core.RunAsync("target", "add", "Core2.Example.net", "--description", "second")).Refuses(9, "target.duplicate", "core2.example.net");

        Assert.Equal("first", (await core.TargetAsync("core2.example.net")).GetProperty("description").GetString());
    }

    [Fact]
    public async Task An_unreachable_target_is_kept_but_not_trusted()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        var port = FreePort();

        (await core.RunAsync("target", "add", "core2.example.net", "--connect-to", $"127.0.0.1:{port}")).Exits(8);
        var test = await core.RunAsync("target", "test", "core2.example.net");

        test.Refuses(8, "target.unreachable", "core2.example.net", $"127.0.0.1:{port}");
        Assert.False((await core.TargetAsync("core2.example.net")).GetProperty("trusted").GetBoolean());
    }

    [Fact]
    public async Task A_target_that_speaks_no_TLS_is_named_as_such()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerPlainlyAsync(listener);

        var added = await core.RunAsync("target", "add", "core2.example.net", "--connect-to", $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

        added.Refuses(8, "target.not-tls", "core2.example.net");
        listener.Stop();
        await answering;
    }

    [Fact]
    public async Task A_trusted_server_that_is_no_core_is_named_as_such()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        (await core.RunWithInputAsync("a password of mine\n", "credential", "set", "--user", "sync", "--password-stdin")).Exits(0);
        await using var server = new PlainTlsServer("core2.example.net");
        (await core.RunAsync("target", "add", "core2.example.net", "--connect-to", server.Address, "--fingerprint", server.Fingerprint)).Exits(0);

        (await core.RunAsync("sync", "now", "--wait")).Refuses(8, "target.not-a-core", "core2.example.net");
    }

    [Fact]
    public async Task Trust_without_a_fingerprint_is_refused_where_nobody_can_be_asked_whatever_yes_says()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        var other = await sandbox.Core("core2.example.net").InitAsync();
        await using var serving = await other.ServeAsync();
        await core.RunAsync("target", "add", other.Fqdn, "--connect-to", serving.Address);

        (await core.RunAsync("trust", "accept", other.Fqdn, "--yes")).Refuses(2, "usage.invalid", "--fingerprint");

        Assert.False((await core.TargetAsync(other.Fqdn)).GetProperty("trusted").GetBoolean());
    }

    [Fact]
    public async Task Yes_never_authorises_a_certificate()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        var other = await sandbox.Core("core2.example.net").InitAsync();
        await using var serving = await other.ServeAsync();

        (await core.RunAsync("target", "add", other.Fqdn, "--connect-to", serving.Address, "--yes")).Refuses(6, "trust.not-reviewed", other.Fqdn);

        Assert.Equal("notReviewed", (await core.TargetAsync(other.Fqdn)).GetProperty("trustState").GetString());
    }

    [Theory]
    [InlineData("status")]
    [InlineData("target", "list")]
    [InlineData("identity", "show")]
    [InlineData("sync", "now")]
    [InlineData("serve", "--listen", "127.0.0.1:0")]
    [InlineData("db", "status")]
    [InlineData("log")]
    public async Task A_data_directory_that_is_missing_is_named_and_not_made(params string[] args)
    {
        var core = sandbox.Core("core1.example.net");

        (await core.RunAsync(args)).Refuses(5, "store.not-initialised", core.Data);

        Assert.False(Directory.Exists(core.Data));
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(sandbox.Directory("files", ("a-file", "x")), "a-file");
        var core = sandbox.Core("core1.example.net", Path.Combine("files", "a-file", "core"));

        (await core.RunAsync("init", "--name", core.Fqdn)).Refuses(1, "store.unwritable", file);

        Assert.Equal("x", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_core_is_never_made_over_another()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        var before = await core.DoAsync("identity", "show");

        (await core.RunAsync("init", "--name", "core9.example.net")).Refuses(9, "store.already-initialised", core.Data, "core1.example.net");

        Assert.Equal(before.ToString(), (await core.DoAsync("identity", "show")).ToString());
    }

    [Fact]
    public async Task A_second_service_on_one_data_directory_is_refused_and_names_the_first()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        await using var first = await core.ServeAsync();

        (await core.RunAsync("serve", "--listen", "127.0.0.1:0")).Refuses(9, "store.locked", core.Data);

        var status = await core.DoAsync("status");
        Assert.True(status.GetProperty("serviceRunning").GetBoolean());
        Assert.Equal(0, await first.StopAsync());
        Assert.False((await core.DoAsync("status")).GetProperty("serviceRunning").GetBoolean());
    }

    [Fact]
    public async Task A_listening_address_that_is_taken_is_named()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = taken.LocalEndpoint.ToString()!;

        (await core.RunAsync("serve", "--listen", address)).Refuses(9, "host.listen-failed", address);
    }

    [Fact]
    public async Task A_store_of_a_newer_schema_is_refused_and_left_alone()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        var known = (await core.DoAsync("db", "status")).GetProperty("known").GetInt32();
        SetSchema(core, known + 1);

        foreach (var args in new string[][] { ["status"], ["serve", "--listen", "127.0.0.1:0"], ["target", "add", "core2.example.net"], ["db", "apply"] })
            (await core.RunAsync(args)).Refuses(1, "store.newer-schema", $"{known + 1}");

        SetSchema(core, known);
        await AssertNoTargetsAsync(core);
    }

    [Fact]
    public async Task A_damaged_store_is_refused()
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        await File.WriteAllTextAsync(Path.Combine(core.Data, "coresync.db"), "this is no database at all, but long enough to be looked at as one by mistake");

        (await core.RunAsync("status")).Refuses(1, "store.corrupt", "coresync.db");
    }

    [Theory]
    [InlineData("short", "account.password-invalid")]
    [InlineData("", "usage.invalid")]
    public async Task A_password_that_cannot_be_one_makes_no_account(string password, string code)
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();
        var input = password.Length == 0 ? "" : password + "\n";

        (await core.RunWithInputAsync(input, "account", "add", "sync", "--rights", "edit", "--password-stdin")).Refuses(2, code);
        (await core.RunAsync("account", "add", "sync", "--rights", "edit")).Refuses(2, "usage.invalid", "--password-stdin");

        Assert.Empty((await core.DoAsync("account", "list")).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData(2, "settings.value-invalid", "settings", "set", "sync.interval-seconds", "0")]
    [InlineData(5, "settings.unknown-key", "settings", "get", "no.such")]
    [InlineData(5, "component.not-found", "component", "enable", "no-such")]
    [InlineData(2, "component.name-invalid", "component", "add", "files", "Not A Name", "/tmp")]
    [InlineData(2, "component.directory", "component", "add", "files", "packages", "/no/such/directory")]
    [InlineData(2, "usage.invalid", "component", "add", "files", "packages")]
    [InlineData(5, "item.not-found", "item", "show", "8f14e45f-0000-0000-0000-000000000000")]
    [InlineData(2, "usage.invalid", "item", "put", "--component", "scripts", "--name", "n", "/no/such/file")]
    [InlineData(2, "usage.invalid", "item", "auto-sync", "8f14e45f-0000-0000-0000-000000000000")]
    [InlineData(5, "job.not-found", "job", "show", "nonsense")]
    [InlineData(5, "job.not-found", "job", "cancel", "8f14e45f-0000-0000-0000-000000000000")]
    [InlineData(5, "account.not-found", "account", "remove", "nobody")]
    [InlineData(5, "target.not-found", "target", "remove", "core2.example.net")]
    [InlineData(5, "target.not-found", "trust", "show", "core2.example.net")]
    [InlineData(5, "target.not-found", "sync", "now", "core2.example.net")]
    [InlineData(5, "sync.no-targets", "sync", "now")]
    public async Task What_does_not_exist_or_does_not_fit_is_named(int exitCode, string code, params string[] args)
    {
        var core = await sandbox.Core("core1.example.net").InitAsync();

        (await core.RunAsync(args)).Refuses(exitCode, code);
    }

    private static void SetSchema(CliCore core, int version)
    {
        // user_version is the big-endian number at offset 60 of the file header (sqlite.org/fileformat2.html, 1.3.15).
        using var file = new FileStream(Path.Combine(core.Data, "coresync.db"), FileMode.Open, FileAccess.ReadWrite);
        file.Seek(60, SeekOrigin.Begin);
        Span<byte> bytes = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, version);
        file.Write(bytes);
    }

    private static async Task AssertNoTargetsAsync(CliCore core) => Assert.Empty((await core.DoAsync("target", "list")).GetProperty("items").EnumerateArray());

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task AnswerPlainlyAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    public void Dispose() => sandbox.Dispose();
}
