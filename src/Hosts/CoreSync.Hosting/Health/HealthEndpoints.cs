using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.AdminApi;
using CoreSync.Application.Accounts;
using CoreSync.Application.Health;
using CoreSync.Infrastructure.Accounts;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoreSync.Hosting.Health;

/// <summary>Tells monitors how the core does: whether the process lives, and whether the core can do its work.</summary>
internal static class HealthEndpoints
{
    private const string Bearer = "Bearer ";

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

    /// <summary>The account that asks, by HTTP Basic, by a token of the admin API or by the session of the web console; null for a stranger.</summary>
    public static async Task<Account?> SignedInAsync(this HttpContext context)
    {
        var header = context.Request.Headers.Authorization is [{ } value] ? value : null;
        if (header?.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) == true)
        {
            return await context.RequestServices.GetRequiredService<IBasicSignIn>().EnterAsync(
                header, context.Connection.RemoteIpAddress ?? IPAddress.None, context.RequestAborted);
        }

        var options = context.RequestServices.GetRequiredService<IOptions<CoreSyncAdminOptions>>().Value;
        var (secret, kind) = header?.StartsWith(Bearer, StringComparison.Ordinal) == true
            ? (header[Bearer.Length..], AdminSessionKind.Token)
            : (context.Request.Cookies[options.CookieName], AdminSessionKind.Cookie);
        if (secret is null)
            return null;
        var session = await context.RequestServices.GetRequiredService<IMediator>().Send(new FindAdminSession(secret, kind, options.IdleTimeout, IsActivity: false), context.RequestAborted);
        return session.IsSuccess ? session.Value.Account : null;
    }

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
