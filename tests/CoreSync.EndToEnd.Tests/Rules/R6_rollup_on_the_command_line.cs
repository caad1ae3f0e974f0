using CoreSync.EndToEnd.Tests.Cli;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>A source and a rollup core as processes, set up and used by the command line alone.</summary>
public sealed class R6_rollup_on_the_command_line : IDisposable
{
    private const string Password = "correct horse battery";
    private readonly CliSandbox sandbox = new();

    [Fact]
    public async Task A_rollup_core_is_made_refused_granted_and_collects()
    {
        var site = await sandbox.Core("site.example.net").InitAsync();
        var head = sandbox.Core("head.example.net");
        await head.DoAsync("init", "--name", head.Fqdn, "--role", "rollup");
        (await site.RunWithInputAsync(Password + "\n", "account", "add", "collector", "--rights", "edit", "--password-stdin")).Exits(0);
        var file = Path.Combine(sandbox.Directory("documents", ("query.json", """{"os":"any"}""")), "query.json");
        var item = (await site.DoAsync("item", "put", "--component", "queries", "--name", "Laptops", file)).GetProperty("id").GetString()!;
        await using var serving = await site.ServeAsync();

        // Nothing is set yet: each verb says what is missing.
        (await head.RunAsync("rollup", "now")).Refuses(5, "rollup.no-sources");
        (await head.RunAsync("rollup", "add", site.Fqdn, "--connect-to", serving.Address)).Refuses(6, "trust.not-reviewed", site.Fqdn);
        await head.DoAsync("trust", "accept", site.Fqdn, "--fingerprint", await site.FingerprintAsync());
        (await head.RunAsync("rollup", "now")).Refuses(4, "credentials.missing", site.Fqdn);
        (await head.RunWithInputAsync(Password + "\n", "credential", "set", "--scheduler", "--user", "collector", "--password-stdin")).Exits(0);

        // The account lacks the right: exit 4, and the same words on both sides.
        var refused = (await head.RunAsync("rollup", "now", site.Fqdn)).Refuses(4, "account.rights-missing", "console-administrator");
        var words = $"The account collector lacks the right console-administrator on {site.Fqdn} (rollup {head.Fqdn})";
        Assert.Equal(words, Assert.Single(refused.Json.GetProperty("items").EnumerateArray()).GetProperty("errorMessage").GetString());
        var logged = Assert.Single(await File.ReadAllLinesAsync(site.LogFile), line => line.Contains(" ERR 3060 TaskHandlerError ", StringComparison.Ordinal));
        Assert.Contains(words, logged, StringComparison.Ordinal);
        var shown = await head.DoAsync("rollup", "show", site.Fqdn);
        Assert.Equal((words, "pull", true), (shown.GetProperty("lastErrorMessage").GetString(), shown.GetProperty("direction").GetString(), shown.GetProperty("quarantined").GetBoolean()));
        Assert.Equal(words, Assert.Single((await site.DoAsync("rollup", "readers")).GetProperty("items").EnumerateArray()).GetProperty("refused").GetString());
        (await head.RunAsync("rollup", "test", site.Fqdn)).Refuses(4, "account.rights-missing");
        (await head.RunAsync("item", "show", item)).Refuses(5, "item.not-found");

        // Granting it heals without a restart of either.
        await site.DoAsync("account", "remove", "collector", "--yes");
        (await site.RunWithInputAsync(Password + "\n", "account", "add", "collector", "--rights", "console-administrator", "--password-stdin")).Exits(0);
        var job = Assert.Single((await head.RunAsync("rollup", "now")).Exits(0).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(("succeeded", 1), (job.GetProperty("state").GetString(), job.GetProperty("applied").GetInt32()));
        var copy = await head.DoAsync("item", "show", item);
        Assert.Equal(((await site.DoAsync("item", "show", item)).GetProperty("origin").GetString(), true), (copy.GetProperty("origin").GetString(), copy.GetProperty("readOnly").GetBoolean()));
        Assert.Equal(site.Fqdn, Assert.Single((await head.DoAsync("rollup", "list")).GetProperty("items").EnumerateArray()).GetProperty("fqdn").GetString());
        Assert.Empty((await head.DoAsync("target", "list")).GetProperty("items").EnumerateArray());
        Assert.Equal(head.Fqdn, Assert.Single((await site.DoAsync("status")).GetProperty("readers").EnumerateArray()).GetProperty("name").GetString());
        (await head.RunAsync("rollup", "test", site.Fqdn)).Exits(0);

        await head.DoAsync("rollup", "disable", site.Fqdn);
        (await head.RunAsync("rollup", "now")).Refuses(5, "rollup.no-sources");
        await head.DoAsync("rollup", "remove", site.Fqdn, "--yes");
        Assert.Empty((await head.DoAsync("rollup", "list")).GetProperty("items").EnumerateArray());
        await head.DoAsync("item", "show", item);
        await site.DoAsync("rollup", "forget", head.Fqdn, "--yes");
        Assert.Empty((await site.DoAsync("rollup", "readers")).GetProperty("items").EnumerateArray());
        (await site.RunAsync("rollup", "forget", head.Fqdn, "--yes")).Refuses(5, "rollup.reader-not-found", head.Fqdn);
    }

    [Theory]
    [InlineData("rollup", "list")]
    [InlineData("rollup", "add", "site.example.net")]
    [InlineData("rollup", "show", "site.example.net")]
    [InlineData("rollup", "now")]
    [InlineData("rollup", "test", "site.example.net")]
    [InlineData("rollup", "remove", "site.example.net", "--yes")]
    public async Task On_a_standard_core_every_verb_says_how_a_rollup_core_is_made(params string[] args)
    {
        var standard = await sandbox.Core("standard.example.net").InitAsync();

        var refused = (await standard.RunAsync(args)).Refuses(2, "rollup.not-a-rollup-core", standard.Fqdn);

        Assert.Contains("--role rollup", refused.Error, StringComparison.Ordinal);
        Assert.Empty((await standard.DoAsync("target", "list")).GetProperty("items").EnumerateArray());
    }

    public void Dispose() => sandbox.Dispose();
}
