using System.Runtime.InteropServices;
using System.Text.Json;
using CoreSync.EndToEnd.Tests.Cli;

namespace CoreSync.EndToEnd.Tests.Files;

/// <summary>Real directories through real processes over TLS.</summary>
public sealed class RealTreeTests
{
    [Fact]
    public async Task The_installed_SDK_arrives_identical_and_follows_change_rename_and_delete()
    {
        using var sandbox = new CliSandbox();
        await using var cores = await TwoCores.CreateAsync(sandbox);
        TreeSnapshot.Copy(InstalledSdk(), cores.Sent);
        await cores.AddTrustedAsync();

        var first = Job((await cores.SyncAsync()).Exits(0));

        TreeSnapshot.AssertSame(cores.Sent, cores.Received);
        Assert.True(first.GetProperty("applied").GetInt32() > 1000, "the SDK has thousands of files");

        var renamed = LargeDirectory(cores.Sent);
        Directory.Move(renamed, renamed + ".moved");
        var files = Directory.GetFiles(cores.Sent, "*.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        foreach (var changed in files.Take(3))
            await File.AppendAllTextAsync(changed, "changed");
        foreach (var deleted in files.Skip(3).Take(5))
            File.Delete(deleted);
        Directory.CreateDirectory(Path.Combine(cores.Sent, "empty", "nested"));
        var second = Job((await cores.SyncAsync()).Exits(0));

        TreeSnapshot.AssertSame(cores.Sent, cores.Received);
        var changedBytes = files.Take(3).Sum(file => new FileInfo(file).Length);
        Assert.Equal(changedBytes, second.GetProperty("bytesSent").GetInt64());

        var third = Job((await cores.SyncAsync()).Exits(0));

        Assert.Equal(0, third.GetProperty("applied").GetInt32());
        Assert.Equal(0, third.GetProperty("bytesSent").GetInt64());
    }

    [Fact]
    public async Task Deleted_files_stay_where_the_policy_of_the_target_keeps_them()
    {
        using var sandbox = new CliSandbox();
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await cores.Target.DoAsync("component", "set", "docs", "--on-delete", "keep");
        for (var i = 0; i < 10; i++)
            await File.WriteAllTextAsync(Path.Combine(cores.Sent, $"{i}.txt"), "content");
        await cores.AddTrustedAsync();
        (await cores.SyncAsync()).Exits(0);

        File.Delete(Path.Combine(cores.Sent, "3.txt"));
        (await cores.SyncAsync()).Exits(0);

        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(cores.Received, "3.txt")));
    }

    [Fact]
    public async Task An_empty_source_stops_the_job_deletes_nothing_and_waits_for_a_person()
    {
        using var sandbox = new CliSandbox();
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await cores.AddTrustedAsync();
        (await cores.SyncAsync()).Exits(0);
        var before = TwoCores.Content(cores.Received);
        foreach (var entry in Directory.GetFileSystemEntries(cores.Sent))
        {
            if (File.Exists(entry))
                File.Delete(entry);
            else
                Directory.Delete(entry, recursive: true);
        }

        var braked = await cores.SyncAsync();

        braked.Refuses(9, "sync.mass-delete", "docs");
        Assert.Equal(before, TwoCores.Content(cores.Received));

        await cores.Source.DoAsync("component", "confirm-deletes", "docs");
        (await cores.SyncAsync()).Exits(0);
        Assert.Empty(TwoCores.Content(cores.Received));
    }

    [Fact]
    public async Task A_vanished_source_directory_is_named_and_deletes_nothing()
    {
        using var sandbox = new CliSandbox();
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await cores.AddTrustedAsync();
        (await cores.SyncAsync()).Exits(0);
        Directory.Move(cores.Sent, cores.Sent + ".unmounted");

        (await cores.SyncAsync()).Refuses(1, "component.directory-missing", cores.Sent);

        Assert.Equal(3, TwoCores.Content(cores.Received).Count);
    }

    [Fact]
    public async Task A_running_source_sends_changes_by_itself()
    {
        using var sandbox = new CliSandbox();
        await using var cores = await TwoCores.CreateAsync(sandbox);
        await cores.AddTrustedAsync();
        await using var source = await cores.Source.ServeAsync();
        await ArrivesAsync(cores, "readme.txt", "hello");

        await File.WriteAllTextAsync(Path.Combine(cores.Sent, "late.txt"), "late");

        await ArrivesAsync(cores, "late.txt", "late");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Killing_a_side_in_the_middle_loses_and_doubles_nothing(bool target)
    {
        using var sandbox = new CliSandbox();
        await using var cores = await TwoCores.CreateAsync(sandbox);
        Fill(cores.Sent);
        await cores.AddTrustedAsync();
        var serving = cores.Serving;
        var syncing = System.Diagnostics.Process.Start(sandbox.Describe(["--data", cores.Source.Data, "--json", "sync", "now", "--wait"]))!;
        await UntilAsync(() => Directory.EnumerateFiles(cores.Received, "*", SearchOption.AllDirectories).Take(300).Count() == 300);

        if (target)
            serving.Kill();
        else
            syncing.Kill();
        await syncing.WaitForExitAsync();
        var arrived = Directory.EnumerateFiles(cores.Received, "*", SearchOption.AllDirectories).Count();
        Assert.InRange(arrived, 300, FileCount);

        await using var again = target ? await cores.Target.ServeAsync(serving.Port) : null;
        var last = Job((await cores.SyncAsync()).Exits(0));

        TreeSnapshot.AssertSame(cores.Sent, cores.Received);
        Assert.True(last.GetProperty("applied").GetInt32() < FileCount, "what was acknowledged before is not sent again");
        Assert.Equal(0, Job((await cores.SyncAsync()).Exits(0)).GetProperty("applied").GetInt32());
    }

    private const int FileCount = 6000;

    private static void Fill(string directory)
    {
        var random = new Random(1);
        var content = new byte[12_000];
        for (var i = 0; i < FileCount - 1; i++)
        {
            random.NextBytes(content);
            var folder = Directory.CreateDirectory(Path.Combine(directory, $"d{i % 40}")).FullName;
            File.WriteAllBytes(Path.Combine(folder, $"f{i}.bin"), content.AsSpan(0, random.Next(content.Length)).ToArray());
        }

        var large = new byte[40 * 1024 * 1024];
        random.NextBytes(large);
        File.WriteAllBytes(Path.Combine(directory, "large.bin"), large);
    }

    private static JsonElement Job(CliResult result) => result.Json.GetProperty("items")[0];

    private static string InstalledSdk() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    // Some directory with hundreds of files, to be renamed.
    private static string LargeDirectory(string root) => Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories)
        .Where(directory => Directory.EnumerateFiles(directory).Take(100).Count() == 100).Order(StringComparer.Ordinal).First();

    private static Task ArrivesAsync(TwoCores cores, string name, string content) =>
        UntilAsync(() => File.Exists(Path.Combine(cores.Received, name)) && File.ReadAllText(Path.Combine(cores.Received, name)) == content);

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
            await Task.Delay(20, limit.Token);
    }
}
