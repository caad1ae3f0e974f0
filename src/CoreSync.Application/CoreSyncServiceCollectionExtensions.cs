using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application;

/// <summary>Adds CoreSync to a host. Reads as the table of contents of the product.</summary>
public static class CoreSyncServiceCollectionExtensions
{
    /// <summary>Adds use cases and engine; choose a store and a transport on the builder.</summary>
    public static CoreSyncBuilder AddCoreSync(this IServiceCollection services, Action<CoreSyncOptions> configure)
    {
        services.AddOptions<CoreSyncOptions>().Configure(configure);
        return new CoreSyncBuilder(services);
    }
}
