using CoreSync.EndToEnd.Tests.Cli;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class J11_verify_on_the_command_line
{
    [Fact]
    public async Task A_copy_is_planned_with_what_comes_along_and_nothing_happens()
    {
        using var sandbox = new CliSandbox();
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await cores.AddTrustedAsync();
        var name = cores.Target.Fqdn;
        var documents = sandbox.Directory("documents", ("a.json", "{}"), ("b.json", "[1]"));
        var query = await PutAsync("queries", "Laptops", "a.json");
        var task = await PutAsync("tasks", "Install", "b.json", "--ref", query);

        var plan = (await cores.Source.RunAsync("item", "copy", task, "--to", name, "--dry-run")).Exits(0).Json;
        Assert.Equal("coresync/item-copy-plan/v1", plan.GetProperty("schema").GetString());
        var items = plan.GetProperty("items")[0].GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("id").GetString()!);
        Assert.Equal(("create", 0), (items[task].GetProperty("action").GetString(), items[task].GetProperty("because").GetArrayLength()));
        Assert.Equal(("create", task), (items[query].GetProperty("action").GetString(), items[query].GetProperty("because")[0].GetString()));
        (await cores.Source.RunAsync("item", "copy", task, "--to", name, "--dry-run", "--exit-code")).Exits(10);
        (await cores.Source.RunAsync("item", "copy", task, "--to", "nowhere.example.net", "--dry-run")).Refuses(5, "target.not-found", "nowhere.example.net");
        var told = (await sandbox.RunAsync("--data", cores.Source.Data, "--lang", "fr", "item", "copy", task, "--to", name, "--dry-run")).Exits(0);
        Assert.Contains("└ Laptops", told.Output, StringComparison.Ordinal);
        Assert.Empty((await cores.Target.DoAsync("item", "list")).GetProperty("items").EnumerateArray());
        Assert.Empty((await cores.Source.DoAsync("job", "list")).GetProperty("items").EnumerateArray());

        (await cores.Source.RunAsync("item", "copy", task, "--to", name)).Exits(0);
        (await cores.Source.RunAsync("item", "copy", task, "--to", name, "--dry-run", "--exit-code")).Exits(0);

        async Task<string> PutAsync(string component, string item, string file, params string[] more) =>
            (await cores.Source.DoAsync(["item", "put", "--component", component, "--name", item, .. more, Path.Combine(documents, file)])).GetProperty("id").GetString()!;
    }

    [Fact]
    public async Task Plan_verify_override_and_detach_have_their_exit_codes_and_answers()
    {
        using var sandbox = new CliSandbox();
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await cores.AddTrustedAsync();
        var name = cores.Target.Fqdn;
        var file = Path.Combine(sandbox.Directory("documents", ("laptops.json", """{"site":"emea"}""")), "laptops.json");
        var item = (await cores.Source.DoAsync("item", "put", "--component", "queries", "--name", "Laptops", "--auto-sync", file)).GetProperty("id").GetString()!;

        var plan = (await cores.Source.RunAsync("target", "plan", name, "--exit-code")).Exits(10).Json;
        Assert.Equal("coresync/target-plan/v1", plan.GetProperty("schema").GetString());
        Assert.Equal(("create", 15), (plan.GetProperty("items")[0].GetProperty("action").GetString(), plan.GetProperty("items")[0].GetProperty("bytes").GetInt32()));
        (await cores.Source.RunAsync("target", "plan", name)).Exits(0);
        (await cores.Source.RunAsync("sync", "now", "--dry-run")).Exits(0);
        (await cores.Source.RunAsync("sync", "now", "--dry-run", "--exit-code")).Exits(10);
        Assert.Empty((await cores.Target.DoAsync("item", "list")).GetProperty("items").EnumerateArray());

        (await cores.SyncAsync()).Exits(0);
        (await cores.Source.RunAsync("target", "plan", name, "--exit-code")).Exits(0);
        var equal = (await cores.Source.RunAsync("target", "verify", name)).Exits(0).Json;
        Assert.Equal(4, equal.GetProperty("compared").GetInt32());

        File.WriteAllText(Path.Combine(cores.Received, "readme.txt"), "changed by somebody");
        var drift = (await cores.Source.RunAsync("target", "verify", name, "--component", "docs")).Exits(10).Json;
        Assert.Equal(("damagedThere", "readme.txt"), (drift.GetProperty("items")[0].GetProperty("difference").GetString(), drift.GetProperty("items")[0].GetProperty("name").GetString()));
        var told = (await sandbox.RunAsync("--data", cores.Source.Data, "--lang", "fr", "target", "verify", name)).Exits(10);
        Assert.Contains("fichier modifié là-bas", told.Output, StringComparison.Ordinal);

        (await cores.Source.RunAsync("target", "override", name, "--component", "docs")).Exits(0);
        Assert.Equal("hello", File.ReadAllText(Path.Combine(cores.Received, "readme.txt")));
        (await cores.Source.RunAsync("target", "verify", name)).Exits(0);

        (await cores.Source.RunAsync("target", "detach", name, "--item", item)).Exits(0);
        (await cores.SyncAsync()).Exits(0);
        Assert.False((await cores.Target.DoAsync("item", "show", item)).GetProperty("readOnly").GetBoolean());
        Assert.Equal(1, (await cores.Source.RunAsync("target", "verify", name)).Exits(0).Json.GetProperty("detached").GetInt32());
        (await cores.Source.RunAsync("target", "attach", name, "--item", item)).Exits(0);
        (await cores.SyncAsync()).Exits(0);
        Assert.True((await cores.Target.DoAsync("item", "show", item)).GetProperty("readOnly").GetBoolean());
    }

    [Fact]
    public async Task What_does_not_exist_or_is_not_given_is_refused_with_its_code()
    {
        using var sandbox = new CliSandbox();
        var core = await sandbox.Core("source.example.net").InitAsync();

        (await core.RunAsync("target", "verify", "other.example.net")).Exits(5);
        (await core.RunAsync("target", "plan", "other.example.net")).Exits(5);
        (await core.RunAsync("target", "override", "other.example.net")).Exits(5);
        (await core.RunAsync("target", "detach", "other.example.net", "--item", Guid.NewGuid().ToString())).Exits(5);
        (await core.RunAsync("target", "detach", "other.example.net")).Exits(2);
        (await core.RunAsync("target", "verify", "10.0.0.1")).Exits(2);
    }
}
