namespace CoreSync.Application.Items;

/// <summary>Remembers, beyond the end of the process, when slow work was done last.</summary>
public interface IUpkeepTimes
{
    /// <summary>When a task was done last; at the first question ever it counts as done at <paramref name="first"/>, so that a new core does not begin with it.</summary>
    Task<DateTimeOffset> LastAsync(string task, DateTimeOffset first, CancellationToken cancellationToken);

    /// <summary>Records that it was done.</summary>
    Task SaveAsync(string task, DateTimeOffset at, CancellationToken cancellationToken);
}
