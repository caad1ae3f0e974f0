using System.Globalization;
using CoreSync.Application.Cores;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Settings;
using FluentResults;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>J8: interval, cron, time windows, blackout, pause; and a watchdog that notices a schedule that did not fire.</summary>
public sealed class J8_schedules
{
    private static readonly DateTime Now = TimeProvider.System.GetLocalNow().DateTime;

    [Fact]
    public async Task A_cron_expression_fires_instead_of_changes()
    {
        await using var pair = await CorePair.CreateAsync();
        // With seconds: every second.
        await EditAsync(pair, new TargetRulesEdit(Cron: "* * * * * ?"));
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");
        await pair.Source.ServeAsync();

        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(item) == "{}", "the item arrived");

        Assert.Equal(JobTrigger.Schedule, Assert.Single(await pair.Source.AskAsync(new ListJobs())).Trigger);
        var view = await pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name));
        Assert.Null(view.ScheduleMissedAt);
    }

    [Fact]
    public async Task With_a_distant_cron_expression_a_change_waits_and_a_person_does_not()
    {
        await using var pair = await CorePair.CreateAsync();
        await EditAsync(pair, new TargetRulesEdit(Cron: "0 3 29 2 *"));
        await pair.Source.ServeAsync();
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");
        await Task.Delay(800, TestContext.Current.CancellationToken);
        Assert.Empty(await pair.Source.AskAsync(new ListJobs()));

        await pair.Source.SyncedAsync();

        Assert.Equal("{}", await pair.Target.TextAsync(item));
        Assert.Equal((3, 29, 2), Local((await pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name))).NextSync));
    }

    [Fact]
    public async Task Outside_its_window_nothing_goes_and_when_it_opens_everything()
    {
        await using var pair = await CorePair.CreateAsync();
        await EditAsync(pair, new TargetRulesEdit(Windows: [Day(2)]));
        await pair.Source.ServeAsync();
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");
        await Task.Delay(800, TestContext.Current.CancellationToken);
        Assert.Null(await pair.Target.FindAsync(item));

        await EditAsync(pair, new TargetRulesEdit(Windows: [Day(2), Day(0)]));

        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(item) == "{}", "the window is open");
    }

    [Fact]
    public async Task A_blackout_stops_a_running_job_which_goes_on_afterwards()
    {
        await using var star = await CoreStar.CreateAsync(1);
        star.Write("large.bin", 2_000_000);
        await star.Source.SetAsync(Setting.TotalBandwidth, "200");
        await star.Source.ServeAsync();
        await Eventually.IsTrueAsync(async () => (await star.Source.AskAsync(new ListJobs())).Any(job => job.Progress.BytesSent > 0), "content flows");

        await star.Source.AskAsync(new EditTargetCore(star.Targets[0].Name, Rules: new TargetRulesEdit(Blackouts: [Date(0)])));

        await Eventually.IsTrueAsync(async () => (await star.Source.AskAsync(new ListJobs()))[0].HasEnded, "the job stopped", 3);
        var stopped = (await star.Source.AskAsync(new ListJobs()))[0];
        Assert.Equal((SyncJobState.Cancelled, "schedule.window-closed"), (stopped.State, stopped.ErrorCode));
        Assert.Equal(RetryState.None, (await star.Source.AskAsync(new ShowTargetCore(star.Targets[0].Name))).Attempts);
        await star.Source.SetAsync(Setting.TotalBandwidth, "0");
        await star.Source.AskAsync(new EditTargetCore(star.Targets[0].Name, Rules: new TargetRulesEdit(Blackouts: ["none"])));
        await Eventually.IsTrueAsync(() => Task.FromResult(File.Exists(Path.Combine(star.Received(0), "large.bin"))), "it went on");
    }

    [Fact]
    public async Task A_pause_ends_by_itself()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.ServeAsync();
        await pair.Source.AskAsync(new PauseTargetCore(pair.Target.Name, "3s"));
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        Assert.Null(await pair.Target.FindAsync(item));

        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(item) == "{}", "the pause is over");
    }

    [Fact]
    public async Task A_pause_without_an_end_is_ended_by_a_person()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.ServeAsync();
        await pair.Source.AskAsync(new PauseTargetCore(pair.Target.Name));
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");
        await Task.Delay(800, TestContext.Current.CancellationToken);
        Assert.Null(await pair.Target.FindAsync(item));

        await pair.Source.AskAsync(new ResumeTargetCore(pair.Target.Name));

        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(item) == "{}", "it was resumed");
    }

    [Fact]
    public async Task The_watchdog_notices_a_schedule_that_does_not_fire_and_fires_in_its_place()
    {
        var dead = new DeadClock();
        await using var pair = await CorePair.CreateAsync(source: dead.Install);
        await EditAsync(pair, new TargetRulesEdit(Every: "1s", OnChange: "off"));
        await pair.Source.ServeAsync();
        var item = await pair.Source.PutAsync("queries", "all devices", "{}");

        await Eventually.IsTrueAsync(async () => await pair.Target.TextAsync(item) == "{}", "the watchdog fired");

        Assert.Contains(pair.Source.Log(), line => line.Contains("ScheduleMissed", StringComparison.Ordinal) && line.Contains(pair.Target.Name, StringComparison.Ordinal));
        Assert.NotNull((await pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name))).ScheduleMissedAt);
        Assert.Contains((await pair.Source.AskAsync(new GetStatus())).Problems, problem => problem.Error is ScheduleMissedError);
    }

    [Fact]
    public async Task Without_a_service_the_schedule_is_shown_as_missed()
    {
        await using var pair = await CorePair.CreateAsync();
        await EditAsync(pair, new TargetRulesEdit(Every: "1s"));
        await pair.Source.ServeAsync();
        await Eventually.IsTrueAsync(
            async () => (await pair.Source.Services.GetRequiredService<IPaceStore>().AllAsync(CancellationToken.None)).Values.Any(pace => pace.FiredAt is not null), "it fired once");
        Assert.Null((await pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name))).ScheduleMissedAt);

        await pair.Source.StopAsync();

        await Eventually.IsTrueAsync(async () => (await pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name))).ScheduleMissedAt is not null, "it is shown as missed");
    }

    [Theory]
    [InlineData("every", "0s")]
    [InlineData("every", "soon")]
    [InlineData("cron", "61 * * * *")]
    [InlineData("cron", "every day")]
    [InlineData("window", "mon-fri")]
    [InlineData("window", "25:00-26:00")]
    [InlineData("blackout", "2026-13-01")]
    public async Task A_schedule_that_cannot_be_understood_changes_nothing(string what, string text)
    {
        await using var core = await RealCore.CreateAsync("source.example.net");
        await core.SendAsync(new AddTargetCore("target.example.net", ConnectTo: "127.0.0.1:1"));
        await core.AskAsync(new EditTargetCore("target.example.net", "before", Rules: new TargetRulesEdit(Every: "7m", Windows: ["sat,sun"])));
        var edit = what switch
        {
            "every" => new TargetRulesEdit(Every: text),
            "cron" => new TargetRulesEdit(Cron: text),
            // Days alone are a window; two of them, the second broken.
            "window" => new TargetRulesEdit(Windows: [text, "nonsense"]),
            _ => new TargetRulesEdit(Blackouts: [text]),
        };

        var refused = await core.SendAsync(new EditTargetCore("target.example.net", "after", Rules: edit));

        Assert.True(refused.HasError<ScheduleInvalidError>());
        var view = await core.AskAsync(new ShowTargetCore("target.example.net"));
        Assert.Equal(("before", TimeSpan.FromMinutes(7)), (view.Target.Description, view.Target.Rules.Schedule.Every));
        Assert.Equal(["sat,sun"], view.Target.Rules.Schedule.Windows.Select(window => window.Text));
    }

    private static Task<TargetView> EditAsync(CorePair pair, TargetRulesEdit edit) => pair.Source.AskAsync(new EditTargetCore(pair.Target.Name, Rules: edit));

    private static string Day(int fromToday) => Now.AddDays(fromToday).ToString("ddd", CultureInfo.InvariantCulture);

    private static string Date(int fromToday) => Now.AddDays(fromToday).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static (int Hour, int Day, int Month)? Local(DateTimeOffset? moment) =>
        moment is { } at ? TimeZoneInfo.ConvertTime(at, TimeZoneInfo.Local) is var local ? (local.Hour, local.Day, local.Month) : null : null;

    /// <summary>A clock that never fires.</summary>
    private sealed class DeadClock : IScheduleClock
    {
        private IScheduleClock? real;

        public event Action<TargetId>? Fired
        {
            add { }
            remove { }
        }

        public void Install(IServiceCollection services)
        {
            var inner = services.Last(descriptor => descriptor.ServiceType == typeof(IScheduleClock)).ImplementationType!;
            services.AddSingleton<IScheduleClock>(provider =>
            {
                real = (IScheduleClock)ActivatorUtilities.CreateInstance(provider, inner);
                return this;
            });
        }

        public Task SetAsync(IReadOnlyDictionary<TargetId, FireRule> rules, CancellationToken cancellationToken) => Task.CompletedTask;

        public Result CheckCron(string cron) => real!.CheckCron(cron);

        public DateTimeOffset? NextAfter(FireRule rule, DateTimeOffset after) => real!.NextAfter(rule, after);
    }
}
