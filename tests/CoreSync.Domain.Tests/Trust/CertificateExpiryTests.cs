using CoreSync.Trust;

namespace CoreSync.Domain.Tests.Trust;

public sealed class CertificateExpiryTests
{
    private static readonly DateTimeOffset End = new(2026, 6, 30, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(31, null)]
    [InlineData(30.01, null)]
    [InlineData(30, 30)]
    [InlineData(14.5, 30)]
    [InlineData(14, 14)]
    [InlineData(7.1, 14)]
    [InlineData(7, 7)]
    [InlineData(1.1, 7)]
    [InlineData(1, 1)]
    [InlineData(0.001, 1)]
    [InlineData(0, 1)]
    [InlineData(-0.001, 0)]
    [InlineData(-400, 0)]
    public void The_smallest_number_of_days_that_has_passed_is_warned_of(double daysLeft, int? expected) =>
        Assert.Equal(expected, CertificateExpiry.Passed(End, End.AddDays(-daysLeft)));

    [Theory]
    [InlineData(1.5, 1)]
    [InlineData(0.5, 0)]
    [InlineData(-0.5, -1)]
    public void Days_left_are_whole_and_negative_after_the_end(double daysLeft, int expected) => Assert.Equal(expected, CertificateExpiry.DaysLeft(End, End.AddDays(-daysLeft)));
}
