using CoreSync.Application.Cores;
using CoreSync.Application.Health;
using CoreSync.Hosting.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace CoreSync.Hosting.Logging;

/// <summary>How a host logs.</summary>
/// <param name="Echo">Receives each line as well, such as standard error; null for none.</param>
/// <param name="EchoLevel">Least level that is echoed.</param>
public sealed record CoreLogOptions(Action<string>? Echo = null, LogLevel EchoLevel = LogLevel.Information)
{
    /// <summary>Ids of events that this host does not write: those that tell of a service, in a program that lives for one command.</summary>
    /// <value>None.</value>
    public IReadOnlyCollection<int> Unwritten { get; init; } = [];
}

/// <summary>Serilog behind <c>ILogger</c>: one file per core, and an echo for people who run it in the foreground.</summary>
public static class CoreLogging
{
    /// <summary>Adds logging to <c>log/CoreSyncService.exe.log</c> in the data directory. The directory is made with the first line, not before.</summary>
    public static IServiceCollection AddCoreLogging(this IServiceCollection services, string dataDirectory, CoreLogOptions options)
    {
        services.AddLogging(logging => logging.ClearProviders());
        var state = new LogState(Path.Combine(dataDirectory, "log"));
        services.AddSingleton(state);
        services.AddSingleton<LogLimits>();
        services.AddSingleton<IStoreOpening>(provider => provider.GetRequiredService<LogLimits>());
        services.AddSingleton<IHealthProbe, HostHealth>();
        services.AddSingleton<ILoggerProvider>(provider => new SerilogLoggerProvider(Create(
            dataDirectory, options, state, provider.GetService<TimeProvider>() ?? TimeProvider.System), dispose: true));
        return services;
    }

    private static Logger Create(string dataDirectory, CoreLogOptions options, LogState state, TimeProvider time)
    {
        var echoLevel = LevelConvert.ToSerilogLevel(options.EchoLevel);
        var setup = new LoggerConfiguration()
            .MinimumLevel.Is(options.Echo is not null && echoLevel < LogEventLevel.Information ? echoLevel : LogEventLevel.Information)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            // A host that does not start says why by its error, once.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal);
        if (options.Unwritten.Count > 0)
            setup.Filter.ByExcluding(entry => options.Unwritten.Contains(LogLine.IdOf(entry)));
        // A directory that holds no core stays as it is: a mistyped --data leaves nothing behind.
        setup.WriteTo.Conditional(
            _ => HoldsCore(dataDirectory),
            sinks => sinks.Sink(new LogFile(Path.Combine(dataDirectory, "log"), time, state), LogEventLevel.Information));
        if (options.Echo is { } echo)
            setup.WriteTo.Sink(new EchoSink(echo), echoLevel);
        return setup.CreateLogger();
    }

    private static bool HoldsCore(string dataDirectory) =>
        File.Exists(Path.Combine(dataDirectory, "coresync.db")) || Directory.Exists(Path.Combine(dataDirectory, "keys"));

    private sealed class EchoSink(Action<string> write) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => write(LogLine.Of(logEvent));
    }
}
