using System.Globalization;
using System.Text.RegularExpressions;
using CoreSync.Application;
using CoreSync.Application.Logs;
using Microsoft.Extensions.Options;

namespace CoreSync.Hosting.Logging;

/// <summary>Reads the present log file from its end: the last few megabytes, never a file whole.</summary>
public sealed partial class LogFileReader(IOptions<CoreSyncOptions> options) : ILogReader
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<LogEntry>> ReadAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        var lines = new LogTail(Path.Combine(options.Value.DataDirectory, "log", LogFileName.Present)).Last(int.MaxValue, static _ => true);
        return Task.FromResult<IReadOnlyList<LogEntry>>([.. lines.Select(Parse).Where(filter.Takes).TakeLast(filter.Lines)]);
    }

    // The form of LogLine: time, level, event id, event name, the job if there is one, message.
    private static LogEntry Parse(string line) => Form().Match(line) is { Success: true } match
        && DateTimeOffset.TryParse(match.Groups["time"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        ? new LogEntry(
            time, match.Groups["level"].Value, int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture), match.Groups["event"].Value,
            match.Groups["job"] is { Success: true } job ? job.Value : null, match.Groups["message"].Value)
        : new LogEntry(null, "", 0, "", null, line);

    [GeneratedRegex(@"^(?<time>\S+) (?<level>[A-Z]{3}) (?<id>\d{1,9}) (?<event>\S+) (\[job (?<job>[0-9a-f-]{36})\] )?(?<message>.*)$")]
    private static partial Regex Form();
}
