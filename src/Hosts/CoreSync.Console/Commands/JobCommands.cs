using System.Globalization;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Jobs;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Console.Remote;
using CoreSync.Hosting;
using CoreSync.Jobs;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class JobCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "job", List(globals), ShowVerb(globals), Cancel(globals), Retry(globals));

    /// <summary>The table of jobs.</summary>
    public static void Print(Invocation run, IReadOnlyList<SyncJob> jobs)
    {
        if (jobs.Count == 0)
        {
            run.Terminal.Note(T("job.none"));
            return;
        }

        run.Terminal.Table(
            ["Id", T("column.target"), T("column.trigger"), T("column.state"), T("column.queued"), T("column.duration"), T("column.applied"), T("column.skipped"), T("column.rejected"), T("field.conflicts"), T("column.sent")],
            jobs.Select(job => new[]
            {
                job.Id.ToString("D"), job.Fqdn.Display, Label(job.Trigger), State(job), Show.Time(job.QueuedAt), Duration(job), Number(job.Progress.Applied),
                Number(job.Progress.Skipped), Number(job.Progress.Rejected), Number(job.Progress.Conflicts), Show.Bytes(job.Progress.BytesSent),
            }));
    }

    /// <summary>Says of which jobs something waits for a person on the target.</summary>
    public static void TellWaiting(Invocation run, IReadOnlyList<SyncJob> jobs)
    {
        foreach (var job in jobs.Where(job => job is { State: SyncJobState.Succeeded, ErrorCode: not null }))
            run.Terminal.Note($"{job.Fqdn.Display}: {ErrorView.Of(job).Message}");
    }

    /// <summary>Says which jobs go on in a running service.</summary>
    public static void TellHandedOver(Invocation run, IReadOnlyList<SyncJob> jobs)
    {
        foreach (var job in jobs.Where(job => job is { HasEnded: false }))
            run.Terminal.Note(T("sync.handed-over", job.Fqdn.Display, job.Id));
    }

    /// <summary>Ends the command with what the jobs ended with.</summary>
    public static void Throw(IReadOnlyList<SyncJob> jobs, int code)
    {
        var errors = jobs.Where(job => job.ErrorCode is not null && JobExitCode.Of(job) != HostExitCode.Done).OrderByDescending(job => JobExitCode.Of(job) == code)
            .Select(ErrorView.Of).ToList();
        if (errors.Count == 0)
            throw new CommandExit(code);
        throw new CommandFailure(errors, code);
    }

    private static Verb List(GlobalOptions globals)
    {
        var target = Symbols.Text("--target", "FQDN");
        target.Description = T("option.job-target");
        var limit = new System.CommandLine.Option<int>("--limit") { Description = T("option.limit"), HelpName = "N", DefaultValueFactory = _ => 100 };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var number) || number is < 1 or > 10000))
                result.AddError(T("job.limit-range"));
        });
        var state = Choice<SyncJobState>("--state", "option.job-state");
        var trigger = Choice<JobTrigger>("--trigger", "option.job-trigger");
        return Verb.Of(globals, "job list", [target, state, trigger, limit], async run =>
        {
            var jobs = await run.AskAsync(new ListJobs(run.Get(target), run.Get(limit), Chosen<SyncJobState>(run.Get(state)), Chosen<JobTrigger>(run.Get(trigger))));
            run.Answer("job-list", new JsonObject { ["items"] = Json.List(jobs, CoreJson.Job) }, () => Print(run, jobs));
        },
        (run, core) => RemoteJobs.ListAsync(run, core, run.Get(target), run.Get(state), run.Get(trigger), run.Get(limit)));
    }

    private static Verb ShowVerb(GlobalOptions globals)
    {
        var id = Symbols.Argument("ID", "job");
        return Verb.Of(globals, "job show", [id], async run =>
        {
            var view = await run.AskAsync(new ShowJob(run.Get(id)));
            run.Answer("job-show", CoreJson.Job(view), () => PrintOne(run, view));
        },
        (run, core) => RemoteJobs.ShowAsync(run, core, run.Get(id)));
    }

    private static void PrintOne(Invocation run, JobView view)
    {
        var job = view.Job;
        Terminal.Facts(
            System.Console.Out,
            [
                (T("field.id"), job.Id.ToString("D")),
                (T("column.target"), job.Fqdn.Display),
                (T("column.trigger"), Label(job.Trigger)),
                (T("column.state"), State(job)),
                (T("field.reason"), job.ErrorCode is null ? null : $"{ErrorView.Of(job).Message} ({job.ErrorCode})\n→ {ErrorView.Of(job).Hint}"),
                (T("field.attempt"), job.StartedAt is null ? null : Attempt(job)),
                (T("field.next-attempt"), job.Attempt is { NextAt: { } next, ResolvedBy: null } ? Show.Time(next) : null),
                (T("field.retry-of"), job.Attempt.RetryOf?.ToString("D")),
                (T("field.resolved-by"), job.Attempt.ResolvedBy?.ToString("D")),
                (T("column.queued"), Show.Time(job.QueuedAt)),
                (T("field.started"), job.StartedAt is null ? null : Show.Time(job.StartedAt)),
                (T("field.ended"), job.EndedAt is null ? null : Show.Time(job.EndedAt)),
                (T("column.applied"), Number(job.Progress.Applied)),
                (T("column.skipped"), Number(job.Progress.Skipped)),
                (T("column.rejected"), Number(job.Progress.Rejected)),
                (T("field.conflicts"), Number(job.Progress.Conflicts)),
                (T("column.sent"), $"{Show.Bytes(job.Progress.BytesSent)} / {Show.Bytes(job.Progress.BytesTotal)}"),
            ]);
        if (view.Failures.Count > 0)
        {
            run.Terminal.Table(
                [T("column.item"), T("column.component"), T("column.name"), T("column.code"), T("field.reason"), T("column.attempts"), T("column.next-attempt")],
                view.Failures.Select(failure => new[]
                {
                    failure.Outcome.Item == default ? "–" : failure.Outcome.Item.ToString(), failure.Component.Value, failure.Name, failure.Outcome.Code, Show.Message(failure.Outcome.Code, failure.Outcome.Message),
                    view.Open.TryGetValue(failure.Outcome.Item, out var open) ? Number(open.Attempts) : "–", NextAction(view, failure.Outcome),
                }));
        }
    }

    private static Verb Cancel(GlobalOptions globals)
    {
        var id = Symbols.Argument("ID", "job");
        return Verb.Of(globals, "job cancel", [id], async run =>
        {
            var job = await run.AskAsync(new CancelJob(run.Get(id)));
            run.Answer("job-cancel", CoreJson.Job(job), () => Terminal.Data(T("job.cancelled", job.Id, State(job))));
        },
        (run, core) => RemoteJobs.CancelAsync(run, core, run.Get(id)));
    }

    private static Verb Retry(GlobalOptions globals)
    {
        var id = Symbols.Argument("ID", "job");
        var item = new System.CommandLine.Option<string?>("--item") { Description = T("option.retry-item"), HelpName = "ID" };
        var wait = Symbols.Flag("--wait");
        return Verb.Of(globals, "job retry", [id, item, wait], async run =>
        {
            var job = await JobProgressView.WhileAsync(run, run.Services, run.AskAsync(new RetryJob(run.Get(id), run.Get(item), run.Get(wait))));
            run.Answer("job-retry", CoreJson.Job(job), () => Terminal.Data(T("job.retried", job.Id, run.Get(id), State(job))));
            TellHandedOver(run, [job]);
            run.Stop.ThrowIfCancellationRequested();
            var code = JobExitCode.Of(job);
            if (code != HostExitCode.Done)
                Throw([job], code);
        },
        (run, core) => RemoteJobs.RetryAsync(run, core, run.Get(id), run.Get(item), run.Get(wait)));
    }

    private static System.CommandLine.Option<string?> Choice<TValue>(string name, string help)
        where TValue : struct, Enum
    {
        var option = new System.CommandLine.Option<string?>(name) { Description = T(help), HelpName = string.Join('|', Names<TValue>()) };
        return option.AcceptOnlyFromAmong(Names<TValue>());
    }

    private static string[] Names<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => Json.Enum(value))];

    private static T? Chosen<T>(string? name)
        where T : struct, Enum => name is null ? null : Enum.Parse<T>(name, ignoreCase: true);

    private static string Attempt(SyncJob job) =>
        job.Attempt.Number > job.Attempt.Of ? T("job.probe", job.Attempt.Number) : T("job.attempt", job.Attempt.Number, job.Attempt.Of);

    private static string NextAction(JobView view, Replication.ItemOutcome outcome)
    {
        if (view.IsResolved(outcome))
            return T("job.item-resolved");
        // A copy is made once: what was refused goes again when a person retries the job.
        if (view.Job.Trigger == JobTrigger.Copy)
            return "–";
        return view.Open.GetValueOrDefault(outcome.Item)?.NextAt is { } next ? Show.Time(next) : T("job.item-waits");
    }

    public static string State(SyncJob job)
    {
        if (job is { IsCancelRequested: true, HasEnded: false })
            return T("job.cancelling");
        return job.Attempt.ResolvedBy is null ? Label(job.State) : T("job.resolved", Label(job.State));
    }

    private static string Number(int value) => value.ToString("N0", CultureInfo.CurrentCulture);

    private static string Duration(SyncJob job) =>
        job is { StartedAt: { } started, EndedAt: { } ended } ? (ended - started).TotalSeconds.ToString("0.0", CultureInfo.CurrentCulture) + " s" : "–";
}
