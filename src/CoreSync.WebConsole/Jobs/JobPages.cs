using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Jobs;
using CoreSync.Jobs;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Jobs;

/// <summary>The activity: jobs, and for each what happened to its items (O4).</summary>
internal static class JobPages
{
    public static void Map(ConsoleMap map)
    {
        map.Page("jobs", Rights.View, ListAsync);
        map.Act("jobs/sync-all", Rights.Edit, SyncAllAsync);
        map.Page("jobs/{id}", Rights.View, ShowAsync);
        map.Act("jobs/{id}/cancel", Rights.Edit, CancelAsync);
        map.Act("jobs/{id}/retry", Rights.Edit, RetryAsync);
    }

    private static async Task<IResult> ListAsync(Exchange exchange)
    {
        var target = exchange.Query("target");
        var state = Pick<SyncJobState>(exchange.Query("state"));
        var trigger = Pick<JobTrigger>(exchange.Query("trigger"));
        var page = Sheet.PageOf(exchange.Query("page"));
        var jobs = await exchange.AskAsync(new ListJobs(target, (page * Sheet.DefaultSize) + 1, state, trigger)).ConfigureAwait(false);
        if (jobs.IsFailed)
            return await exchange.FailAsync(jobs.FirstError()).ConfigureAwait(false);
        return await exchange.PageAsync<JobListPage>(exchange.View.T("section.Activity"), Section.Activity, new()
        {
            [nameof(JobListPage.Jobs)] = (IReadOnlyList<SyncJob>)[.. jobs.Value.Skip((page - 1) * Sheet.DefaultSize).Take(Sheet.DefaultSize)],
            [nameof(JobListPage.Sheet)] = new Sheet("jobs", page, Sheet.DefaultSize, jobs.Value.Count, null, false, [("target", target), ("state", exchange.Query("state")), ("trigger", exchange.Query("trigger"))]),
        }).ConfigureAwait(false);
    }

    private static async Task<IResult> ShowAsync(Exchange exchange)
    {
        var job = await exchange.AskAsync(new ShowJob(exchange.Route("id"))).ConfigureAwait(false);
        return job.IsFailed
            ? await exchange.FailAsync(job.FirstError()).ConfigureAwait(false)
            : await exchange.PageAsync<JobPage>(exchange.View.T("job.title", job.Value.Job.Fqdn.Display), Section.Activity, new() { [nameof(JobPage.Job)] = job.Value },
                [new Crumb(exchange.View.T("section.Activity"), "jobs")]).ConfigureAwait(false);
    }

    private static async Task<IResult> SyncAllAsync(Exchange exchange) =>
        exchange.See("jobs", await exchange.AskAsync(new SyncNow([], Wait: false)).ConfigureAwait(false), "done.sync-all");

    private static async Task<IResult> CancelAsync(Exchange exchange)
    {
        var id = exchange.Route("id");
        return exchange.See("jobs/" + id, await exchange.AskAsync(new CancelJob(id)).ConfigureAwait(false), "done.cancelled");
    }

    private static async Task<IResult> RetryAsync(Exchange exchange)
    {
        var item = exchange.Field("item");
        var retried = await exchange.AskAsync(new RetryJob(exchange.Route("id"), item.Length == 0 ? null : item)).ConfigureAwait(false);
        return retried.IsSuccess ? exchange.See("jobs/" + retried.Value.Id, Note.Done("done.retried")) : exchange.See("jobs/" + exchange.Route("id"), Note.Refused(retried.FirstError()));
    }

    private static T? Pick<T>(string? text)
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(value => Viewer.Name(value) == text).Select(value => (T?)value).FirstOrDefault();
}
