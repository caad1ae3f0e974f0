namespace CoreSync.Jobs;

/// <summary>A token bucket: says how long to wait before so many bytes may be sent (J9). Safe for use by many streams; reservations are served in the order in which they are made.</summary>
public sealed class RateLimit
{
    // What may be saved up while nothing is sent: enough to even out late timers of a busy machine, too little to be noticed.
    private static readonly TimeSpan Credit = TimeSpan.FromMilliseconds(250);

    private readonly Lock gate = new();
    private DateTimeOffset nextFree = DateTimeOffset.MinValue;
    private long bytesPerSecond;

    /// <summary>The limit in bytes a second; 0 for none.</summary>
    public long BytesPerSecond => Volatile.Read(ref bytesPerSecond);

    /// <summary>Sets the limit; 0 takes it away.</summary>
    public void Set(long rate)
    {
        lock (gate)
        {
            if (rate == bytesPerSecond)
                return;
            bytesPerSecond = rate;
            // What is reserved was reserved at another speed: begin anew.
            nextFree = DateTimeOffset.MinValue;
        }
    }

    /// <summary>Reserves bytes and answers how long to wait before they are sent; not positive for at once.</summary>
    public TimeSpan Reserve(int bytes, DateTimeOffset now)
    {
        lock (gate)
        {
            if (bytesPerSecond == 0)
                return TimeSpan.Zero;
            var begin = nextFree < now - Credit ? now - Credit : nextFree;
            nextFree = begin + Duration(bytes);
            return begin - now;
        }
    }

    /// <summary>Takes back a reservation whose bytes were not sent.</summary>
    public void GiveBack(int bytes)
    {
        lock (gate)
        {
            if (bytesPerSecond > 0 && nextFree > DateTimeOffset.MinValue + Duration(bytes))
                nextFree -= Duration(bytes);
        }
    }

    private TimeSpan Duration(int bytes) => TimeSpan.FromTicks((long)(bytes * (double)TimeSpan.TicksPerSecond / bytesPerSecond));
}
