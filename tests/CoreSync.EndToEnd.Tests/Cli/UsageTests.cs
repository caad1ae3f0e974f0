namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>The command line as such: help, languages, usage errors, and where what is written.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly CliSandbox sandbox = new();

    [Theory]
    [InlineData("en", "Keeps the items", "Usage:")]
    [InlineData("fr", "Tient à jour", "Utilisation")]
    public async Task Help_lists_the_commands_in_the_language_asked_for(string language, string about, string usage)
    {
        var help = (await sandbox.RunAsync("--lang", language, "--help")).Exits(0);

        Assert.Contains(about, help.Output, StringComparison.Ordinal);
        Assert.Contains(usage, help.Output, StringComparison.Ordinal);
        foreach (var noun in new[] { "quickstart", "init", "serve", "identity", "account", "credential", "target", "trust", "component", "item", "sync", "job", "export", "import", "signer", "settings", "status", "log", "db", "version", "completion" })
            Assert.Contains($"  {noun}", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_an_option_does_not_know_is_refused_in_one_line_that_names_those_it_knows()
    {
        var result = (await sandbox.RunAsync("import", "file.coresync", "--mode", "everything", "--json")).Refuses(2, "usage.invalid", "everything", "insert-as-file");

        Assert.DoesNotContain('\n', result.Problem.GetProperty("detail").GetString()!);
    }

    [Theory]
    [InlineData("identity", "show export renew")]
    [InlineData("account", "add list remove set-password")]
    [InlineData("credential", "set test clear")]
    [InlineData("target", "add list show edit enable disable remove test")]
    [InlineData("trust", "pending show accept decline remove history")]
    [InlineData("component", "list enable disable set add confirm-deletes")]
    [InlineData("item", "list show put delete auto-sync")]
    [InlineData("sync", "now")]
    [InlineData("job", "list show cancel")]
    [InlineData("settings", "list get set")]
    [InlineData("signer", "list forget")]
    [InlineData("db", "status apply backup")]
    public async Task A_noun_without_a_verb_is_refused_and_names_its_verbs(string noun, string verbs)
    {
        var result = (await sandbox.RunAsync(noun, "--json")).Refuses(2, "usage.invalid", noun);

        foreach (var verb in verbs.Split(' '))
            Assert.Contains(verb, result.Problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-command")]
    [InlineData("target", "frobnicate")]
    [InlineData("target", "add")]
    [InlineData("target", "list", "--no-such-option")]
    [InlineData("component", "set", "files", "--on-delete", "burn")]
    [InlineData("--lang", "de", "status")]
    [InlineData("serve", "--listen", "nowhere")]
    [InlineData("init", "--name", "core1.example.net", "--role", "king")]
    [InlineData("account", "add", "a", "--rights", "everything")]
    [InlineData("job", "list", "--limit", "0")]
    public async Task Bad_usage_exits_2_and_touches_nothing(params string[] args)
    {
        var result = await sandbox.RunAsync([.. args, "--data", Path.Combine(sandbox.Root, "none")]);

        result.Exits(2);
        Assert.Empty(result.Output);
        Assert.Contains("Next step:", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(sandbox.Root, "none")));
    }

    [Fact]
    public async Task An_error_with_json_is_one_problem_object_on_standard_error()
    {
        var result = await sandbox.RunAsync("--json", "--data", Path.Combine(sandbox.Root, "none"), "status");

        result.Refuses(5, "store.not-initialised", Path.Combine(sandbox.Root, "none"));
        Assert.Empty(result.Output);
        Assert.Equal("urn:coresync:error:store.not-initialised", result.Problem.GetProperty("type").GetString());
        Assert.Equal("notFound", result.Problem.GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("LC_ALL", "fr_FR.UTF-8", "Erreur :")]
    [InlineData("LANG", "fr_CA", "Erreur :")]
    [InlineData("LANG", "de_DE.UTF-8", "Error:")]
    [InlineData("LC_MESSAGES", "en_GB.UTF-8", "Error:")]
    public async Task The_locale_chooses_the_language(string variable, string locale, string expected)
    {
        var result = await sandbox.RunAsync(["status", "--data", Path.Combine(sandbox.Root, "none")], null, (variable, locale));

        Assert.StartsWith(expected, result.Exits(5).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_option_wins_over_the_locale_and_LC_ALL_over_LANG()
    {
        var none = Path.Combine(sandbox.Root, "none");
        var option = await sandbox.RunAsync(["status", "--lang", "en", "--data", none], null, ("LC_ALL", "fr_FR.UTF-8"));
        var locale = await sandbox.RunAsync(["status", "--data", none], null, ("LC_ALL", "fr_FR.UTF-8"), ("LANG", "en_US.UTF-8"));

        Assert.StartsWith("Error:", option.Error, StringComparison.Ordinal);
        Assert.StartsWith("Erreur :", locale.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_data_directory_comes_from_the_option_else_from_the_environment()
    {
        var first = await sandbox.Core("one.example.net").InitAsync();
        var second = await sandbox.Core("two.example.net").InitAsync();

        var environment = await sandbox.RunAsync(["identity", "show", "--json"], null, ("CORESYNC_DATA", first.Data));
        var option = await sandbox.RunAsync(["identity", "show", "--json", "--data", second.Data], null, ("CORESYNC_DATA", first.Data));

        Assert.Equal("one.example.net", environment.Exits(0).Json.GetProperty("fqdn").GetString());
        Assert.Equal("two.example.net", option.Exits(0).Json.GetProperty("fqdn").GetString());
    }

    [Fact]
    public async Task Colours_are_for_terminals_unless_asked_for()
    {
        var none = Path.Combine(sandbox.Root, "none");

        Assert.DoesNotContain('\e', (await sandbox.RunAsync("status", "--data", none)).Error);
        Assert.Contains('\e', (await sandbox.RunAsync("status", "--data", none, "--color", "always")).Error);
    }

    [Fact]
    public async Task Version_and_completions_need_no_core()
    {
        Assert.Equal("coresync/version/v1", (await sandbox.RunAsync("version", "--json")).Exits(0).Json.GetProperty("schema").GetString());
        foreach (var shell in new[] { "bash", "zsh", "fish", "pwsh" })
            Assert.Contains("coresync", (await sandbox.RunAsync("completion", shell)).Exits(0).Output, StringComparison.Ordinal);
        var suggested = (await sandbox.RunAsync("[suggest:7]", "target ")).Exits(0).Output.Split('\n');
        Assert.Contains("add", suggested);
        (await sandbox.RunAsync("completion", "tcsh")).Exits(2);
    }

    public void Dispose() => sandbox.Dispose();
}
