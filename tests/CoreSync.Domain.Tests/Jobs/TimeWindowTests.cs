using CoreSync.Errors;
using CoreSync.Jobs;

namespace CoreSync.Domain.Tests.Jobs;

public sealed class TimeWindowTests
{
    // 2026-11-25 is a Wednesday.
    [Theory]
    [InlineData("22:00-06:00", "2026-11-25 22:00", true)]
    [InlineData("22:00-06:00", "2026-11-25 05:59", true)]
    [InlineData("22:00-06:00", "2026-11-25 06:00", false)]
    [InlineData("8:00-12:30", "2026-11-25 12:29", true)]
    [InlineData("8:00-12:30", "2026-11-25 12:30", false)]
    [InlineData("mon-fri 08:00-18:00", "2026-11-25 08:00", true)]
    [InlineData("mon-fri 08:00-18:00", "2026-11-28 08:00", false)]
    [InlineData("sat,sun", "2026-11-28 00:00", true)]
    [InlineData("sat,sun", "2026-11-30 00:00", false)]
    [InlineData("fri-mon", "2026-11-30 23:59", true)]
    [InlineData("fri-mon", "2026-12-01 00:00", false)]
    [InlineData("tue 22:00-06:00", "2026-11-25 03:00", true)]
    [InlineData("tue 22:00-06:00", "2026-11-24 03:00", false)]
    [InlineData("WED 00:00-24:00", "2026-11-25 23:59", true)]
    [InlineData("2026-12-24..2026-12-26", "2026-12-26 23:59", true)]
    [InlineData("2026-12-24..2026-12-26", "2026-12-27 00:00", false)]
    [InlineData("2026-11-25", "2026-11-25 12:00", true)]
    [InlineData("2026-11-25", "2026-11-24 23:59", false)]
    public void A_window_holds_its_begin_and_not_its_end(string text, string local, bool expected)
    {
        var window = TimeWindow.Parse(text).Value;

        Assert.Equal(expected, window.Holds(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(window.Text, TimeWindow.Parse(window.Text).Value.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("22:00")]
    [InlineData("22:00-22:00")]
    [InlineData("24:00-06:00")]
    [InlineData("25:00-26:00")]
    [InlineData("22:00-06:00 mon")]
    [InlineData("someday 22:00-06:00")]
    [InlineData("mon-tue-wed")]
    [InlineData("2026-12-26..2026-12-24")]
    [InlineData("2026-02-30")]
    [InlineData("mon 22:00-06:00 please")]
    public void What_is_no_window_is_refused_with_the_reason(string text)
    {
        var error = Assert.Single(TimeWindow.Parse(text).Errors.OfType<ScheduleInvalidError>());

        Assert.Equal(text, error.Text);
        Assert.NotEmpty(error.Reason);
    }
}
