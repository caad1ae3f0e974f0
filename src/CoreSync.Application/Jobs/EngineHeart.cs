namespace CoreSync.Application.Jobs;

/// <summary>Beats with every step of the engine, so that a service manager and the health of the core notice one that stands still.</summary>
public sealed class EngineHeart(TimeProvider time)
{
    /// <summary>A step takes seconds at most; one that takes longer than this will not end.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private long lastBeat;
    private bool isRunning;

    /// <summary>For how long the engine of this process stands still beyond its patience; null when it moves or does not run here.</summary>
    public TimeSpan? StandsFor => Volatile.Read(ref isRunning) && time.GetElapsedTime(Volatile.Read(ref lastBeat)) is var still && still > Patience ? still : null;

    internal void Beat()
    {
        Volatile.Write(ref lastBeat, time.GetTimestamp());
        Volatile.Write(ref isRunning, true);
    }

    internal void Stop() => Volatile.Write(ref isRunning, false);
}
