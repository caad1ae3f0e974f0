using System.Diagnostics;
using CoreSync.EndToEnd.Tests.Cli;
using CoreSync.EndToEnd.Tests.Rules;
using CoreSync.Hosting;
using CoreSync.Service;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CoreSync.EndToEnd.Tests.Service;

/// <summary>The service as systemd runs it: ready, watchdog, status, reload, stop, exit codes, secrets from files and credentials.</summary>
public sealed class SystemdTests : IDisposable
{
    private const string Secret = "correct horse battery staple";
    private readonly CliSandbox sandbox = new();

    [Fact]
    public async Task It_tells_systemd_that_it_is_ready_feeds_the_watchdog_reloads_and_stops()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "systemd is on Linux");
        var core = await sandbox.Core("core1.example.net").InitAsync();
        var password = Path.Combine(sandbox.Root, "password");
        await File.WriteAllTextAsync(password, Secret + "\n");
        using var systemd = new SystemdListener(Path.Combine(sandbox.Root, "n"));
        using var process = Process.Start(Describe(
            ("CORESYNC__DataDirectory", core.Data), ("CORESYNC__Listen", "127.0.0.1:0"), ("NOTIFY_SOCKET", systemd.Path), ("WATCHDOG_USEC", "600000"),
            ("CORESYNC__SyncUser", "sync-service"), ("CORESYNC__SyncPassword_FILE", password)))!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();

        await SaidAsync(systemd, "READY=1", 1);
        await SaidAsync(systemd, "WATCHDOG=1", 3);
        await SaidAsync(systemd, "STATUS=core1.example.net: 0 targets", 1);
        Assert.Equal("sync-service", (await core.DoAsync("status")).GetProperty("credentialSet").GetBoolean() ? "sync-service" : "");
        await File.WriteAllTextAsync(password, "another one, later\n");
        await SignalAsync(process, "-HUP");
        await SaidAsync(systemd, "RELOADING=1", 1);
        await SaidAsync(systemd, "READY=1", 2);
        await SignalAsync(process, "-TERM");
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Contains("STOPPING=1", systemd.Said);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains(systemd.Said, said => said.StartsWith("RELOADING=1\nMONOTONIC_USEC=", StringComparison.Ordinal));
        var log = await File.ReadAllTextAsync(core.LogFile);
        Assert.Contains(" 9010 ServiceReloaded ", log, StringComparison.Ordinal);
        Assert.Equal(2, log.Split(" 7003 CredentialChanged ").Length - 1);
        foreach (var text in new[] { await error, await output, log, string.Join('\n', systemd.Said) })
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_with_a_faulty_configuration_changes_nothing_and_says_why()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are of Unix");
        var core = await sandbox.Core("core1.example.net").InitAsync();
        var password = Path.Combine(sandbox.Root, "password");
        await File.WriteAllTextAsync(password, Secret + "\n");
        using var systemd = new SystemdListener(Path.Combine(sandbox.Root, "n"));
        using var process = Process.Start(Describe(
            ("CORESYNC__DataDirectory", core.Data), ("CORESYNC__Listen", "127.0.0.1:0"), ("NOTIFY_SOCKET", systemd.Path),
            ("CORESYNC__SyncUser", "sync-service"), ("CORESYNC__SyncPassword_FILE", password)))!;
        _ = process.StandardError.ReadToEndAsync();
        await SaidAsync(systemd, "READY=1", 1);

        File.Delete(password);
        await SignalAsync(process, "-HUP");
        await SaidAsync(systemd, "READY=1", 2);

        Assert.False(process.HasExited);
        Assert.Contains(await File.ReadAllLinesAsync(core.LogFile), line => line.Contains(" 9011 ConfigurationNotTaken ", StringComparison.Ordinal) && line.Contains("SyncPassword_FILE", StringComparison.Ordinal));
        Assert.True((await core.DoAsync("status")).GetProperty("credentialSet").GetBoolean());
        process.Kill();
        await process.WaitForExitAsync();
    }

    [Fact]
    public void Secrets_come_from_files_or_credentials_and_every_fault_is_named_without_them()
    {
        var folder = sandbox.Directory("credentials", ("coresync.mail-password", Secret + "\n"), ("two-lines", "a\nb\n"));
        var good = Read(folder, ("SyncUser", "sync"), ("SyncPassword_FILE", Path.Combine(folder, "coresync.mail-password")));
        var bad = Faults(
            folder, ("SyncPassword", Secret), ("WebhookSecret_FILE", Path.Combine(folder, "none")), ("MailPassword_FILE", Path.Combine(folder, "two-lines")), ("Listen", "somewhere"));

        Assert.Equal(("sync", Secret), good!.Sync);
        Assert.Equal(Secret, good.MailPassword);
        Assert.Null(good.WebhookSecret);
        Assert.DoesNotContain(Secret, good.ToString(), StringComparison.Ordinal);
        Assert.Equal(4, bad.Count);
        Assert.All(new[] { "SyncPassword", "WebhookSecret_FILE", "MailPassword_FILE", "Listen" }, key => Assert.Contains(bad, fault => fault.Contains("CoreSync:" + key, StringComparison.Ordinal)));
        Assert.All(bad, fault => Assert.DoesNotContain(Secret, fault, StringComparison.Ordinal));
        Assert.Contains("go together", Assert.Single(Faults(null, ("SyncUser", "sync"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_whose_background_work_breaks_ends_with_an_exit_code_that_restarts_it()
    {
        await using var core = await RealCore.CreateAsync("core1.example.net");
        var started = await CoreHost.StartAsync(
            new CoreHostOptions(core.DataDirectory, new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0), new Application.Actor("tester", "service")),
            services => services.AddHostedService<Broken>(), CancellationToken.None);
        await using var host = started.Value;

        Assert.False(await host.RunAsync(CancellationToken.None));
    }

    private static ServiceSettings? Read(string? credentials, params (string Key, string Value)[] values) => ServiceSettings.Read(Configuration(values), credentials, out _);

    private static IReadOnlyList<string> Faults(string? credentials, params (string Key, string Value)[] values)
    {
        Assert.Null(ServiceSettings.Read(Configuration(values), credentials, out var faults));
        return faults;
    }

    private static IConfigurationRoot Configuration((string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create("CoreSync:" + value.Key, (string?)value.Value))).Build();

    private static Task SaidAsync(SystemdListener systemd, string what, int times) => Eventually.IsTrueAsync(
        () => Task.FromResult(systemd.Said.Count(said => said.StartsWith(what, StringComparison.Ordinal)) >= times), $"{what} is said {times} times", 60);

    private static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private ProcessStartInfo Describe(params (string, string)[] environment)
    {
        var start = sandbox.Describe([], environment);
        start.FileName = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "CoreSyncService.exe" : "CoreSyncService");
        return start;
    }

    public void Dispose() => sandbox.Dispose();

    private sealed class Broken(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource();
            await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            throw new InvalidOperationException("broken on purpose");
        }
    }
}
