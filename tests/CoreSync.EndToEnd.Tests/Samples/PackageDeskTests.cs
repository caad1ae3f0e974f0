using System.Net;
using System.Security.Cryptography;
using CoreSync.EndToEnd.Tests.Cli;
using CoreSync.EndToEnd.Tests.Rules;

namespace CoreSync.EndToEnd.Tests.Samples;

/// <summary>The sample product in two processes over TLS: what is edited on one desk is in the database of the other, and works there (I1, I3, I5, J4, A4, A5).</summary>
public sealed class PackageDeskTests : IAsyncLifetime
{
    private const string Password = "correct horse battery";

    private readonly CliSandbox sandbox = new();
    private readonly Guid query = Guid.NewGuid();
    private readonly Guid package = Guid.NewGuid();
    private readonly Guid task = Guid.NewGuid();
    private readonly byte[] setup = RandomNumberGenerator.GetBytes(3_000_000);
    private DeskProcess paris = null!;
    private DeskProcess lyon = null!;

    public async ValueTask InitializeAsync()
    {
        paris = new DeskProcess(sandbox, "paris.example.net");
        lyon = new DeskProcess(sandbox, "lyon.example.net");
        await Task.WhenAll(paris.StartAsync(), lyon.StartAsync());
        (await lyon.Core.RunWithInputAsync(Password + "\n", "account", "add", "sync", "--rights", "edit", "--password-stdin")).Exits(0);
        (await paris.Core.RunWithInputAsync(Password + "\n", "credential", "set", "--user", "sync", "--password-stdin")).Exits(0);
        (await paris.Core.RunAsync("target", "add", lyon.Core.Fqdn, "--connect-to", $"127.0.0.1:{lyon.SyncPort}", "--fingerprint", await lyon.Core.FingerprintAsync())).Exits(0);
    }

    public async ValueTask DisposeAsync()
    {
        await paris.DisposeAsync();
        await lyon.DisposeAsync();
        sandbox.Dispose();
    }

