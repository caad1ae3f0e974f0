using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Jobs;
using CoreSync.Application.Lists;
using CoreSync.Jobs;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>Jobs: start, look, stop, repeat. A job is handed to the engine and the answer does not wait for its end: events and the job itself tell.</summary>
internal static class JobEndpoints
{
    public static void Map(ApiMap api)
    {
        api.Post("/sync", Rights.Edit, "Queues a sync job for each target named, or for all enabled ones.", SyncAsync)
            .Reads<SyncBody>().Answers(ApiShapes.Jobs.Named("sync-now"), StatusCodes.Status202Accepted).Fails("target.not-found", "sync.no-targets", "target.disabled");
        api.Get("/jobs", Rights.View, "Lists jobs page by page, newest first.", ListAsync)
            .Takes("page", "Which page, from 1.").Takes("size", "Entries per page: 1 to 500, 50 if not given.").Takes("target", "Only to this core.").Takes("state", "Only in this state.")
            .Takes("trigger", "Only started by this.").Takes("sort", "-queuedAt (newest first) or queuedAt.").Answers(ApiShapes.JobList).Fails("target.name-invalid");
        api.Get("/jobs/{id}", Rights.View, "Shows a job and the items that were neither applied nor skipped in it.",
            exchange => exchange.AnswerAsync(new ShowJob(exchange.Route("id")), "job-show", CoreJson.Job)).Answers(ApiShapes.JobShow).Fails("job.not-found");
        api.Post("/jobs/{id}/cancel", Rights.Edit, "Asks a job to end and waits for its acknowledgement, two seconds at most.",
            exchange => exchange.AnswerAsync(new CancelJob(exchange.Route("id")), "job-cancel", CoreJson.Job)).Answers(ApiShapes.Job.Named("job-cancel")).Fails("job.not-found", "job.ended");
        api.Post("/jobs/{id}/retry", Rights.Edit, "Tries the failed items of an ended job again, or the job as a whole.", RetryAsync)
            .Reads<RetryBody>().Answers(ApiShapes.Job.Named("job-retry"), StatusCodes.Status202Accepted)
            .Fails("job.not-found", "job.active", "job.nothing-to-retry", "item.not-found", "target.not-found");
    }

    private static async Task SyncAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<SyncBody>().ConfigureAwait(false);
        var jobs = await exchange.AskAsync(new SyncNow(body.Targets ?? [], Wait: false)).ConfigureAwait(false);
        await exchange.AnswerAsync("sync-now", new JsonObject { ["items"] = Json.List(jobs, CoreJson.Job) }, StatusCodes.Status202Accepted).ConfigureAwait(false);
    }

    private static Task ListAsync(AdminExchange exchange)
    {
        var isOldest = (exchange.Query("sort") ?? "-queuedAt") switch
        {
            "-queuedAt" => false,
            "queuedAt" => true,
            var other => throw AdminExchange.Invalid($"sort is queuedAt or -queuedAt, not '{other}'"),
        };
        var request = new PageJobs(exchange.Query("target"), exchange.Choice<SyncJobState>("state"), exchange.Choice<JobTrigger>("trigger"), isOldest, exchange.Page());
        return exchange.AnswerPageAsync(request, "job-list", CoreJson.Job);
    }

    private static async Task RetryAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<RetryBody>().ConfigureAwait(false);
        var job = await exchange.AskAsync(new RetryJob(exchange.Route("id"), body.Item)).ConfigureAwait(false);
        await exchange.AnswerAsync("job-retry", CoreJson.Job(job), StatusCodes.Status202Accepted).ConfigureAwait(false);
    }
}

/// <summary>What to synchronise.</summary>
/// <param name="Targets">FQDNs; all enabled targets if not given.</param>
internal sealed record SyncBody(IReadOnlyList<string>? Targets = null);

/// <summary>What to try again.</summary>
/// <param name="Item">Only this item of the job; all that are still refused if not given.</param>
internal sealed record RetryBody(string? Item = null);
