using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Settings;
using FluentResults;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>J6: never two jobs to one target; a cancel is acknowledged within two seconds in every phase and leaves both sides consistent.</summary>
public sealed class J6_one_job_per_target_and_cancel
{
    [Fact]
    public async Task A_cancel_while_waiting_for_bandwidth_is_acknowledged_and_the_next_job_resumes()
    {
        await using var star = await CoreStar.CreateAsync(1);
        star.Write("large.bin", 2_000_000);
        await star.Source.SetAsync(Setting.TotalBandwidth, "100");
        await star.Source.ServeAsync();
        await Eventually.IsTrueAsync(async () => (await JobAsync(star))?.Progress.BytesSent > 100_000, "content flows");

        var cancelled = await CancelledAsync(star.Source, (await JobAsync(star))!.Id);

        Assert.Equal(SyncJobState.Cancelled, cancelled.State);
        Assert.Empty(Directory.EnumerateFiles(star.Received(0)));
        await star.Source.SetAsync(Setting.TotalBandwidth, "0");
        var resumed = await star.Source.SyncedAsync();
        Assert.InRange(resumed.Progress.BytesSent, 1, 1_990_000);
        Assert.Equal(File.ReadAllBytes(Path.Combine(star.Sent, "large.bin")), File.ReadAllBytes(Path.Combine(star.Received(0), "large.bin")));
    }

    [Fact]
    public async Task A_cancel_during_a_batch_is_acknowledged_and_loses_nothing()
    {
        var picky = new PickyTarget { Delay = TimeSpan.FromSeconds(30) };
        await using var pair = await CorePair.CreateAsync(target: picky.Install);
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");
        await pair.Source.ServeAsync();
        await Eventually.IsTrueAsync(async () => (await pair.Source.AskAsync(new ListJobs())).Any(job => job.State == SyncJobState.Running), "the job runs");

        var cancelled = await CancelledAsync(pair.Source, (await pair.Source.AskAsync(new ListJobs()))[0].Id);

        Assert.Equal(SyncJobState.Cancelled, cancelled.State);
        picky.Delay = TimeSpan.Zero;
        await pair.Source.SyncedAsync();
        Assert.Equal("{}", await pair.Target.TextAsync(item));
    }

    [Fact]
    public async Task A_job_whose_engine_went_away_before_it_began_is_run_by_the_one_who_waits_for_it()
    {
        await using var pair = await CorePair.CreateAsync();
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");
        // Another process has the engine for a moment, as a command does that runs its own jobs.
        var other = pair.Source.Services.GetRequiredService<IEngineLock>().TryAcquire().Value;

        var syncing = pair.Source.SyncedAsync();
        await Eventually.IsTrueAsync(async () => (await pair.Source.AskAsync(new ListJobs())).Any(job => job.State == SyncJobState.Queued), "it waits for the other");
        other.Dispose();
        var done = await syncing;

        Assert.Equal(1, done.Progress.Applied);
        Assert.Equal("{}", await pair.Target.TextAsync(item));
    }

    [Fact]
    public async Task A_service_starts_though_somebody_is_just_asking_who_runs_the_engine()
    {
        await using var core = await RealCore.CreateAsync("core1.example.net");
        var asking = core.Services.GetRequiredService<IEngineLock>().TryAcquire().Value;

        var starting = core.ServeAsync();
        await Task.Delay(150, CancellationToken.None);
        asking.Dispose();
        await starting;

        Assert.True((await core.AskAsync(new GetStatus())).IsServiceRunning);
    }

