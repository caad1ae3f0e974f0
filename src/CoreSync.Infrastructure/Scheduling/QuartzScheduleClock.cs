using CoreSync.Application.Jobs;
using CoreSync.Errors;
using CoreSync.Servers;
using FluentResults;
using Quartz;

namespace CoreSync.Infrastructure.Scheduling;

/// <summary>Fires the schedules of targets by Quartz.NET, in memory: one trigger per target, all of one job that only tells.</summary>
internal sealed class QuartzScheduleClock(TimeProvider time) : IScheduleClock, IDisposable
{
    private const string Job = "fire";

    private readonly SemaphoreSlim changing = new(1, 1);
    private readonly Dictionary<TargetId, FireRule> current = [];
    private StandaloneSchedulerFactory? factory;
    private IScheduler? scheduler;

    /// <inheritdoc/>
    public event Action<TargetId>? Fired;

    /// <inheritdoc/>
    public async Task SetAsync(IReadOnlyDictionary<TargetId, FireRule> rules, CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var gone in current.Where(entry => rules.GetValueOrDefault(entry.Key) != entry.Value).Select(entry => entry.Key).ToList())
            {
                if (scheduler is not null)
                    await scheduler.UnscheduleJob(KeyOf(gone), cancellationToken).ConfigureAwait(false);
                current.Remove(gone);
            }

            foreach (var (target, rule) in rules.Where(entry => !current.ContainsKey(entry.Key)))
            {
                scheduler ??= await StartAsync(cancellationToken).ConfigureAwait(false);
                await scheduler.ScheduleJob(TriggerOf(target, rule), cancellationToken: cancellationToken).ConfigureAwait(false);
                current[target] = rule;
            }

            if (rules.Count == 0)
                await StopAsync().ConfigureAwait(false);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <inheritdoc/>
    public Result CheckCron(string cron)
    {
        try
        {
            return Parse(cron).GetNextValidTimeAfter(time.GetUtcNow()) is null ? Result.Fail(new ScheduleInvalidError(cron, "it never fires")) : Result.Ok();
        }
        catch (FormatException exception)
        {
            return Result.Fail(new ScheduleInvalidError(cron, exception.Message.TrimEnd('.')).CausedBy(exception));
        }
    }

    /// <inheritdoc/>
    public DateTimeOffset? NextAfter(FireRule rule, DateTimeOffset after) => rule.Cron is null ? after + rule.Every : Parse(rule.Cron).GetNextValidTimeAfter(after);

    /// <summary>The engine stops the clock before, by an empty set.</summary>
    public void Dispose() => changing.Dispose();

    private async Task StopAsync()
    {
        if (scheduler is null)
            return;
        await scheduler.Shutdown(waitForJobsToComplete: false).ConfigureAwait(false);
        scheduler = null;
        if (factory is not null)
            await factory.DisposeAsync().ConfigureAwait(false);
        factory = null;
    }

    private async Task<IScheduler> StartAsync(CancellationToken cancellationToken)
    {
        factory = QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.UseTimeProvider(time);
            quartz.UseInMemoryStore();
            quartz.UseDefaultThreadPool(2);
        }).Build();
        var started = await factory.GetScheduler(cancellationToken).ConfigureAwait(false);
        await started.AddJob(JobBuilder.Create<Tell>().WithIdentity(Job).StoreDurably().Build(), cancellationToken: cancellationToken).ConfigureAwait(false);
        started.Context[nameof(QuartzScheduleClock)] = this;
        await started.Start(cancellationToken).ConfigureAwait(false);
        return started;
    }

    private ITrigger TriggerOf(TargetId target, FireRule rule)
    {
        var trigger = TriggerBuilder.Create(time).WithIdentity(KeyOf(target)).ForJob(Job);
        // A fire that could not be told in time is told once, not once for each that was missed.
        return rule.Cron is null
            ? trigger.StartAt(time.GetUtcNow() + rule.Every).WithSimpleSchedule(every => every.WithInterval(rule.Every).RepeatForever()).Build()
            : trigger.WithCronSchedule(Parse(rule.Cron)).Build();
    }

    private CronExpression Parse(string cron)
    {
        var fields = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return CronExpression.Parse(cron, fields == 5 ? CronFormat.Unix : CronFormat.Quartz).WithTimeZone(time.LocalTimeZone);
    }

    private static TriggerKey KeyOf(TargetId target) => new(target.ToString());

    private sealed class Tell : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            if (context.Scheduler.Context[nameof(QuartzScheduleClock)] is QuartzScheduleClock clock)
                clock.Fired?.Invoke(new TargetId(Guid.Parse(context.Trigger.Key.Name)));
            return ValueTask.CompletedTask;
        }
    }
}
