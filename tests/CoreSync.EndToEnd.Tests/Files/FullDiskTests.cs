using System.Diagnostics;
using CoreSync.EndToEnd.Tests.Cli;

namespace CoreSync.EndToEnd.Tests.Files;

/// <summary>A volume that fills up, and one that cannot be written.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_volume_is_named_leaves_nothing_half_written_and_resumes_when_there_is_space()
    {
        using var sandbox = new CliSandbox();
        var volume = sandbox.Directory("volume");
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root" && await MountAsync("-t", "tmpfs", "-o", "size=4m", "tmpfs", volume), "needs the right to mount");
        try
        {
            await using var cores = await TwoCores.CreateAsync(sandbox);
            await cores.Target.DoAsync("component", "add", "files", "small", "--receive-to", Directory.CreateDirectory(Path.Combine(volume, "in")).FullName);
            var sent = sandbox.Directory("small-sent");
            for (var i = 0; i < 30; i++)
                await File.WriteAllBytesAsync(Path.Combine(sent, $"{i}.bin"), new byte[200_000]);
            await cores.Source.DoAsync("component", "add", "files", "small", sent);
            await cores.AddTrustedAsync();

            (await cores.SyncAsync()).Refuses(1, "store.full", cores.Target.Fqdn);

            Assert.All(Directory.EnumerateFiles(Path.Combine(volume, "in"), "*.bin"), file => Assert.Equal(200_000, new FileInfo(file).Length));
            Assert.True(await MountAsync("-o", "remount,size=64m", volume));
            (await cores.SyncAsync()).Exits(0);
            TreeSnapshot.AssertSame(sent, Path.Combine(volume, "in"));
        }
        finally
        {
            await RunAsync("umount", "-l", volume);
        }
    }

    [Fact]
    public async Task A_payload_that_does_not_fit_holds_its_item_back_until_there_is_space()
    {
        using var sandbox = new CliSandbox();
        await using var cores = await TwoCores.CreateAsync(sandbox);
        var volume = Path.Combine(cores.Target.Data, "content");
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root" && await MountAsync("-t", "tmpfs", "-o", "size=4m", "tmpfs", volume), "needs the right to mount");
        try
        {
            var files = sandbox.Directory("files", ("package.json", "{}"));
            await File.WriteAllBytesAsync(Path.Combine(files, "large.msi"), new byte[10_000_000]);
            var item = await cores.Source.DoAsync(
                "item", "put", "--component", "distribution-packages", "--name", "Large", "--auto-sync", "--payload", Path.Combine(files, "large.msi"), Path.Combine(files, "package.json"));
            await cores.AddTrustedAsync();

            (await cores.SyncAsync()).Refuses(1, "store.full", cores.Target.Fqdn);

            (await cores.Target.RunAsync("item", "show", item.GetProperty("id").GetString()!)).Refuses(5, "item.not-found");
            Assert.Empty(Directory.GetFiles(volume, "*", SearchOption.AllDirectories));
            Assert.True(await MountAsync("-o", "remount,size=64m", volume));
            (await cores.SyncAsync()).Exits(0);
            Assert.Equal(1, (await cores.Target.DoAsync("item", "show", item.GetProperty("id").GetString()!)).GetProperty("payloads").GetArrayLength());
            Assert.True((await cores.Target.DoAsync("db", "check")).GetProperty("sound").GetBoolean());
        }
        finally
        {
            await RunAsync("umount", "-l", volume);
        }
    }

    private static Task<bool> MountAsync(params string[] args) => RunAsync("mount", args);

    private static async Task<bool> RunAsync(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
