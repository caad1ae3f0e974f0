using System.Globalization;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Logs;

/// <summary>Reads the end of the log of this core, oldest first.</summary>
/// <param name="Filter">Which events.</param>
public sealed record ReadLog(LogFilter Filter) : IRequest<Result<IReadOnlyList<LogEntry>>>;

/// <summary>Which events of the log.</summary>
/// <param name="Lines">Most events: the newest.</param>
/// <param name="Level">Only of this level or graver, one of <see cref="Levels"/>; null for all.</param>
/// <param name="Event">Only of this name, with this id, or with this error code in its text; null for all.</param>
/// <param name="Job">Only of this job, or of jobs whose id begins so; null for all.</param>
/// <param name="Text">Only with this text, whatever the case; null for all.</param>
/// <param name="Before">Only before this moment; null up to now. For the page before.</param>
/// <param name="Target">Only those that name this core; null for all.</param>
public sealed record LogFilter(
    int Lines = 200, string? Level = null, string? Event = null, string? Job = null, string? Text = null, DateTimeOffset? Before = null, string? Target = null)
{
    /// <summary>The levels as in the log, least first.</summary>
    public static IReadOnlyList<string> Levels { get; } = ["DBG", "INF", "WRN", "ERR", "FTL"];

    /// <summary>Whether an event is wanted. A line that is no event, such as one of a stack trace, is wanted only where nothing is asked of events.</summary>
    public bool Takes(LogEntry entry)
    {
        if (Text is not null && !entry.Message.Contains(Text, StringComparison.OrdinalIgnoreCase))
            return false;
        if (entry.Time is null)
            return Level is null && Event is null && Job is null && Target is null;
        return (Level is null || Grade(entry.Level) >= Grade(Level))
            && (Event is null || IsOf(entry, Event))
            && (Job is null || entry.Job?.StartsWith(Job, StringComparison.OrdinalIgnoreCase) == true)
            && (Target is null || Holds(entry.Message, Target))
            && (Before is null || entry.Time < Before);
    }

    private static int Grade(string level) => Levels.ToList().IndexOf(level);

    private static bool IsOf(LogEntry entry, string code) =>
        code == entry.EventId.ToString(CultureInfo.InvariantCulture) || string.Equals(code, entry.Event, StringComparison.OrdinalIgnoreCase) || Holds(entry.Message, code);

    // As a whole: core1.example.net is not in core1.example.net.evil.example, nor in xcore1.example.net.
    private static bool Holds(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var before = at == 0 || !IsPart(text[at - 1]);
            var after = at + word.Length;
            if (before && (after == text.Length || !IsPart(text[after]) || (text[after] == '.' && (after + 1 == text.Length || !char.IsLetterOrDigit(text[after + 1])))))
                return true;
        }

        return false;
    }

    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || c is '.' or '-' or '_';
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
