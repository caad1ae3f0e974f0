using System.Collections;

namespace CoreSync.Application.Telemetry;

/// <summary>The scope of a job's log lines: each carries the job's id, so that the lines of one job can be found among all (O1).</summary>
public sealed class JobScope(Guid job) : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>The name of the value in the scope.</summary>
    public const string Key = "CoreSyncJob";

    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => index == 0 ? new(Key, job) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"{Key}:{job}";
}
