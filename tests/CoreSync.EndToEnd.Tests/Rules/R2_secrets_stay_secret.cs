#pragma warning disable CA5359 // the client is not what is tested
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using CoreSync.EndToEnd.Tests.Cli;
using CoreSync.EndToEnd.Tests.Secrets;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>R2, C06: known secrets go through two real cores, through successes and failures; afterwards they are in no log, output, export, database, process, temporary file, trace or metric.</summary>
public sealed class R2_secrets_stay_secret
{
    private static readonly string[] Planted = ["account", "second", "wrong", "short", "scheduler", "directory", "webhook"];

    public static TheoryData<string> Encodings => [.. SecretSearch.Encodings];

    // Without this a search that finds nothing would prove nothing.
    [Theory]
    [MemberData(nameof(Encodings))]
    public void The_search_finds_a_secret_in_every_form(string encoding)
    {
        var secret = Secret("control");
        using var directory = new Testing.TempDirectory();
        File.WriteAllBytes(directory.At("planted.bin"), SecretSearch.Planted(secret, encoding));
        var search = new SecretSearch();
        search.Add("the control", secret);

        search.LookBelow(directory.Path, _ => false);

        Assert.Contains($"the control as {encoding} in {directory.At("planted.bin")}", search.Found);
    }

    [Fact]
    public void The_search_finds_nothing_where_nothing_is()
    {
        var search = new SecretSearch();
        search.Add("the control", Secret("control"));

        search.Look("noise", RandomNumberGenerator.GetBytes(1_000_000));
        search.Look("another", Secret("other"));

        Assert.Empty(search.Found);
    }

    [Fact]
    public async Task Secrets_that_went_through_two_cores_are_nowhere()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        using var sandbox = new CliSandbox();
        var (source, target) = (sandbox.Core("source.example.net"), sandbox.Core("target.example.net"));
        var secrets = Planted.ToDictionary(name => name, Secret);
        var outputs = new List<CliResult>();
        var begun = TimeProvider.System.GetUtcNow().UtcDateTime;
        await using var processes = new ProcessWatch();
        await using var collector = new TelemetryCollector();

        // 1. Everything that takes a secret, rightly and wrongly.
        await RunAsync(source, null, "init", "--name", source.Fqdn);
        await RunAsync(target, null, "init", "--name", target.Fqdn);
        await RunAsync(target, secrets["account"], "account", "add", "sync", "--rights", "edit", "--password-stdin");
        await RunAsync(target, secrets["second"], "account", "add", "sync", "--rights", "edit", "--password-stdin");
        await RunAsync(target, secrets["second"], "account", "add", "admin", "--rights", "console-administrator", "--password-stdin");
        await RunAsync(target, secrets["short"] + "\0", "account", "add", "nul", "--rights", "view", "--password-stdin");
        await RunAsync(target, secrets["short"] + new string('x', 1100), "account", "set-password", "sync", "--password-stdin");
        await RunAsync(target, secrets["short"], "account", "set-password", "missing", "--password-stdin");
        await RunAsync(source, secrets["wrong"], "credential", "set", "--user", "sync", "--password-stdin");
        await RunAsync(source, secrets["scheduler"], "credential", "set", "--scheduler", "--user", "scheduler", "--password-stdin");
        await RunAsync(target, secrets["directory"], "credential", "set", "--ldap", "--user", "cn=coresync,dc=example,dc=com", "--password-stdin");
        await RunAsync(target, null, "settings", "set", "ldap.server", "127.0.0.1:9");
        await RunAsync(target, secrets["directory"], "ldap", "test", "--user", "somebody", "--password-stdin");
        await RunAsync(target, null, "settings", "set", "ldap.server", "");
        await RunAsync(target, secrets["webhook"], "settings", "set", "notify.webhook-secret", "--password-stdin");
        await RunAsync(target, secrets["account"] + "\n", "settings", "set", "notify.webhook-url", "https://user:" + "not-a-secret@hooks.example.net/");

        await RunAsync(target, null, "settings", "set", "telemetry.prometheus", "on");

        // 2. A synchronisation that is refused, one that works, and what tells about them.
        await RunAsync(source, null, "item", "put", "--component", "queries", "--name", "Laptops", "--auto-sync", WriteDocument(sandbox));
        await using (var serving = await target.ServeAsync(environment: collector.Environment))
        {
            await RunAsync(source, null, "target", "add", target.Fqdn, "--connect-to", serving.Address, "--fingerprint", await target.FingerprintAsync());
            var refused = await RunAsync(source, null, "sync", "now", "--wait");
            Assert.Equal(4, refused.ExitCode);
            await RunAsync(source, null, "credential", "test");
            await RunAsync(source, secrets["account"], "credential", "set", "--user", "sync", "--password-stdin");
            Assert.Equal(0, (await RunAsync(source, null, "credential", "test")).ExitCode);
            Assert.Equal(0, (await RunAsync(source, null, "sync", "now", "--wait")).ExitCode);
            using var client = Client(serving, target.Fqdn);
            await TakeTokensAsync(client, secrets);
            var metrics = await MetricsAsync(client, secrets["second"]);
            outputs.Add(new CliResult(0, metrics, "", "the page of metrics"));
            await Eventually.IsTrueAsync(() => Task.FromResult(collector.Tells("traces", "coresync.") && collector.Tells("metrics", "coresync.")), "traces and metrics are collected");
            foreach (var core in new[] { source, target })
            {
                foreach (var args in new[] { "account list", "settings list", "job list", "status", "doctor", "identity show" })
                    await RunAsync(core, null, args.Split(' '));
                await RunAsync(core, null, "export", Path.Combine(sandbox.Root, core.Fqdn + ".coresync"), "--component", "queries");
                await RunAsync(core, null, "keys", "export", Path.Combine(sandbox.Root, core.Fqdn + ".keys"));
                await RunAsync(core, null, "trust", "history", "--export", Path.Combine(sandbox.Root, core.Fqdn + ".history"));
                await RunAsync(core, null, "db", "backup", Path.Combine(sandbox.Root, core.Fqdn + ".db"));
            }

            // 3. While the core runs: its database has a write-ahead log, its process an environment.
            var search = SearchFor(secrets, source, target);
            Look(search, isRunning: true);
            Assert.True(search.Bytes > 1_000_000, $"only {search.Bytes} bytes were looked through");
            Assert.Empty(search.Found);
        }

