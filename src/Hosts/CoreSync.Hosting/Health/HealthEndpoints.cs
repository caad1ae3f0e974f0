using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.Application.Health;
using CoreSync.Infrastructure.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Hosting.Health;

/// <summary>Tells monitors how the core does: whether the process lives, and whether the core can do its work.</summary>
internal static class HealthEndpoints
{
    // Whoever asks often gets the same report: strangers cannot keep the store busy.
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(5);

    /// <summary>Maps <c>/health/live</c> and <c>/health/ready</c>; both answer strangers, with one word; who signs in is told the reasons.</summary>
    public static void MapCoreSyncHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", static context => AnswerAsync(context, StatusCodes.Status200OK, "live")).WithDisplayName("GET /health/live");
        routes.MapGet("/health/ready", static async context =>
        {
            var report = await context.RequestServices.GetRequiredService<IHealthBoard>().LatestAsync(Age, context.RequestAborted);
            var status = report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            var word = report.IsReady ? "ready" : "not-ready";
            if (await context.SignedInAsync() is { } account && account.May(Rights.View))
                await ExplainAsync(context, status, word, report);
            else
                await AnswerAsync(context, status, word);
        }).WithDisplayName("GET /health/ready");
    }

    /// <summary>The account that asks, by HTTP Basic; null for a stranger.</summary>
    public static Task<Account?> SignedInAsync(this HttpContext context) => context.RequestServices.GetRequiredService<IBasicSignIn>().EnterAsync(
        context.Request.Headers.Authorization is [{ } header] ? header : null, context.Connection.RemoteIpAddress ?? IPAddress.None, context.RequestAborted);

    private static Task ExplainAsync(HttpContext context, int status, string word, HealthReport report)
    {
        var body = new JsonObject
        {
            ["schema"] = "coresync/health/v1",
            ["state"] = word,
            ["green"] = report.IsGreen,
            ["at"] = report.At.UtcDateTime,
            ["findings"] = new JsonArray([.. report.Findings.Select(finding => (JsonNode)new JsonObject
            {
                ["area"] = Word(finding.Area),
                ["severity"] = Word(finding.Severity),
                ["code"] = finding.Error.Code,
                ["subject"] = finding.Subject,
                ["message"] = finding.Error.Message,
                ["hint"] = finding.Error.Hint,
                ["since"] = finding.Since?.UtcDateTime,
            })]),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    private static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static Task AnswerAsync(HttpContext context, int status, string word)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(word + "\n", context.RequestAborted);
    }
}