    [Fact]
    public async Task Synchronising_at_the_same_time_from_several_places_of_one_process_is_one_after_another()
    {
        await using var star = await CoreStar.CreateAsync(3);
        star.Write("small.txt", 100);

        var jobs = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => star.Source.SyncAsync(star.Targets[i % 3].Name))));

        Assert.All(jobs.SelectMany(job => job), job => Assert.Equal(SyncJobState.Succeeded, job.State));
        Assert.All(Enumerable.Range(0, 3), i => Assert.Single(Directory.EnumerateFiles(star.Received(i))));
    }

    [Fact]
    public async Task A_cancel_during_the_scan_is_acknowledged()
    {
        var scanner = new SlowScanner();
        await using var pair = await CorePair.CreateAsync(source: scanner.Install);
        using var directory = new Testing.TempDirectory();
        Directory.CreateDirectory(directory.At("sent"));
        await pair.Source.AskAsync(new AddFilesComponent("packages", directory.At("sent"), null, [], []));

        var sync = pair.Source.SyncAsync();
        await scanner.Entered.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var cancelled = await CancelledAsync(pair.Source, (await pair.Source.AskAsync(new ListJobs()))[0].Id);

        Assert.Equal(SyncJobState.Cancelled, cancelled.State);
        Assert.Equal(cancelled.Id, Assert.Single(await sync).Id);
    }

    [Fact]
    public async Task A_cancel_while_connecting_is_acknowledged()
    {
        // Accepts and says nothing: the handshake waits.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.AskAsync(new EditTargetCore(pair.Target.Name, ConnectTo: silent.LocalEndpoint.ToString()));
        await pair.Source.PutAsync("queries", "all devices", "{}");
        await pair.Source.ServeAsync();
        await Eventually.IsTrueAsync(async () => (await pair.Source.AskAsync(new ListJobs())).Any(job => job.State == SyncJobState.Running), "the job connects");

        var cancelled = await CancelledAsync(pair.Source, (await pair.Source.AskAsync(new ListJobs()))[0].Id);

        Assert.Equal(SyncJobState.Cancelled, cancelled.State);
        Assert.Empty(await pair.Target.ListAsync("queries"));
    }

    [Fact]
    public async Task Jobs_to_one_target_never_overlap_whoever_starts_them()
    {
        var picky = new PickyTarget { Delay = TimeSpan.FromMilliseconds(300) };
        await using var pair = await CorePair.CreateAsync(target: picky.Install);
        await pair.Source.ServeAsync();
        await pair.Source.PutAsync("queries", "all devices", "{}");

        // Three commands in processes of their own, beside the engine that synchronises the change by itself.
        var jobs = (await Task.WhenAll(pair.Source.SyncAsync(), pair.Source.SyncAsync(), pair.Source.SyncAsync())).SelectMany(list => list).ToList();

        Assert.All(jobs, job => Assert.Equal(SyncJobState.Succeeded, job.State));
        var all = (await pair.Source.AskAsync(new ListJobs())).OrderBy(job => job.StartedAt).ToList();
        Assert.All(all.Zip(all.Skip(1)), next => Assert.True(next.First.EndedAt <= next.Second.StartedAt));
        Assert.Equal(1, picky.Offered["all devices"]);
    }

    [Fact]
    public async Task A_job_that_has_ended_is_not_cancelled()
    {
        await using var pair = await CorePair.CreateAsync();
        var job = await pair.Source.SyncedAsync();

        var refused = await pair.Source.SendAsync(new CancelJob(job.Id.ToString()));

        Assert.True(refused.HasError<JobEndedError>());
        Assert.Equal(SyncJobState.Succeeded, (await pair.Source.AskAsync(new ShowJob(job.Id.ToString()))).Job.State);
    }

    private static async Task<SyncJob?> JobAsync(CoreStar star) => await star.Source.AskAsync(new ListJobs()) is [var newest, ..] ? newest : null;

    private static async Task<SyncJob> CancelledAsync(RealCore core, Guid job)
    {
        var begin = TimeProvider.System.GetTimestamp();
        var cancelled = await core.AskAsync(new CancelJob(job.ToString()));
        Assert.True(TimeProvider.System.GetElapsedTime(begin).TotalSeconds < 2.5);
        return cancelled;
    }

    /// <summary>A scanner that never comes to an end by itself.</summary>
    private sealed class SlowScanner : IFileScanner
    {
        public TaskCompletionSource Entered { get; } = new();

        public void Install(IServiceCollection services) => services.AddSingleton<IFileScanner>(this);

        public async Task<Result<ScanSummary>> ScanAsync(Component component, CancellationToken cancellationToken)
        {
            Entered.TrySetResult();
            await Task.Delay(TimeSpan.FromMinutes(5), cancellationToken);
            throw new InvalidOperationException("It was not cancelled");
        }

        public Result<Stream> OpenContent(Component component, Item item) => throw new InvalidOperationException("Nothing was scanned");

        public Result Check(Component component) => Result.Ok();
    }
}
