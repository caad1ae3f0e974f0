namespace CoreSync.Jobs;

/// <summary>How often and how fast something unavailable is tried again (J7).</summary>
/// <param name="Retries">Quick retries after the first attempt.</param>
/// <param name="FirstDelay">Before the first retry; each further one waits twice as long.</param>
/// <param name="LongestDelay">No quick retry waits longer.</param>
/// <param name="ProbeEvery">Between two attempts once it is quarantined.</param>
public sealed record RetryPolicy(int Retries, TimeSpan FirstDelay, TimeSpan LongestDelay, TimeSpan ProbeEvery)
{
    /// <summary>The first attempt and its retries.</summary>
    public int MaxAttempts => Retries + 1;

    /// <summary>The wait after a failed attempt, spread by a quarter to both sides so that many targets do not come back at the same moment.</summary>
    /// <param name="failed">Attempts that failed so far, at least 1.</param>
    /// <param name="jitter">From 0 up to 1.</param>
    public TimeSpan Delay(int failed, double jitter)
    {
        var doubled = FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failed - 1, 30));
        return Spread(TimeSpan.FromMilliseconds(Math.Min(doubled, LongestDelay.TotalMilliseconds)), jitter);
    }

    /// <summary>The wait before the next probe.</summary>
    /// <param name="jitter">From 0 up to 1.</param>
    public TimeSpan Probe(double jitter) => Spread(ProbeEvery, jitter);

    private static TimeSpan Spread(TimeSpan delay, double jitter) => delay * (0.75 + (jitter / 2));
}

/// <summary>How the attempts to bring a target, or an item, across have gone (J7).</summary>
/// <param name="Failed">Attempts that failed since the last that worked.</param>
/// <param name="NextAt">When the next is made on its own; null when it is not waited for.</param>
/// <param name="QuarantinedSince">Since when it is tried at the slow cadence only; null when it is not quarantined.</param>
/// <param name="ErrorCode">The code of the last failure; null when none.</param>
/// <param name="ErrorMessage">Its English text; null when none.</param>
public sealed record RetryState(int Failed, DateTimeOffset? NextAt, DateTimeOffset? QuarantinedSince, string? ErrorCode, string? ErrorMessage)
{
    /// <summary>Nothing failed.</summary>
    public static RetryState None { get; } = new(0, null, null, null, null);

    /// <summary>Tried at the slow cadence only.</summary>
    public bool IsQuarantined => QuarantinedSince is not null;

    /// <summary>Whether the next attempt is due.</summary>
    public bool IsDue(DateTimeOffset now) => NextAt is null || now >= NextAt;

    /// <summary>
    /// Counts a failed attempt. What passes by itself is retried quickly until the retries are used up; everything else, and what is quarantined already, waits for the
    /// next probe.
    /// </summary>
    public RetryState Fail(bool passesByItself, string code, string message, RetryPolicy policy, DateTimeOffset now, double jitter)
    {
        var failed = Failed + 1;
        if (passesByItself && !IsQuarantined && failed < policy.MaxAttempts)
            return new RetryState(failed, now + policy.Delay(failed, jitter), null, code, message);
        return new RetryState(failed, now + policy.Probe(jitter), QuarantinedSince ?? now, code, message);
    }

    /// <summary>A person wants it tried at once. How it stands changes by the result alone.</summary>
    public RetryState Release(DateTimeOffset now) => Failed == 0 ? this : this with { NextAt = now };
}
