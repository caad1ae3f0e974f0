namespace CoreSync.Trust;

/// <summary>When people are told that a certificate ends (T11). Pure.</summary>
public static class CertificateExpiry
{
    /// <summary>Days left at which a warning is due, largest first.</summary>
    public static IReadOnlyList<int> Thresholds { get; } = [30, 14, 7, 1];

    /// <summary>Whole days until the end of validity; negative after it.</summary>
    public static int DaysLeft(DateTimeOffset notAfter, DateTimeOffset now) => (int)Math.Floor((notAfter - now).TotalDays);

    /// <summary>The smallest threshold that the time left has passed; 0 when the validity has ended, null while more than 30 days are left.</summary>
    public static int? Passed(DateTimeOffset notAfter, DateTimeOffset now)
    {
        if (now > notAfter)
            return 0;
        var left = notAfter - now;
        return Thresholds.Where(days => left <= TimeSpan.FromDays(days)).Select(days => (int?)days).LastOrDefault();
    }
}
