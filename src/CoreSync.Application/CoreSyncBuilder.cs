using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application;

/// <summary>Collects the adapters and components of a core; each technology adds itself by an extension method.</summary>
public sealed class CoreSyncBuilder(IServiceCollection services)
{
    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; } = services;
}
