using System.Text.Json.Nodes;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Hosting;
using CoreSync.Jobs;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Remote;

/// <summary>The verbs of <c>job</c>, <c>sync</c>, <c>item</c> and <c>status</c> against a running service.</summary>
internal static class RemoteJobs
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    public static async Task ListAsync(Invocation run, RemoteCore core, string? target, string? state, string? trigger, int limit)
    {
        var filter = string.Join('&', new[] { ("target", target), ("state", state), ("trigger", trigger) }.Where(one => one.Item2 is not null).Select(one => $"{one.Item1}={RemoteCore.Part(one.Item2!)}"));
        var jobs = await core.ListAsync(filter.Length == 0 ? "jobs" : "jobs?" + filter, limit);
        run.Answer("job-list", new JsonObject { ["items"] = jobs }, () => Print(run, jobs));
    }

    public static async Task ShowAsync(Invocation run, RemoteCore core, string id) => RemoteTargets.Answer(run, "job-show", await core.GetAsync(At(id)), null);

    public static async Task CancelAsync(Invocation run, RemoteCore core, string id)
    {
        var job = await core.PostAsync(At(id) + "/cancel");
        RemoteTargets.Answer(run, "job-cancel", job, T("job.cancelled", job["id"]!.ToString(), StateOf(job)));
    }

    public static async Task RetryAsync(Invocation run, RemoteCore core, string id, string? item, bool wait)
    {
        var job = await core.PostAsync(At(id) + "/retry", new JsonObject { ["item"] = item });
        if (wait)
            job = await EndOfAsync(run, core, job);
        RemoteTargets.Answer(run, "job-retry", job, T("job.retried", job["id"]!.ToString(), id, StateOf(job)));
        End(run, [job]);
    }

    public static async Task SyncAsync(Invocation run, RemoteCore core, string[] targets, bool wait)
    {
        var queued = await core.PostAsync("sync", new JsonObject { ["targets"] = new JsonArray([.. targets.Select(target => (JsonNode)target)]) });
        var jobs = new List<JsonObject>();
        foreach (var job in core.Items(queued).OfType<JsonObject>())
            jobs.Add(wait ? await EndOfAsync(run, core, job) : job);
        var shown = new JsonArray([.. jobs.Select(job => job.DeepClone())]);
        run.Answer("sync-now", new JsonObject { ["items"] = shown }, () => Print(run, shown));
        End(run, jobs);
    }

    public static async Task ItemsAsync(Invocation run, RemoteCore core, string? component)
    {
        var items = await core.ListAsync("items" + (component is null ? "" : "?component=" + RemoteCore.Part(component)));
        run.Answer("item-list", new JsonObject { ["items"] = items }, () => RemoteView.Table(
            run, items, RemoteColumn.Text("Id", "id"), RemoteColumn.Text(T("column.component"), "component"), RemoteColumn.Text(T("column.name"), "name"),
            RemoteColumn.Number(T("column.revision"), "revision"), RemoteColumn.Number(T("column.size"), "size"), RemoteColumn.YesNo(T("column.auto-sync"), "autoSync"),
            RemoteColumn.YesNo(T("column.read-only"), "readOnly")));
    }

    public static async Task ItemAsync(Invocation run, RemoteCore core, string id) =>
        RemoteTargets.Answer(run, "item-show", await core.GetAsync("items/" + RemoteCore.Part(id)), null);

    public static async Task StatusAsync(Invocation run, RemoteCore core)
    {
        var status = await core.GetAsync("status");
        status.Remove("schema");
        run.Answer("status", status, () =>
        {
            RemoteView.Facts(new JsonObject(status.Where(member => member.Value is not JsonArray).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))));
            RemoteTargets.Print(run, status["targets"] as JsonArray ?? []);
            var problems = status["problems"] as JsonArray ?? [];
            if (problems.Count == 0)
                Terminal.Data(T("status.no-problems"));
            foreach (var problem in problems)
                Terminal.Data(Hosting.Logging.Printable.Line($"! {problem?["message"]} ({problem?["code"]})"));
        });
    }

    private static void Print(Invocation run, JsonArray jobs)
    {
        if (jobs.Count == 0)
            run.Terminal.Note(T("job.none"));
        else
            RemoteView.Table(
                run, jobs, RemoteColumn.Text("Id", "id"), RemoteColumn.Text(T("column.target"), "target"), RemoteColumn.Of<JobTrigger>(T("column.trigger"), "trigger", value => Label(value)),
                RemoteColumn.Of<SyncJobState>(T("column.state"), "state", value => Label(value)), RemoteColumn.Time(T("column.queued"), "queuedAt"),
                RemoteColumn.Number(T("column.applied"), "applied"), RemoteColumn.Number(T("column.skipped"), "skipped"), RemoteColumn.Number(T("column.rejected"), "rejected"));
    }

    private static async Task<JsonObject> EndOfAsync(Invocation run, RemoteCore core, JsonObject job)
    {
        while (job["endedAt"] is null)
        {
            await Task.Delay(LookEvery, Invocation.Time, run.Stop);
            job = await core.GetAsync(At(job["id"]!.ToString()));
        }

        // What a list tells of a job.
        job.Remove("schema");
        return job;
    }

    // As a command on the core ends: with the outcome of the jobs that ended; one that goes on is no failure.
    private static void End(Invocation run, IReadOnlyCollection<JsonObject> jobs)
    {
        foreach (var job in jobs.Where(job => job["endedAt"] is null))
            run.Terminal.Note(T("sync.handed-over", job["target"]!.ToString(), job["id"]!.ToString()));
        var code = JobExitCode.Of(jobs.Select(ExitCodeOf));
        if (code == HostExitCode.Done)
            return;
        var errors = jobs.Where(job => job["errorCode"] is not null && ExitCodeOf(job) != HostExitCode.Done).OrderByDescending(job => ExitCodeOf(job) == code)
            .Select(job => ErrorView.Of(job["errorCode"]!.ToString(), job["errorMessage"]?.ToString() ?? "", job["target"]!.ToString())).ToList();
        throw errors.Count == 0 ? new CommandExit(code) : new CommandFailure(errors, code);
    }

    private static int ExitCodeOf(JsonObject job) =>
        JobExitCode.Of(Enum.Parse<SyncJobState>(job["state"]!.ToString(), ignoreCase: true), job["errorCode"]?.ToString());

    private static string StateOf(JsonObject job) => Label(Enum.Parse<SyncJobState>(job["state"]!.ToString(), ignoreCase: true));

    private static string At(string id) => "jobs/" + RemoteCore.Part(id);
}
