using CoreSync.Application;
using CoreSync.Hosting;
using CoreSync.Hosting.Logging;
using CoreSync.Service;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// The service of a core: the same host as 'coresync serve', started and stopped by systemd or the Windows service manager.
var configuration = new ConfigurationBuilder()
    .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false)
    .AddEnvironmentVariables()
    .Build();
if (ServiceSettings.Read(configuration, out var faults) is not { } settings)
{
    foreach (var fault in faults)
        Console.Error.WriteLine(fault);
    return HostExitCode.Invalid;
}

using var stop = new StopSignals();
var log = new CoreLogOptions(Console.Error.WriteLine, LogLevel.Information);
var options = new CoreHostOptions(settings.DataDirectory, settings.Listen, new Actor(Environment.UserName, "service"), log);
var started = await CoreHost.StartAsync(
    options,
    services =>
    {
        services.AddSystemd();
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
await host.RunAsync(stop.Token);
return HostExitCode.Done;
