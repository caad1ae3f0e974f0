using CoreSync.Errors;
using CoreSync.Jobs;

namespace CoreSync.Domain.Tests.Jobs;

public sealed class ScheduleTests
{
    private static readonly TimeZoneInfo Utc = TimeZoneInfo.Utc;
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
    private static readonly DateTimeOffset Wednesday = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly RetryPolicy Policy = new(5, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15));

    [Fact]
    public void Without_windows_it_is_always_open_and_a_blackout_goes_before_a_window()
    {
        var schedule = SyncSchedule.Default;

        Assert.True(schedule.IsOpen(Wednesday, Utc));
        Assert.False((schedule with { Windows = [Window("sat,sun")] }).IsOpen(Wednesday, Utc));
        Assert.False((schedule with { Windows = [Window("wed")], Blackouts = [Window("2026-11-25")] }).IsOpen(Wednesday, Utc));
    }

    [Fact]
    public void Windows_are_in_the_time_of_the_core()
    {
        var evening = SyncSchedule.Default with { Windows = [Window("13:00-14:00")] };

        Assert.False(evening.IsOpen(Wednesday, Utc));
        Assert.True(evening.IsOpen(Wednesday, Paris));
    }

    [Fact]
    public void The_next_opening_is_found_across_days_and_across_the_change_to_summer_time()
    {
        var nights = SyncSchedule.Default with { Windows = [Window("sat 22:00-06:00")] };
        Assert.Equal(new DateTimeOffset(2026, 11, 28, 22, 0, 0, TimeSpan.Zero), nights.OpensAt(Wednesday, Utc));
        Assert.Equal(Wednesday, SyncSchedule.Default.OpensAt(Wednesday, Utc));

        // On 2027-03-28 the clocks in Paris go from 02:00 to 03:00: half past two does not exist.
        var swallowed = SyncSchedule.Default with { Windows = [Window("sun 02:30-03:30")] };
        Assert.Equal(new DateTimeOffset(2027, 3, 28, 1, 0, 0, TimeSpan.Zero), swallowed.OpensAt(new DateTimeOffset(2027, 3, 27, 23, 0, 0, TimeSpan.Zero), Paris));
    }

    [Fact]
    public void What_never_opens_within_a_month_has_no_next_opening()
    {
        var closed = SyncSchedule.Default with { Blackouts = [Window("2026-01-01..2027-12-31")] };

        Assert.Null(closed.OpensAt(Wednesday, Utc));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("0 2 * * *", null, false)]
    [InlineData("0 2 * * *", true, true)]
    [InlineData(null, false, false)]
    public void Changes_go_as_they_come_unless_there_is_a_cron_expression_or_a_person_says_otherwise(string? cron, bool? onChange, bool expected) =>
        Assert.Equal(expected, (SyncSchedule.Default with { Cron = cron, OnChange = onChange }).SendsOnChange);

    [Fact]
    public void A_pause_and_a_closed_window_hold_back_everything_that_starts_by_itself()
    {
        var due = new SyncDue(TargetRules.Default, RetryState.None, HasFired: true, HasChanged: true, DateTimeOffset.MinValue, DateTimeOffset.MinValue);

        Assert.Equal(JobTrigger.Interval, due.Trigger(Wednesday, Utc));
        Assert.Null((due with { Rules = TargetRules.Default with { PausedUntil = Wednesday.AddSeconds(1) } }).Trigger(Wednesday, Utc));
        Assert.NotNull((due with { Rules = TargetRules.Default with { PausedUntil = Wednesday } }).Trigger(Wednesday, Utc));
        Assert.Null((due with { Rules = TargetRules.Default with { Schedule = SyncSchedule.Default with { Windows = [Window("sat")] } } }).Trigger(Wednesday, Utc));
    }

    [Fact]
    public void What_waits_for_its_next_attempt_is_hurried_by_nothing_but_that_moment()
    {
        var failing = RetryState.None.Fail(true, "target.unreachable", "down", Policy, Wednesday, 0.5);
        var due = new SyncDue(TargetRules.Default, failing, HasFired: true, HasChanged: true, DateTimeOffset.MinValue, DateTimeOffset.MinValue);

        Assert.Null(due.Trigger(Wednesday, Utc));
        Assert.Equal(failing.NextAt, due.WaitsUntil(Wednesday));
        Assert.Equal(JobTrigger.Retry, due.Trigger(failing.NextAt!.Value, Utc));
    }

    [Fact]
    public void Changes_are_collected_while_it_is_not_quiet()
    {
        var due = new SyncDue(TargetRules.Default, RetryState.None, HasFired: false, HasChanged: true, Wednesday.AddSeconds(1), null);

        Assert.Null(due.Trigger(Wednesday, Utc));
        Assert.Equal(Wednesday.AddSeconds(1), due.WaitsUntil(Wednesday));
        Assert.Equal(JobTrigger.Change, due.Trigger(Wednesday.AddSeconds(1), Utc));
    }

    [Fact]
    public void The_wait_doubles_with_jitter_until_the_retries_are_used_up_and_then_it_is_probed()
    {
        var state = RetryState.None;
        var waits = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            state = state.Fail(true, "target.unreachable", "down", Policy, Wednesday, 0.5);
            waits.Add((state.NextAt!.Value - Wednesday).TotalSeconds);
        }

        Assert.Equal([5, 10, 20, 40, 80, 900, 900, 900], waits);
        Assert.Equal(8, state.Failed);
        Assert.True(state.IsQuarantined);
        Assert.Equal(TimeSpan.FromSeconds(3.75), Policy.Delay(1, 0));
        Assert.Equal(TimeSpan.FromSeconds(6.25), Policy.Delay(1, 1));
        Assert.Equal(TimeSpan.FromMinutes(5), Policy.Delay(30, 0.5));
    }

    [Fact]
    public void What_does_not_pass_by_itself_is_quarantined_at_once()
    {
        var state = RetryState.None.Fail(false, "credentials.rejected", "no", Policy, Wednesday, 0.5);

        Assert.Equal((1, true, Wednesday.AddMinutes(15)), (state.Failed, state.IsQuarantined, state.NextAt));
        Assert.Equal(Wednesday, state.Release(Wednesday).NextAt);
        Assert.True(state.Release(Wednesday).IsQuarantined);
        Assert.Equal(RetryState.None, RetryState.None.Release(Wednesday));
    }

    [Theory]
    [InlineData("90s", 90, "90s")]
    [InlineData("15m", 900, "15m")]
    [InlineData("120m", 7200, "2h")]
    [InlineData("1D", 86400, "1d")]
    public void A_duration_is_read_and_written_in_its_largest_whole_unit(string text, int seconds, string normal)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), DurationText.Parse(text).Value);
        Assert.Equal(normal, DurationText.Format(TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0s")]
    [InlineData("5")]
    [InlineData("-5m")]
    [InlineData("5 weeks")]
    [InlineData("400d")]
    [InlineData("99999999999h")]
    public void What_is_no_duration_is_refused(string text) => Assert.True(DurationText.Parse(text).HasError<ScheduleInvalidError>());

    [Fact]
    public void A_rate_limit_lets_through_what_it_says_and_serves_in_order()
    {
        var limit = new RateLimit();
        Assert.Equal(TimeSpan.Zero, limit.Reserve(1_000_000, Wednesday));
        limit.Set(1000);

        var waits = Enumerable.Range(0, 5).Select(_ => limit.Reserve(100, Wednesday)).ToList();

        Assert.Equal([-250, -150, -50, 50, 150], waits.Select(wait => wait.TotalMilliseconds));
        limit.GiveBack(100);
        Assert.Equal(150, limit.Reserve(100, Wednesday).TotalMilliseconds);
    }

    private static TimeWindow Window(string text) => TimeWindow.Parse(text).Value;
}
