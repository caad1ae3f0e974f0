namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>Payloads on the command line, from a file on one core to a file on the other (I5).</summary>
public sealed class PayloadCommandTests
{
    [Fact]
    public async Task A_file_goes_in_on_one_core_and_comes_out_on_the_other()
    {
        using var sandbox = new CliSandbox();
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await cores.AddTrustedAsync();
        var files = sandbox.Directory("files", ("package.json", "{}"), ("agent=1.msi", "agent"), ("notes.txt", "notes"));
        var item = await cores.Source.DoAsync(
            "item", "put", "--component", "distribution-packages", "--name", "Agent", "--auto-sync",
            "--payload", Path.Combine(files, "agent=1.msi"), "--payload", "docs/read me.txt=" + Path.Combine(files, "notes.txt"), Path.Combine(files, "package.json"));
        var id = item.GetProperty("id").GetString()!;
        await cores.Source.DoAsync("sync", "now", "--wait");

        var shown = await cores.Target.DoAsync("item", "show", id);
        var taken = await cores.Target.DoAsync("item", "show", id, "--payload", "docs/read me.txt", "--out", Path.Combine(files, "out.txt"));
        var check = await cores.Target.DoAsync("db", "check");

        Assert.Equal(["agent=1.msi", "docs/read me.txt"], shown.GetProperty("payloads").EnumerateArray().Select(payload => payload.GetProperty("path").GetString()));
        Assert.Equal(5, taken.GetProperty("size").GetInt64());
        Assert.Equal("notes", await File.ReadAllTextAsync(Path.Combine(files, "out.txt")));
        Assert.True(check.GetProperty("sound").GetBoolean());

        // A second time would overwrite; without --payload they stay, with --no-payloads they go.
        (await cores.Target.RunAsync("item", "show", id, "--payload", "docs/read me.txt", "--out", Path.Combine(files, "out.txt"))).Refuses(2, "usage.invalid", "out.txt");
        var kept = await cores.Source.DoAsync("item", "put", "--component", "distribution-packages", "--name", "Agent", "--id", id, Path.Combine(files, "package.json"));
        var removed = await cores.Source.DoAsync("item", "put", "--component", "distribution-packages", "--name", "Agent", "--id", id, "--no-payloads", Path.Combine(files, "package.json"));
        Assert.Equal((2, 0), (kept.GetProperty("payloads").GetArrayLength(), removed.GetProperty("payloads").GetArrayLength()));
    }

    [Fact]
    public async Task Wrong_input_is_refused_and_changes_nothing()
    {
        using var sandbox = new CliSandbox();
        var core = await sandbox.Core("core.example.net").InitAsync();
        var files = sandbox.Directory("files", ("package.json", "{}"), ("agent.msi", "agent"));
        var package = Path.Combine(files, "package.json");
        var agent = Path.Combine(files, "agent.msi");

        (await PutAsync("--payload", Path.Combine(files, "nothing.msi"))).Refuses(2, "usage.invalid", "nothing.msi");
        (await PutAsync("--payload", files)).Refuses(2, "usage.invalid", files);
        (await PutAsync("--payload", agent, "--no-payloads")).Refuses(2, "usage.invalid", "--no-payloads");
        (await PutAsync("--payload", "../agent.msi=" + agent)).Refuses(1, "path.invalid", "../agent.msi");
        (await PutAsync("--payload", "a=" + agent, "--payload", "A=" + agent)).Refuses(2, "item.invalid", "Agent");
        Assert.Empty((await core.DoAsync("item", "list")).GetProperty("items").EnumerateArray());

        var id = (await PutAsync("--payload", agent)).Exits(0).Json.GetProperty("id").GetString()!;
        (await core.RunAsync("item", "show", id, "--payload", "other.msi", "--out", Path.Combine(files, "out"))).Refuses(5, "item.payload-not-found", "other.msi");
        (await core.RunAsync("item", "show", id, "--payload", "agent.msi")).Refuses(2, "usage.invalid", "--out");
        (await core.RunAsync("item", "show", id, "--payload", "agent.msi", "--out", Path.Combine(files, "no", "out"))).Refuses(2, "usage.invalid", "out");
        Assert.False(File.Exists(Path.Combine(files, "out")));

        var content = Directory.GetFiles(Path.Combine(core.Data, "content"), "*", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(content, "agenT");
        (await core.RunAsync("item", "show", id, "--payload", "agent.msi", "--out", Path.Combine(files, "out"))).Refuses(1, "content.damaged", "agent.msi");
        Assert.Empty(Directory.GetFiles(files, "out*"));
        var check = await core.RunAsync("db", "check");
        Assert.Equal((1, "agent.msi", true), (check.ExitCode, check.Json.GetProperty("payloads")[0].GetProperty("path").GetString(), check.Json.GetProperty("payloads")[0].GetProperty("own").GetBoolean()));

        Task<CliResult> PutAsync(params string[] more) => core.RunAsync(["item", "put", "--component", "distribution-packages", "--name", "Agent", .. more, package]);
    }
}
