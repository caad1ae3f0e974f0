using System.Globalization;
using CoreSync.Application.Logs;
using CoreSync.WebConsole.Shell;

namespace CoreSync.WebConsole.Logs;

/// <summary>The filter of the log, as its address carries it.</summary>
public sealed record LogQuery(string? Level, string? Target, string? Event, string? Job, string? Text, DateTimeOffset? Before)
{
    /// <summary>Levels that people filter by.</summary>
    public static IReadOnlyList<string> Levels { get; } = ["INF", "WRN", "ERR"];

    /// <summary>Whether anything is filtered.</summary>
    public bool IsFiltered => (Level, Target, Event, Job, Text) != (null, null, null, null, null);

    internal static LogQuery Read(Exchange exchange) => new(
        Levels.FirstOrDefault(one => one == exchange.Query("level")), exchange.Query("target"), exchange.Query("event"), exchange.Query("job"), exchange.Query("text"),
        DateTimeOffset.TryParse(exchange.Query("before"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var before) ? before : null);

    /// <summary>The parameters of the same filter at another place of the log.</summary>
    public (string Name, string? Value)[] At(DateTimeOffset? before) =>
        [("level", Level), ("target", Target), ("event", Event), ("job", Job), ("text", Text), ("before", before?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))];

    /// <summary>What is read of the log.</summary>
    internal LogFilter FilterOf(int lines) => new(lines, Level, Event, Job, Text, Before);

    /// <summary>Whether a line names the core that is filtered by, as a whole: core1.example.net is not in core1.example.net.evil.example.</summary>
    internal bool Takes(LogEntry line)
    {
        if (Target is null)
            return true;
        for (var at = line.Message.IndexOf(Target, StringComparison.OrdinalIgnoreCase); at >= 0; at = line.Message.IndexOf(Target, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !IsPart(line.Message[at - 1])) && IsEnd(line.Message, at + Target.Length))
                return true;
        }

        return false;
    }

    // A full stop after the name ends a sentence, unless more of a name follows.
    private static bool IsEnd(string text, int at) => at == text.Length || !IsPart(text[at]) || (text[at] == '.' && (at + 1 == text.Length || !char.IsLetterOrDigit(text[at + 1])));

    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || c is '.' or '-' or '_';
}
