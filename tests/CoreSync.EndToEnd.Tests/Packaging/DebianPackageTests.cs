using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Packaging;

/// <summary>
/// The Debian package: built by its script, installed by dpkg into a directory of its own, used, removed. The programs inside are those of this test run; a release
/// publishes them with their runtime (packaging/publish.sh).
/// </summary>
public sealed class DebianPackageTests : IDisposable
{
    private static readonly string Repository = Root();
    private readonly TempDirectory temp = new(onDisk: true);

    [Fact]
    public async Task It_is_built_installed_used_and_removed_and_the_core_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/dpkg-deb") && Environment.IsPrivilegedProcess, "needs dpkg and root");
        var package = await BuildAsync();
        var root = Prepare();

        await RunAsync("dpkg", $"--root={root}", "--force-script-chrootless", "--force-depends", "-i", package);

        // Its own account, its own directory, and what people expect of a package.
        var account = (await File.ReadAllLinesAsync(Path.Combine(root, "etc/passwd"))).Single(line => line.StartsWith("coresync:", StringComparison.Ordinal));
        Assert.EndsWith(":/var/lib/coresync:/usr/sbin/nologin", account, StringComparison.Ordinal);
        var data = Path.Combine(root, "var/lib/coresync");
        Assert.Equal("700 " + account.Split(':')[2], (await RunAsync("stat", "-c", "%a %u", data)).Trim());
        string[] expected =
        [
            "usr/bin/coresync", "usr/lib/coresync/CoreSyncService", "usr/lib/systemd/system/coresync.service", "usr/share/man/man1/coresync.1.gz", "usr/share/man/fr/man1/coresync.1.gz",
            "usr/share/bash-completion/completions/coresync", "usr/share/zsh/vendor-completions/_coresync", "usr/share/fish/vendor_completions.d/coresync.fish",
            "usr/share/doc/coresync/copyright", "usr/share/doc/coresync/changelog.gz", "etc/coresync/coresync.env",
        ];
        Assert.All(expected, file => Assert.True(File.Exists(Path.Combine(root, file)), file));
        var manual = await RunAsync("sh", "-c", $"gzip -dc {root}/usr/share/man/man1/coresync.1.gz");
        Assert.Contains(".SS coresync target add", manual, StringComparison.Ordinal);
        Assert.Contains("doctor", manual, StringComparison.Ordinal);

