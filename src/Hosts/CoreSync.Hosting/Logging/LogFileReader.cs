using System.Globalization;
using CoreSync.Application;
using CoreSync.Application.Logs;
using Microsoft.Extensions.Options;

namespace CoreSync.Hosting.Logging;

/// <summary>Reads the present log file from its end: the last few megabytes, never a file whole.</summary>
public sealed class LogFileReader(IOptions<CoreSyncOptions> options) : ILogReader
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<LogEntry>> ReadAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        var lines = new LogTail(Path.Combine(options.Value.DataDirectory, "log", LogFileName.Present)).Last(int.MaxValue);
        return Task.FromResult<IReadOnlyList<LogEntry>>([.. lines.Select(Parse).Where(filter.Takes).TakeLast(filter.Lines)]);
    }

    /// <summary>Reads a line as <see cref="LogLine"/> writes it: time, level, event id, event name, message.</summary>
    public static LogEntry Parse(string line)
    {
        var parts = line.Split(' ', 5);
        return parts.Length == 5 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? new LogEntry(time, parts[1], id, parts[3], parts[4])
            : new LogEntry(null, "", 0, "", line);
    }
}
