namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary><c>quickstart</c>: the story of the README, with a directory of one's own, without a trace afterwards.</summary>
public sealed class QuickstartTests : IDisposable
{
    private readonly CliSandbox sandbox = new();

    [Fact]
    public async Task It_synchronises_a_directory_of_ones_own_and_leaves_no_trace()
    {
        var mine = sandbox.Directory("mine", [.. Enumerable.Range(0, 25).Select(i => ($"folder-{i % 3}/file-{i}.txt", $"content {i}"))]);
        var before = TwoCores.Content(mine);
        var temp = sandbox.Directory("temp");

        var story = (await sandbox.RunAsync(["quickstart", mine], null, ("TMPDIR", temp))).Exits(0);

        Assert.Contains("identical", story.Output, StringComparison.Ordinal);
        Assert.Contains("would exit 7", story.Output, StringComparison.Ordinal);
        Assert.Empty(story.Error);
        Assert.Equal(before, TwoCores.Content(mine));
        Assert.Empty(Directory.EnumerateFileSystemEntries(temp));
        Assert.Empty(Directory.Exists(sandbox.Home) ? Directory.EnumerateFiles(sandbox.Home, "*.pfx", SearchOption.AllDirectories) : []);
    }

    [Fact]
    public async Task Keep_leaves_both_cores_and_identical_directories()
    {
        var mine = sandbox.Directory("mine", ("a.txt", "a"), ("b/c.txt", "c"));
        var temp = sandbox.Directory("temp");

        var story = (await sandbox.RunAsync(["quickstart", mine, "--keep", "--json"], null, ("TMPDIR", temp))).Exits(0).Json;

        Assert.True(story.GetProperty("identical").GetBoolean());
        Assert.True(story.GetProperty("seconds").GetDouble() < 60);
        Assert.Equal(TwoCores.Content(story.GetProperty("sent").GetString()!), TwoCores.Content(story.GetProperty("received").GetString()!));
        Assert.Contains(story.GetProperty("jobs").EnumerateArray(), job => job.GetProperty("errorCode").GetString() == "trust.certificate-changed");
        var root = Assert.Single(Directory.GetDirectories(temp));
        var status = (await sandbox.RunAsync("status", "--json", "--data", Path.Combine(root, "source"))).Exits(0).Json;
        Assert.Equal("source.coresync.test", status.GetProperty("core").GetProperty("fqdn").GetString());
    }

    [Fact]
    public async Task A_directory_that_is_missing_is_named()
    {
        var missing = Path.Combine(sandbox.Root, "missing");

        var result = await sandbox.RunAsync("quickstart", missing, "--json");

        result.Refuses(2, "usage.invalid", missing);
    }

    [Theory]
    [InlineData("en", "no", "type no:")]
    [InlineData("fr", "non", "tapez non :")]
    public async Task On_a_terminal_a_person_is_asked_and_no_refuses_the_synchronisation(string language, string answer, string question)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs 'script' of util-linux to make a terminal");
        var mine = sandbox.Directory("mine", ("a.txt", "a"));

        var (exitCode, shown) = await OnTerminalAsync(["quickstart", mine, "--lang", language], question, _ => answer);

        Assert.True(exitCode == 6, shown);
        Assert.Contains("trust.declined", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_yes_alone_trusts_nobody_but_the_pasted_fingerprint_does()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs 'script' of util-linux to make a terminal");
        var mine = sandbox.Directory("mine", ("a.txt", "a"));
        var asked = 0;

        var (exitCode, shown) = await OnTerminalAsync(["quickstart", mine], "type no:", text => asked++ == 0 ? "yes" : Fingerprint(text));

        Assert.True(exitCode == 0, shown);
        Assert.Equal(3, asked);
        Assert.Contains("'yes' compares nothing", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_a_wrong_fingerprint_does_not_match_and_trusts_nobody()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs 'script' of util-linux to make a terminal");
        var mine = sandbox.Directory("mine", ("a.txt", "a"));

        var (exitCode, shown) = await OnTerminalAsync(["quickstart", mine], "type no:", text => "00" + Fingerprint(text)[2..]);

        Assert.True(exitCode == 6, shown);
        Assert.Contains("does not match", shown, StringComparison.Ordinal);
    }

    private static string Fingerprint(string text) => System.Text.RegularExpressions.Regex.Matches(text, "[0-9A-F]{2}(:[0-9A-F]{2}){31}")[^1].Value;

    private Task<(int ExitCode, string Shown)> OnTerminalAsync(IReadOnlyList<string> args, string question, Func<string, string> answer) =>
        sandbox.OnTerminalAsync(args, (asked, shown) => asked.Contains(question, StringComparison.Ordinal) ? answer(shown) : null);

    public void Dispose() => sandbox.Dispose();
}
