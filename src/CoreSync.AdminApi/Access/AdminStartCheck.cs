using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoreSync.AdminApi.Access;

/// <summary>Refuses to start a host that mapped API or console without anybody deciding who comes in: before it listens.</summary>
internal sealed class AdminStartCheck(IOptions<CoreSyncAdminOptions> options) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        Check(app.ApplicationServices.GetRequiredService<EndpointDataSource>().Endpoints);
    };

    private void Check(IEnumerable<Endpoint> endpoints)
    {
        if (options.Value.UseAccounts || options.Value.RightsOf is not null)
            return;
        var open = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<AdminAccess>() is not null && endpoint.Metadata.GetMetadata<IAuthorizeData>() is null).ToList();
        if (open.Count == 0)
            return;
        throw new InvalidOperationException(
            $"Nobody decided who may use the admin API and the console ({open.Count} endpoints, such as {open[0].DisplayName}). "
            + "Set UseAccounts or RightsOf in AddCoreSyncAdmin, or call RequireAuthorization on what MapCoreSyncApi and MapCoreSyncConsole answer.");
    }
}