        // 4. And after it has stopped.
        var after = SearchFor(secrets, source, target);
        Look(after, isRunning: false);
        Assert.Empty(after.Found);

        async Task<CliResult> RunAsync(CliCore core, string? input, params string[] args)
        {
            var result = await sandbox.RunAsync(["--data", core.Data, "-v", .. args], input is null ? null : input + "\n");
            outputs.Add(result);
            return result;
        }

        void Look(SecretSearch search, bool isRunning)
        {
            foreach (var output in outputs)
                search.Look(output.CommandLine, output.Output + output.Error);
            search.Look("traces", collector.Received("traces"));
            search.Look("metrics", collector.Received("metrics"));
            foreach (var process in processes.Seen)
                search.Look("a process", process);
            // Keys live where nobody else may read them; all the rest of both cores, exports and backups are looked through.
            // The lock of a running core cannot be opened, by anybody; it is looked at afterwards.
            search.LookBelow(sandbox.Root, file => Path.GetDirectoryName(file)!.EndsWith("/keys", StringComparison.Ordinal) || (isRunning && Path.GetFileName(file) == "coresync.lock"));
            // Sockets and pipes have no length.
            foreach (var file in new DirectoryInfo(Path.GetTempPath()).EnumerateFiles().Where(file => file.LastWriteTimeUtc > begun && file.Length is > 0 and < 1_000_000))
                search.LookAt(file.FullName);
        }
    }

    // What nothing escapes, no encoding leaves alone, and nobody else has.
    private static string Secret(string name) => $"Kanari-{name}-<ä&\"/+?>{Convert.ToHexString(RandomNumberGenerator.GetBytes(6))}";

    private static string WriteDocument(CliSandbox sandbox) => Path.Combine(sandbox.Directory("documents", ("laptops.json", "{}")), "laptops.json");

    private static SecretSearch SearchFor(Dictionary<string, string> secrets, params CliCore[] cores)
    {
        var search = new SecretSearch();
        foreach (var (name, secret) in secrets)
            search.Add(name, secret);
        foreach (var core in cores)
        {
            // The first line of the private key, which no other key has.
            var pem = File.ReadAllText(Path.Combine(core.Data, "keys", "own-certificate.pem"));
            var begin = pem.IndexOf("PRIVATE KEY-----", StringComparison.Ordinal);
            Assert.True(begin > 0, "there is no private key in the file");
            search.Add($"the private key of {core.Fqdn}", pem[begin..].Split('\n')[1].Trim());
            // The element of a key that is secret: 512 bits in base64.
            var files = Directory.EnumerateFiles(Path.Combine(core.Data, "keys"), "*.xml").ToList();
            foreach (var value in files.SelectMany(file => XDocument.Load(file).Descendants("value")))
                search.Add($"the data-protection key of {core.Fqdn}", value.Value);
        }

        return search;
    }

    private static HttpClient Client(ServeProcess serving, string name) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, serving.Port, cancellationToken);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri($"https://{name}") };

    // The page of metrics as an account sees it that signs in with its password.
    private static async Task<string> MetricsAsync(HttpClient client, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("admin:" + password)));
        using var answer = await client.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode && page.Contains("coresync_", StringComparison.Ordinal), $"/metrics: {(int)answer.StatusCode} {page}");
        return page;
    }

    // A token of each door, used rightly and where it is not good.
    private static async Task TakeTokensAsync(HttpClient client, Dictionary<string, string> secrets)
    {
        secrets["token of the API"] = await SignInAsync("/api/v1/sign-in", new { user = "admin", password = secrets["second"] });
        secrets["token of the protocol"] = await SignInAsync("/coresync/v1/sign-in", new { user = "sync", password = secrets["account"], source = Guid.NewGuid() });
        foreach (var path in new[] { "/api/v1/session", "/api/v1/nothing", "/coresync/v1/core", "/coresync/v1/replications/x/state", "/metrics", "/console/" })
        {
            foreach (var token in new[] { secrets["token of the API"], secrets["token of the protocol"] })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                // As a source does whose spans are collected: those of the target go on with it.
                request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
                using var answer = await client.SendAsync(request);
                Assert.DoesNotContain(token, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }

        async Task<string> SignInAsync(string path, object body)
        {
            using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString()!;
        }
    }
}
