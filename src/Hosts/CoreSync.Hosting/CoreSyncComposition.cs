using CoreSync.Application;
using CoreSync.Application.Logs;
using CoreSync.Hosting.Logging;
using CoreSync.Infrastructure.Files;
using CoreSync.Infrastructure.Sqlite;
using CoreSync.Infrastructure.Tls;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Hosting;

/// <summary>The one place where a core is put together: use cases, store, files, transport, log.</summary>
public static class CoreSyncComposition
{
    /// <summary>Adds everything that works on the core of a data directory.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="dataDirectory">Absolute path; need not exist.</param>
    /// <param name="actor">Who acts, for the trust history.</param>
    /// <param name="log">How to log; null logs to the file alone.</param>
    /// <returns>The builder; <c>AddEngine</c> on it where the core runs.</returns>
    public static CoreSyncBuilder Add(IServiceCollection services, string dataDirectory, Actor actor, CoreLogOptions? log = null)
    {
        services.AddCoreLogging(dataDirectory, log ?? new CoreLogOptions());
        services.AddSingleton<ILogReader, LogFileReader>();
        return services.AddCoreSync(options =>
            {
                options.DataDirectory = dataDirectory;
                options.Actor = actor;
            })
            .UseSqlite()
            .UseFiles()
            .UseTlsTransport();
    }

    /// <summary>Builds the services for commands, without a web host and without starting the engine.</summary>
    public static ServiceProvider Build(string dataDirectory, Actor actor, CoreLogOptions? log = null) =>
        Add(new ServiceCollection(), dataDirectory, actor, log).Services.BuildServiceProvider();
}
