using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CoreSync.Console.Output;

/// <summary>Chooses lines of the log (the form of <c>LogLine</c>) by level, target, code and job.</summary>
/// <param name="Level">The least level, as the three letters of the log or its English name; null for all.</param>
/// <param name="Target">Lines that name this core; null for all.</param>
/// <param name="Code">Number or name of an event, or an error code that the line holds; null for all.</param>
/// <param name="Job">Lines of this job, or of jobs whose id begins so; null for all.</param>
internal sealed partial record LogFilter(string? Level, string? Target, string? Code, string? Job)
{
    /// <summary>Names of levels, least first.</summary>
    public static IReadOnlyList<string> Levels { get; } = ["debug", "information", "warning", "error", "fatal"];

    private static readonly string[] Letters = ["DBG", "INF", "WRN", "ERR", "FTL"];

    /// <summary>Whether a line is chosen.</summary>
    public bool Takes(string line)
    {
        if (Level is null && Target is null && Code is null && Job is null)
            return true;
        var parts = LogEntry.Parse(line);
        if (parts is null)
            return false;
        if (Level is not null && Array.IndexOf(Letters, parts.Level) < Levels.ToList().IndexOf(Level))
            return false;
        if (Target is not null && !Holds(parts.Message, Target))
            return false;
        if (Code is not null && Code != parts.EventId.ToString(CultureInfo.InvariantCulture) && !string.Equals(Code, parts.Event, StringComparison.OrdinalIgnoreCase) && !Holds(parts.Message, Code))
            return false;
        return Job is null || parts.Job?.StartsWith(Job, StringComparison.OrdinalIgnoreCase) == true;
    }

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

/// <summary>A line of the log, taken apart.</summary>
internal sealed partial record LogEntry(string Time, string Level, int EventId, string Event, string? Job, string Message)
{
    /// <summary>The parts; null when it is no line of the log.</summary>
    public static LogEntry? Parse(string line) => Form().Match(line) is { Success: true } match
        ? new LogEntry(
            match.Groups["time"].Value, match.Groups["level"].Value, int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture), match.Groups["event"].Value,
            match.Groups["job"] is { Success: true } job ? job.Value : null, match.Groups["message"].Value)
        : null;

    public JsonObject ToJson() => new()
    {
        ["time"] = Time,
        ["level"] = Level,
        ["eventId"] = EventId,
        ["event"] = Event,
        ["job"] = Job,
        ["message"] = Message,
    };

    [GeneratedRegex(@"^(?<time>\S+) (?<level>[A-Z]{3}) (?<id>\d{1,9}) (?<event>\S+) (\[job (?<job>[0-9a-f-]{36})\] )?(?<message>.*)$")]
    private static partial Regex Form();
}
