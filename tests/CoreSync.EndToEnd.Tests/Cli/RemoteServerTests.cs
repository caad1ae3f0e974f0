using System.Text.Json;

namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>The command line against a running service in a process of its own (<c>--server</c>): trusted by fingerprint alone, the same answers and exit codes as on the core.</summary>
public sealed class RemoteServerTests : IAsyncLifetime
{
    private const string Password = "correct-horse-battery-staple";
    private readonly CliSandbox sandbox = new();
    private CliCore source = null!;
    private CliCore target = null!;
    private ServeProcess service = null!;
    private ServeProcess other = null!;
    private string fingerprint = "";

    public async ValueTask InitializeAsync()
    {
        source = await sandbox.Core("source.example.net").InitAsync();
        target = await sandbox.Core("target.example.net").InitAsync();
        foreach (var (name, rights) in new[] { ("admin", "console-administrator"), ("watcher", "view") })
            (await source.RunWithInputAsync(Password + "\n", "account", "add", name, "--rights", rights, "--password-stdin")).Exits(0);
        (await target.RunWithInputAsync(Password + "\n", "account", "add", "sync", "--rights", "edit", "--password-stdin")).Exits(0);
        (await source.RunWithInputAsync(Password + "\n", "credential", "set", "--user", "sync", "--password-stdin")).Exits(0);
        fingerprint = await source.FingerprintAsync();
        service = await source.ServeAsync();
        other = await target.ServeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await other.DisposeAsync();
        sandbox.Dispose();
    }

    [Fact]
    public async Task The_life_of_a_target_is_led_from_another_machine()
    {
        var added = (await AsAdminAsync("target", "add", target.Fqdn, "--connect-to", other.Address, "--description", "Branch")).Refuses(6, "trust.not-reviewed", target.Fqdn);
        Assert.Equal("notReviewed", added.Json.GetProperty("trustState").GetString());
        var presented = (await AsAdminAsync("trust", "show", target.Fqdn)).Exits(0).Json.GetProperty("fingerprint").GetString()!;
        Assert.Equal(await target.FingerprintAsync(), presented);

        (await AsAdminAsync("trust", "accept", target.Fqdn, "--fingerprint", fingerprint)).Refuses(6, "trust.fingerprint-mismatch");
        (await AsAdminAsync("trust", "accept", target.Fqdn, "--fingerprint", presented, "--reason", "by telephone")).Exits(0);
        var item = Path.Combine(sandbox.Root, "query.json");
        await File.WriteAllTextAsync(item, "{}");
        var id = (await source.DoAsync("item", "put", "--component", "queries", "--name", "All", "--auto-sync", item)).GetProperty("id").GetString()!;
        var job = Assert.Single((await AsAdminAsync("sync", "now", target.Fqdn, "--wait")).Exits(0).Json.GetProperty("items").EnumerateArray().ToList());

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.Equal("All", (await target.DoAsync("item", "show", id)).GetProperty("name").GetString());
        Assert.Equal("All", (await AsAdminAsync("item", "show", id)).Exits(0).Json.GetProperty("name").GetString());
        Assert.Equal(id, Assert.Single(Items((await AsAdminAsync("item", "list", "--component", "queries")).Exits(0))).GetProperty("id").GetString());
        Assert.Contains(Items((await AsAdminAsync("job", "list", "--target", target.Fqdn, "--state", "succeeded")).Exits(0)), one => one.GetProperty("id").GetString() == job.GetProperty("id").GetString());
        Assert.Equal(target.Fqdn, (await AsAdminAsync("job", "show", job.GetProperty("id").GetString()!)).Exits(0).Json.GetProperty("target").GetString());
        (await AsAdminAsync("job", "cancel", job.GetProperty("id").GetString()!)).Refuses(9, "job.ended");
        Assert.Contains(Items((await AsAdminAsync("trust", "history", "--verify")).Exits(0)), one => one.GetProperty("by").GetString() == "admin" && one.GetProperty("reason").GetString() == "by telephone");

        Assert.False((await AsAdminAsync("target", "disable", target.Fqdn)).Exits(0).Json.GetProperty("enabled").GetBoolean());
        Assert.True((await AsAdminAsync("target", "enable", target.Fqdn)).Exits(0).Json.GetProperty("enabled").GetBoolean());
        Assert.Equal("revoked", (await AsAdminAsync("trust", "remove", target.Fqdn)).Exits(0).Json.GetProperty("trustState").GetString());
        (await AsAdminAsync("target", "remove", target.Fqdn)).Exits(0);
        (await AsAdminAsync("target", "show", target.Fqdn)).Refuses(5, "target.not-found", target.Fqdn);
        Assert.Empty(Items((await AsAdminAsync("target", "list")).Exits(0)));
        Assert.True((await AsAdminAsync("status")).Exits(0).Json.GetProperty("serviceRunning").GetBoolean());
    }

