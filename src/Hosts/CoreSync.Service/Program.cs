using CoreSync.Application;
using CoreSync.Hosting;
using CoreSync.Hosting.Logging;
using CoreSync.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// The service of a core: the same host as 'coresync serve', started and stopped by systemd or the Windows service manager.
// Exit codes: 0 asked to stop; 1 a fault that a restart may cure; 2, 5 and 9 configuration, no core, locked or address in use, which it does not (coresync.service).
if (ServiceSettings.Load(out var faults) is not { } settings)
{
    foreach (var fault in faults)
        Console.Error.WriteLine(fault);
    return HostExitCode.Invalid;
}

using var stop = new StopSignals();
var log = new CoreLogOptions(Console.Error.WriteLine, LogLevel.Information);
var options = new CoreHostOptions(settings.DataDirectory, settings.Listen, new Actor(Environment.UserName, "service"), log, settings.Oidc);
var started = await CoreHost.StartAsync(
    options,
    services =>
    {
        services.AddSingleton(settings);
        services.AddSingleton<ServiceSecrets>();
        services.AddSingleton<ServiceReload>();
        services.AddHostedService<SystemdLink>();
        services.AddWindowsService(service => service.ServiceName = "CoreSync");
    },
    stop.Token);
if (started.IsFailed)
{
    var error = started.FirstError();
    Console.Error.WriteLine($"{error.Message}. {error.Hint} [{error.Code}]");
    return HostExitCode.Of(error);
}

await using var host = started.Value;
await host.Services.GetRequiredService<ServiceSecrets>().ApplyAsync(settings, stop.Token);
return await host.RunAsync(stop.Token) ? HostExitCode.Done : HostExitCode.Failed;
