using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Events;
using CoreSync.AdminApi.SignIn;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CoreSync.AdminApi;

/// <summary>Adds what the admin API and the web console stand on.</summary>
public static class CoreSyncAdminServiceCollectionExtensions
{
    /// <summary>Adds sign-in, sessions and rights. Then map the API, the console, or both.</summary>
    /// <param name="services">The host's services, with <c>AddCoreSync</c>.</param>
    /// <param name="configure">Decides who comes in.</param>
    public static IServiceCollection AddCoreSyncAdmin(this IServiceCollection services, Action<CoreSyncAdminOptions> configure)
    {
        services.AddOptions<CoreSyncAdminOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CoreSyncAdminOptions>, CoreSyncAdminOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Transient<IStartupFilter, AdminStartCheck>());
        services.TryAddSingleton<AdminDoor>();
        services.TryAddSingleton<AdminCallers>();
        services.TryAddSingleton<AdminForgery>();
        services.TryAddSingleton<EventHub>();
        services.TryAddSingleton<IAdminSignIn, AdminSignIn>();
        services.TryAddScoped<CurrentAdmin>();
        services.TryAddScoped<ICurrentAdmin>(provider => provider.GetRequiredService<CurrentAdmin>());
        return services;
    }
}