    [Fact]
    public async Task A_certificate_that_was_not_named_is_refused_before_anything_is_sent()
    {
        string[] command = ["--json", "--server", $"https://{service.Address}", "target", "list"];

        (await sandbox.RunAsync(command, null, Admin)).Refuses(6, "server.not-trusted", fingerprint);
        (await sandbox.RunAsync([.. command, "--yes"], null, Admin)).Refuses(6, "server.not-trusted", fingerprint);
        (await sandbox.RunAsync([.. command, "--server-fingerprint", await target.FingerprintAsync()], null, Admin)).Refuses(6, "server.fingerprint-mismatch", fingerprint);
        (await sandbox.RunAsync([.. command, "--server-fingerprint", new string('A', 40)], null, Admin)).Refuses(2, "trust.fingerprint-sha1");
        // The account was not even asked for: no attempt to sign in was counted or logged.
        Assert.DoesNotContain(await File.ReadAllLinesAsync(source.LogFile), line => line.Contains("admin", StringComparison.Ordinal) && line.Contains("sign", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Who_may_not_is_told_as_on_the_core()
    {
        (await OnServerAsync([("CORESYNC_USER", "admin"), ("CORESYNC_PASSWORD", "wrong")], "target", "list")).Refuses(4, "account.sign-in-refused");
        (await OnServerAsync([("CORESYNC_TOKEN", "no-such-token")], "target", "list")).Refuses(4, "account.token-invalid");
        (await OnServerAsync([("CORESYNC_USER", "watcher"), ("CORESYNC_PASSWORD", Password)], "target", "list")).Exits(0);
        (await OnServerAsync([("CORESYNC_USER", "watcher"), ("CORESYNC_PASSWORD", Password)], "target", "add", target.Fqdn)).Refuses(4, "account.rights-missing");
        (await OnServerAsync([], "target", "list")).Refuses(2, "usage.invalid", "CORESYNC_TOKEN");
    }

    [Fact]
    public async Task What_works_on_a_data_directory_only_says_so_and_usage_is_checked()
    {
        (await AsAdminAsync("db", "status")).Refuses(2, "server.command-unavailable", "db status");
        (await AsAdminAsync("sync", "now", "--dry-run")).Refuses(2, "server.command-unavailable", "--dry-run");
        (await AsAdminAsync("target", "list", "--data", source.Data)).Refuses(2, "usage.invalid", "--data");
        (await sandbox.RunAsync(["--json", "--server", "http://127.0.0.1", "target", "list"], null, Admin)).Refuses(2, "usage.invalid", "https");
        (await sandbox.RunAsync(["--json", "--server-fingerprint", fingerprint, "target", "list"], null, Admin)).Refuses(2, "usage.invalid", "--server");
        await service.StopAsync();
        (await AsAdminAsync("target", "list")).Refuses(8, "server.unreachable", service.Address);
    }

    private static (string, string)[] Admin => [("CORESYNC_USER", "admin"), ("CORESYNC_PASSWORD", Password)];

    private static IReadOnlyList<JsonElement> Items(CliResult result) => [.. result.Json.GetProperty("items").EnumerateArray()];

    private Task<CliResult> AsAdminAsync(params string[] args) => OnServerAsync(Admin, args);

    private Task<CliResult> OnServerAsync((string, string)[] environment, params string[] args) =>
        sandbox.RunAsync(["--json", "--server", $"https://{service.Address}", "--server-fingerprint", fingerprint, .. args], null, environment);
}
