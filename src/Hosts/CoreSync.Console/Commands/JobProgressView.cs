using CoreSync.Application.Jobs;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>Shows how jobs get on while a request runs: bars on a terminal, a line every 10 seconds elsewhere, nothing with <c>-q</c> and <c>--json</c>.</summary>
internal static class JobProgressView
{
    private static readonly TimeSpan DrawEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);

    public static async Task<T> WhileAsync<T>(Invocation run, IServiceProvider core, Task<T> work)
    {
        // Short work shows nothing: bars that flash by help nobody.
        await Task.WhenAny(work, Task.Delay(DrawEvery, Invocation.Time));
        if (!work.IsCompleted && run.Terminal.CanDraw)
            await DrawAsync(run, core, work);
        else if (!work.IsCompleted && !run.IsQuiet && !run.IsJson)
            await TellAsync(run, core, work);
        return await work;
    }

    private static Task DrawAsync(Invocation run, IServiceProvider core, Task work) => run.Terminal.Error.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new SpinnerColumn(Spinner.Known.Line))
        .StartAsync(async progress =>
        {
            var bars = new Dictionary<Guid, ProgressTask>();
            while (!work.IsCompleted)
            {
                foreach (var job in await ActiveAsync(core))
                {
                    if (!bars.TryGetValue(job.Id, out var bar))
                        bars[job.Id] = bar = progress.AddTask("…", maxValue: 1);
                    bar.Description = Markup.Escape(Describe(job));
                    bar.IsIndeterminate = job.State == SyncJobState.Queued || job.Progress.ItemsTotal == 0;
                    bar.Value = Share(job.Progress);
                }

                await Task.WhenAny(work, Task.Delay(DrawEvery, Invocation.Time));
            }
        });

    private static async Task TellAsync(Invocation run, IServiceProvider core, Task work)
    {
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(TellEvery, Invocation.Time));
            if (work.IsCompleted)
                return;
            foreach (var job in await ActiveAsync(core))
                run.Terminal.Note(Describe(job));
        }
    }

    private static Task<IReadOnlyList<SyncJob>> ActiveAsync(IServiceProvider core) => core.GetRequiredService<ISyncJobStore>().ActiveAsync(CancellationToken.None);

    private static string Describe(SyncJob job) => T(
        "sync.progress", job.Fqdn.Display, JobCommands.State(job), job.Progress.ItemsDone, job.Progress.ItemsTotal, Show.Bytes(job.Progress.BytesSent),
        Show.Bytes(job.Progress.BytesTotal));

    // Bytes tell more than items where there are bytes to send; the total may grow while a job runs.
    private static double Share(JobProgress progress)
    {
        var items = progress.ItemsTotal == 0 ? 0 : (double)progress.ItemsDone / progress.ItemsTotal;
        return Math.Min(1, progress.BytesTotal == 0 ? items : (items + ((double)progress.BytesSent / progress.BytesTotal)) / 2);
    }
}
