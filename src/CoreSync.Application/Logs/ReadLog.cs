using FluentResults;
using MediatR;

namespace CoreSync.Application.Logs;

/// <summary>Reads the end of the log of this core, oldest first.</summary>
/// <param name="Filter">Which events.</param>
public sealed record ReadLog(LogFilter Filter) : IRequest<Result<IReadOnlyList<LogEntry>>>;

/// <summary>Which events of the log.</summary>
/// <param name="Lines">Most events: the newest.</param>
/// <param name="Level">Only of this level or graver, as in the file: <c>DBG</c>, <c>INF</c>, <c>WRN</c>, <c>ERR</c>, <c>FTL</c>; null for all.</param>
/// <param name="Event">Only of this name, or with this id; null for all.</param>
/// <param name="Job">Only of this job; null for all.</param>
/// <param name="Text">Only with this text, whatever the case; null for all.</param>
/// <param name="Before">Only before this moment; null up to now. For the page before.</param>
public sealed record LogFilter(int Lines = 200, string? Level = null, string? Event = null, string? Job = null, string? Text = null, DateTimeOffset? Before = null)
{
    private static readonly string[] Levels = ["DBG", "INF", "WRN", "ERR", "FTL"];

    /// <summary>Whether an event is wanted.</summary>
    public bool Takes(LogEntry entry) =>
        (Level is null || Array.IndexOf(Levels, entry.Level) >= Array.IndexOf(Levels, Level))
        && (Event is null || entry.Event == Event || entry.EventId.ToString(System.Globalization.CultureInfo.InvariantCulture) == Event)
        && (Job is null || entry.Job == Job)
        && (Text is null || entry.Message.Contains(Text, StringComparison.OrdinalIgnoreCase))
        && (Before is null || entry.Time is null || entry.Time < Before);
}

/// <summary>One event of the log.</summary>
/// <param name="Time">When; null for a line that is no event.</param>
/// <param name="Level">Three letters; empty for a line that is no event.</param>
/// <param name="EventId">As in docs/log-events.md; 0 for none.</param>
/// <param name="Event">Its name; empty for none.</param>
/// <param name="Job">The job that it is about; null for none.</param>
/// <param name="Message">The text, with control characters escaped.</param>
public sealed record LogEntry(DateTimeOffset? Time, string Level, int EventId, string Event, string? Job, string Message);

/// <summary>Reads the log where the host keeps it. A host with a log of its own has none to read here.</summary>
public interface ILogReader
{
    /// <summary>The newest events that the filter takes, oldest first.</summary>
    Task<IReadOnlyList<LogEntry>> ReadAsync(LogFilter filter, CancellationToken cancellationToken);
}

internal sealed class ReadLogHandler(IEnumerable<ILogReader> readers) : IRequestHandler<ReadLog, Result<IReadOnlyList<LogEntry>>>
{
    public async Task<Result<IReadOnlyList<LogEntry>>> Handle(ReadLog request, CancellationToken cancellationToken) =>
        readers.LastOrDefault() is { } reader ? Result.Ok(await reader.ReadAsync(request.Filter, cancellationToken).ConfigureAwait(false)) : Result.Ok<IReadOnlyList<LogEntry>>([]);
}
