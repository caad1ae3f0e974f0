namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary><c>import</c> as a person uses it: asked for the mode on a terminal, never without one.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private readonly CliSandbox sandbox = new();

    [Theory]
    [InlineData("en", "What shall happen with the items", "1, 2 or 3?")]
    [InlineData("fr", "Que faire des éléments", "1, 2 ou 3 ?")]
    public async Task On_a_terminal_the_mode_is_asked_for(string language, string question, string prompt)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs 'script' of util-linux to make a terminal");
        var (target, file, fingerprint) = await ExportedAsync();

        var (exitCode, shown) = await sandbox.OnTerminalAsync(
            ["--data", target.Data, "--lang", language, "import", file, "--fingerprint", fingerprint], (asked, _) => asked.Contains(prompt, StringComparison.Ordinal) ? "1" : null);

        Assert.True(exitCode == 0, shown);
        Assert.Contains(question, shown, StringComparison.Ordinal);
        Assert.Equal("theirs", Assert.Single(await ItemsAsync(target)).Group);
    }

    [Fact]
    public async Task On_a_terminal_the_group_of_new_items_is_asked_for_as_well()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs 'script' of util-linux to make a terminal");
        var (target, file, fingerprint) = await ExportedAsync();

        var (exitCode, shown) = await sandbox.OnTerminalAsync(
            ["--data", target.Data, "import", file, "--fingerprint", fingerprint],
            (asked, _) => asked.Contains("1, 2 or 3?", StringComparison.Ordinal) ? "2"
                : asked.Contains("Group of the new items", StringComparison.Ordinal) ? "ours"
                : asked.Contains("Owner of the new items", StringComparison.Ordinal) ? "" : null);

        Assert.True(exitCode == 0, shown);
        Assert.Equal("ours", Assert.Single(await ItemsAsync(target)).Group);
    }

    [Fact]
    public async Task On_a_terminal_any_other_answer_imports_nothing()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs 'script' of util-linux to make a terminal");
        var (target, file, fingerprint) = await ExportedAsync();

        var (exitCode, shown) = await sandbox.OnTerminalAsync(
            ["--data", target.Data, "import", file, "--fingerprint", fingerprint], (asked, _) => asked.Contains("1, 2 or 3?", StringComparison.Ordinal) ? "4" : null);

        Assert.True(exitCode == 2, shown);
        Assert.Contains("usage.invalid", shown, StringComparison.Ordinal);
        Assert.Empty(await ItemsAsync(target));
    }

    [Fact]
    public async Task Without_a_terminal_the_mode_must_be_given()
    {
        var (target, file, fingerprint) = await ExportedAsync();

        (await target.RunAsync("import", file, "--fingerprint", fingerprint)).Refuses(2, "usage.invalid", "--mode");

        Assert.Empty(await ItemsAsync(target));
    }

    private async Task<(CliCore Target, string File, string Fingerprint)> ExportedAsync()
    {
        var source = await sandbox.Core("source.example.net").InitAsync();
        var target = await sandbox.Core("target.example.net").InitAsync();
        var document = Path.Combine(sandbox.Directory("documents", ("laptops.json", "{}")), "laptops.json");
        await source.DoAsync("item", "put", "--component", "queries", "--name", "Laptops", "--group", "theirs", document);
        var file = Path.Combine(sandbox.Root, "carried.coresync");
        await source.DoAsync("export", file);
        return (target, file, await source.FingerprintAsync());
    }

    private static async Task<IReadOnlyList<(string Id, string Group)>> ItemsAsync(CliCore core) =>
        [.. (await core.DoAsync("item", "list")).GetProperty("items").EnumerateArray().Select(item => (item.GetProperty("id").GetString()!, item.GetProperty("group").GetString()!))];

    public void Dispose() => sandbox.Dispose();
}