        // The installed programs run the core.
        await RunInstalledAsync(root, data, "init", "--name", "core1.example.net", "--json");
        var start = new ProcessStartInfo(Path.Combine(root, "usr/lib/coresync/CoreSyncService")) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["CORESYNC__DATADIRECTORY"] = data;
        start.Environment["CORESYNC__LISTEN"] = "127.0.0.1:0";
        start.Environment["HOME"] = data;
        using (var service = Process.Start(start)!)
        {
            while (await service.StandardError.ReadLineAsync() is { } line && !line.Contains(" 3007 ", StringComparison.Ordinal))
            {
                // Until the engine runs.
            }

            _ = service.StandardError.ReadToEndAsync();
            var report = JsonDocument.Parse(await RunInstalledAsync(root, data, "doctor", "--json")).RootElement;
            Assert.True(report.GetProperty("green").GetBoolean());
            Assert.True(File.Exists(Path.Combine(data, "log/CoreSyncService.exe.log")));
            using var kill = Process.Start("kill", ["-TERM", service.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await service.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(0, service.ExitCode);
        }

        await RunAsync("dpkg", $"--root={root}", "--force-script-chrootless", "-r", "coresync");
        Assert.False(File.Exists(Path.Combine(root, "usr/lib/coresync/CoreSyncService")));
        Assert.True(File.Exists(Path.Combine(data, "coresync.db")));
        await RunAsync("dpkg", $"--root={root}", "--force-script-chrootless", "-P", "coresync");
        Assert.False(File.Exists(Path.Combine(root, "etc/coresync/coresync.env")));
        Assert.True(File.Exists(Path.Combine(data, "coresync.db")));
        Assert.True(Directory.GetFiles(Path.Combine(data, "keys")).Length > 0);
    }

    [Fact]
    public async Task The_unit_is_locked_down_and_restarts_what_a_restart_can_cure()
    {
        var unit = Path.Combine(Repository, "packaging/debian/coresync.service");
        var lines = (await File.ReadAllLinesAsync(unit)).Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#')).ToHashSet();

        string[] wanted =
        [
            "Type=notify", "User=coresync", "Restart=on-failure", "RestartPreventExitStatus=2 5 9", "NoNewPrivileges=true", "ProtectSystem=strict", "ProtectHome=true", "PrivateTmp=true", "PrivateDevices=true",
            "CapabilityBoundingSet=CAP_NET_BIND_SERVICE", "RestrictNamespaces=true", "RestrictSUIDSGID=true", "LockPersonality=true", "SystemCallArchitectures=native", "SystemCallFilter=@system-service",
            "UMask=0077", "StateDirectory=coresync", "StateDirectoryMode=0700", "WatchdogSec=120", "ExecReload=/bin/kill -HUP $MAINPID",
        ];
        Assert.Empty(wanted.Except(lines));
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "the directives are there; systemd-analyze, which scores them, is missing");
        // Exit code 1 when the exposure is above the threshold of 2.5.
        Assert.Contains("Overall exposure level", await RunAsync("systemd-analyze", "security", "--offline=true", "--threshold=25", "--no-pager", unit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_scripts_are_sound()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the scripts are for Linux");
        foreach (var script in new[] { "packaging/debian/postinst", "packaging/debian/prerm", "packaging/debian/postrm", "packaging/debian/coresync" })
            await RunAsync("sh", "-n", Path.Combine(Repository, script));
        foreach (var script in new[] { "packaging/debian/build.sh", "packaging/publish.sh" })
            await RunAsync("bash", "-n", Path.Combine(Repository, script));
    }

    [Fact]
    public async Task The_Windows_script_is_parsed_by_PowerShell()
    {
        var shell = new[] { "pwsh", "powershell.exe" }.FirstOrDefault(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name))));
        Assert.SkipWhen(shell is null, "no PowerShell here: packaging/windows/install.ps1 was not parsed");
        var script = Path.Combine(Repository, "packaging/windows/install.ps1");

        await RunAsync(shell, "-NoProfile", "-Command", $"$e=$null; [void][System.Management.Automation.Language.Parser]::ParseFile('{script}',[ref]$null,[ref]$e); if ($e) {{ $e; exit 1 }}");
    }

    private async Task<string> BuildAsync()
    {
        // What a publish would hold, of the build of this test run.
        var programs = Directory.CreateDirectory(temp.At("programs")).FullName;
        foreach (var project in new[] { "CoreSync.Service", "CoreSync.Console" })
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            await RunAsync("cp", "-R", Path.Combine(Repository, "src/Hosts", project, "bin", configuration, "net10.0") + "/.", programs);
        }

        var printed = await RunAsync(Path.Combine(Repository, "packaging/debian/build.sh"), "--from", programs, "--out", temp.Path, "--fast");
        var package = printed.Trim().Split('\n')[^1];
        Assert.Matches($@"coresync_[0-9.]+_{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64")}\.deb$", package);
        return package;
    }

    private string Prepare()
    {
        var root = temp.At("root");
        foreach (var folder in new[] { "etc", "var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers", "usr/bin", "usr/sbin", "usr/lib", "var/lib", "tmp" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        File.WriteAllText(Path.Combine(root, "var/lib/dpkg/status"), "");
        File.WriteAllText(Path.Combine(root, "var/lib/dpkg/available"), "");
        File.WriteAllText(Path.Combine(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
        File.WriteAllText(Path.Combine(root, "etc/group"), "root:x:0:\n");
        File.WriteAllText(Path.Combine(root, "etc/shadow"), "root:*:19000:0:99999:7:::\n");
        File.WriteAllText(Path.Combine(root, "etc/gshadow"), "root:*::\n");
        return root;
    }

    private static Task<string> RunInstalledAsync(string root, string data, params string[] args) =>
        RunAsync("env", ["HOME=" + data, Path.Combine(root, "usr/lib/coresync/coresync"), "--data", data, .. args]);

    private static async Task<string> RunAsync(string file, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(file, args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
        Assert.True(process.ExitCode == 0, $"{file} {string.Join(' ', args)} ended with {process.ExitCode}\n{await output}\n{await error}");
        return await output;
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CoreSync.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository");
        return directory.FullName;
    }

    public void Dispose() => temp.Dispose();
}
