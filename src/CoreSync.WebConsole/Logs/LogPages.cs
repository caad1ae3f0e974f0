using System.Globalization;
using System.Text;
using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Logs;
using CoreSync.WebConsole.Shell;
using FluentResults;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Logs;

/// <summary>The log of this core: filtered, followed, downloaded. What others wrote stays text.</summary>
internal static class LogPages
{
    private const int Shown = 200;
    private const int Downloaded = 20_000;

    public static void Map(ConsoleMap map)
    {
        map.Page("log", Rights.View, ShowAsync);
        map.Page("log/download", Rights.View, DownloadAsync);
    }

    private static async Task<IResult> ShowAsync(Exchange exchange)
    {
        var query = LogQuery.Read(exchange);
        var read = await ReadAsync(exchange, query, Shown).ConfigureAwait(false);
        return read.IsFailed
            ? await exchange.FailAsync(read.FirstError()).ConfigureAwait(false)
            : await exchange.PageAsync<LogPage>(exchange.View.T("section.Log"), Section.Log, new() { [nameof(LogPage.Lines)] = read.Value, [nameof(LogPage.Query)] = query, [nameof(LogPage.Most)] = Shown }).ConfigureAwait(false);
    }

    private static async Task<IResult> DownloadAsync(Exchange exchange)
    {
        var read = await ReadAsync(exchange, LogQuery.Read(exchange), Downloaded).ConfigureAwait(false);
        if (read.IsFailed)
            return await exchange.FailAsync(read.FirstError()).ConfigureAwait(false);
        var text = new StringBuilder();
        foreach (var line in read.Value)
            text.Append(Line(line)).Append('\n');
        return Results.File(Encoding.UTF8.GetBytes(text.ToString()), "text/plain; charset=utf-8", "CoreSyncService.exe.log");
    }

    private static async Task<Result<IReadOnlyList<LogEntry>>> ReadAsync(Exchange exchange, LogQuery query, int most)
    {
        var read = await exchange.AskAsync(new ReadLog(query.FilterOf(query.Target is null ? most : Downloaded))).ConfigureAwait(false);
        return read.Map(lines => (IReadOnlyList<LogEntry>)[.. lines.Where(query.Takes).TakeLast(most)]);
    }

    // As it stands in the file.
    private static string Line(LogEntry line) => line.Time is { } at
        ? string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {line.Level} {line.EventId} {line.Event} {(line.Job is null ? "" : $"[job {line.Job}] ")}{line.Message}")
        : line.Message;
}