    [Fact]
    public async Task What_is_edited_on_one_desk_works_on_the_other_and_may_not_be_edited_there()
    {
        await EditAsync();
        await lyon.Api.PostAsync(new Uri("devices", UriKind.Relative), Json("""{"name":"lyon-pc-7","os":"Windows","memoryGb":16}"""));
        await lyon.Api.PostAsync(new Uri("devices", UriKind.Relative), Json("""{"name":"lyon-pc-8","os":"Windows","memoryGb":4}"""));

        // The task finds its query, its package and the very bytes of its files in the other's database.
        await ArrivesAsync();
        var run = (await lyon.GetAsync($"tasks/{task}/run"))!.Value;
        Assert.Equal(["lyon-pc-7"], run.GetProperty("devices").EnumerateArray().Select(device => device.GetString()!));
        Assert.Equal("bin/setup.exe --quiet", run.GetProperty("command").GetString());
        var files = run.GetProperty("files").EnumerateArray().ToDictionary(file => file.GetProperty("path").GetString()!, file => file.GetProperty("sha256").GetString());
        Assert.Equal(new Dictionary<string, string?> { ["bin/setup.exe"] = Sha256(setup), ["readme.txt"] = Sha256("read me"u8.ToArray()) }, files);

        // A4: read-only there, by the product's own API; nothing changed.
        using (var refused = await lyon.PutAsync("queries", new { id = query, name = "Mine now", os = "Linux", minMemoryGb = 1 }))
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("Windows devices", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using (var refused = await lyon.DeleteAsync("tasks", task))
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        using (var refused = await lyon.PutFileAsync(package, "bin/setup.exe", [1]))
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal("Windows", (await lyon.GetAsync($"queries/{query}"))!.Value.GetProperty("os").GetString());
        Assert.True((await lyon.GetAsync("tasks"))!.Value[0].GetProperty("readOnly").GetBoolean());
        Assert.NotNull(await lyon.GetAsync($"tasks/{task}"));
        Assert.Equal(setup, await File.ReadAllBytesAsync(Path.Combine(lyon.FilesOf(package), "bin", "setup.exe")));

        // A change of one file, of a row, and a file that went.
        var patched = RandomNumberGenerator.GetBytes(1_000_000);
        using (var put = await paris.PutFileAsync(package, "bin/setup.exe", patched))
            Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        File.Delete(Path.Combine(paris.FilesOf(package), "readme.txt"));
        await paris.SaveAsync("packages", new { id = package, name = "Editor", version = "2.1", command = "bin/setup.exe --quiet" });
        await Eventually.IsTrueAsync(async () => (await lyon.GetAsync($"packages/{package}"))!.Value.GetProperty("version").GetString() == "2.1", "the new version arrives");
        Assert.Equal(patched, await File.ReadAllBytesAsync(Path.Combine(lyon.FilesOf(package), "bin", "setup.exe")));
        Assert.False(File.Exists(Path.Combine(lyon.FilesOf(package), "readme.txt")));

        // A5: released, it is Lyon's to edit; a delete follows the policy of Lyon.
        await paris.SaveAsync("queries", new { id = query, name = "Windows devices", os = "Windows", minMemoryGb = 8 }, autoSync: false);
        await Eventually.IsTrueAsync(async () => (await lyon.PutAsync("queries", new { id = query, name = "Windows devices", os = "Windows", minMemoryGb = 32 })).IsSuccessStatusCode, "the query is released");
        await lyon.Core.DoAsync("component", "set", "tasks", "--on-delete", "delete");
        using (var deleted = await paris.DeleteAsync("tasks", task))
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await Eventually.IsTrueAsync(async () => await lyon.GetAsync($"tasks/{task}") is null, "the task is deleted");
        Assert.Equal(32, (await lyon.GetAsync($"queries/{query}"))!.Value.GetProperty("minMemoryGb").GetInt32());
    }

    [Fact]
    public async Task A_crash_between_the_transaction_of_the_product_and_the_engine_loses_nothing()
    {
        // Lyon cannot be reached meanwhile, and Paris dies right after its answer, again and again.
        await lyon.KillAsync();
        for (var i = 1; i <= 4; i++)
        {
            await paris.SaveAsync("queries", new { id = query, name = "Windows devices", os = "Windows", minMemoryGb = i }, autoSync: true);
            await paris.SaveAsync("queries", new { id = Numbered(i), name = $"Query {i}", os = "Linux", minMemoryGb = i }, autoSync: true);
            await paris.KillAsync();
            await paris.StartAsync();
        }

        await lyon.StartAsync();
        await Eventually.IsTrueAsync(
            async () => (await lyon.GetAsync("queries"))!.Value.GetArrayLength() == 5 && (await lyon.GetAsync($"queries/{query}"))!.Value.GetProperty("minMemoryGb").GetInt32() == 4,
            "everything arrives", 60);
        for (var i = 1; i <= 4; i++)
            Assert.Equal(i, (await lyon.GetAsync($"queries/{Numbered(i)}"))!.Value.GetProperty("minMemoryGb").GetInt32());

        // Once each: a write that were taken twice would have made a revision more.
        var item = await paris.Core.DoAsync("item", "show", query.ToString());
        Assert.Equal(4, item.GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task The_protocol_does_not_answer_in_clear()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "coresync/v1/sign-in");
        request.Headers.Host = paris.Core.Fqdn;

        using var answer = await paris.Api.SendAsync(request);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    private async Task EditAsync()
    {
        await paris.SaveAsync("queries", new { id = query, name = "Windows devices", os = "Windows", minMemoryGb = 8 }, autoSync: true);
        await paris.SaveAsync("packages", new { id = package, name = "Editor", version = "2.0", command = "bin/setup.exe --quiet" }, autoSync: true);
        (await paris.PutFileAsync(package, "bin/setup.exe", setup)).EnsureSuccessStatusCode();
        (await paris.PutFileAsync(package, "readme.txt", "read me"u8.ToArray())).EnsureSuccessStatusCode();
        await paris.SaveAsync("tasks", new { id = task, name = "Roll out the editor", query, package, startAt = "2027-01-01T03:00:00+00:00" }, autoSync: true);
    }

    private Task ArrivesAsync() => Eventually.IsTrueAsync(
        async () => await lyon.GetAsync($"tasks/{task}/run") is { } run && run.GetProperty("files").GetArrayLength() == 2, "the task arrives with what it needs", 60);

    private static Guid Numbered(int number) => new(number, 0, 0, new byte[8]);

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
