namespace CoreSync.Application;

/// <summary>Randomness that decides something: identities and jitter. A port, so that a whole pair of cores runs deterministically in one process.</summary>
public interface IRandomSource
{
    /// <summary>A new unique identifier.</summary>
    Guid NewGuid();

    /// <summary>A number from 0 (inclusive) to 1 (exclusive).</summary>
    double NextDouble();
}
