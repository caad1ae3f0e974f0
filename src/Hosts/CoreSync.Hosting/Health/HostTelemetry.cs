using System.Collections;
using CoreSync.Accounts;
using CoreSync.Application.Settings;
using CoreSync.Application.Telemetry;
using CoreSync.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CoreSync.Hosting.Health;

/// <summary>Collects the meter and traces of the library (docs/telemetry.md): the page <c>/metrics</c> for Prometheus, and OTLP where the standard environment variables name a collector.</summary>
internal static class HostTelemetry
{
    // A label that grows has the targets for values; the default of 2000 would fold a large core's into one.
    private const int MostTargets = 20_000;

    private static readonly string[] OtlpVariables = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    /// <summary>Lets the standard variables of OpenTelemetry through to a host that otherwise takes nothing from the environment; the exporters read them from its configuration.</summary>
    public static void AddTelemetryVariables(this IConfigurationBuilder configuration) => configuration.AddInMemoryCollection(
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Where(variable => ((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal))
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value)));

    /// <summary>Adds the collectors.</summary>
    public static void AddCoreTelemetry(this IServiceCollection services)
    {
        var sends = OtlpVariables.Any(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)));
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(CoreSyncTelemetry.Name, serviceVersion: ProductVersion.Text))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(CoreSyncTelemetry.Name, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel")
                    .AddView("coresync.*", new MetricStreamConfiguration { CardinalityLimit = MostTargets })
                    .AddPrometheusExporter();
                if (sends)
                    metrics.AddOtlpExporter();
            });
        if (sends)
            telemetry.WithTracing(traces => traces.AddSource(CoreSyncTelemetry.Name).AddOtlpExporter());
    }

    /// <summary>Maps <c>/metrics</c>: not there unless the setting says so, and then for accounts that may view.</summary>
    public static void MapCoreSyncMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(MetricsDoor.Instance).WithDisplayName("GET /metrics");

    /// <summary>Guards <c>/metrics</c>; between routing and endpoints.</summary>
    public static IApplicationBuilder UseCoreSyncMetricsDoor(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<MetricsDoor>() is not null && await RefusalAsync(context) is { } status)
        {
            context.Response.StatusCode = status;
            if (status == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"CoreSync\", charset=\"UTF-8\"";
            return;
        }

        await next(context);
    });

    private static async Task<int?> RefusalAsync(HttpContext context)
    {
        var settings = context.RequestServices.GetRequiredService<ISettingStore>();
        if (await settings.ReadAsync(Setting.Prometheus, context.RequestAborted) != "on")
            return StatusCodes.Status404NotFound;
        var account = await context.SignedInAsync();
        return account is null ? StatusCodes.Status401Unauthorized : account.May(Rights.View) ? null : StatusCodes.Status403Forbidden;
    }

    /// <summary>Marks the endpoint, so that no spelling of its path passes the door.</summary>
    private sealed class MetricsDoor
    {
        public static MetricsDoor Instance { get; } = new();
    }
}
