using System.Globalization;
using CoreSync.Application.Telemetry;
using Serilog.Events;

namespace CoreSync.Hosting.Logging;

/// <summary>The form of a line in the log: <c>2026-01-31T12:00:00.000Z ERR 1000 CertificateChanged [job ID] Core … presented …</c>; the job only on lines of one.</summary>
/// <remarks>One event, one line, whatever the values hold. docs/log-events.md describes the events.</remarks>
public static class LogLine
{
    /// <summary>Renders an event without a line break at the end.</summary>
    public static string Of(LogEvent entry)
    {
        var (id, name) = EventOf(entry);
        var message = new StringWriter(CultureInfo.InvariantCulture);
        if (entry.Properties.TryGetValue(JobScope.Key, out var job) && job is ScalarValue { Value: { } of })
            message.Write($"[job {of}] ");
        foreach (var token in entry.MessageTemplate.Tokens)
            Render(token, entry.Properties, message);
        if (entry.Exception is { } failure)
            message.Write(" | " + failure);
        return Printable.Line(string.Create(
            CultureInfo.InvariantCulture, $"{entry.Timestamp.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Level(entry.Level)} {id} {name} {message}"));
    }

    /// <summary>The three letters of a level.</summary>
    public static string Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "VRB",
        LogEventLevel.Debug => "DBG",
        LogEventLevel.Information => "INF",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Error => "ERR",
        _ => "FTL",
    };

    /// <summary>The id of an event; 0 when it has none.</summary>
    public static int IdOf(LogEvent entry) => EventOf(entry).Id;

    private static void Render(Serilog.Parsing.MessageTemplateToken token, IReadOnlyDictionary<string, LogEventPropertyValue> values, TextWriter output)
    {
        // Strings without the quotes that Serilog puts around them: the line is for people.
        if (token is Serilog.Parsing.PropertyToken hole && values.TryGetValue(hole.PropertyName, out var value) && value is ScalarValue { Value: string text })
            output.Write(text);
        else
            token.Render(values, output, CultureInfo.InvariantCulture);
    }

    private static (int Id, string Name) EventOf(LogEvent entry)
    {
        var id = 0;
        string? name = null;
        if (entry.Properties.TryGetValue("EventId", out var value) && value is StructureValue structure)
        {
            foreach (var property in structure.Properties)
            {
                if (property is { Name: "Id", Value: ScalarValue { Value: int number } })
                    id = number;
                else if (property is { Name: "Name", Value: ScalarValue { Value: string text } })
                    name = text;
            }
        }

        return (id, name?.Replace(' ', '_') ?? Source(entry));
    }

    private static string Source(LogEvent entry) =>
        entry.Properties.TryGetValue("SourceContext", out var value) && value is ScalarValue { Value: string context } ? context[(context.LastIndexOf('.') + 1)..] : "-";
}
