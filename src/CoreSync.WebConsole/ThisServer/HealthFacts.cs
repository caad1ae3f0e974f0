using System.Globalization;
using CoreSync.Application.Health;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;

namespace CoreSync.WebConsole.ThisServer;

/// <summary>Facts and findings of a report of health as people read them.</summary>
internal static class HealthFacts
{
    /// <summary>The facts that have a name on the page, in their order; paths of the machine are for who administers it.</summary>
    public static IEnumerable<(string Label, string Value)> Of(Viewer view, HealthReport report) =>
        from fact in report.Facts
        where Texts.Has("fact." + fact.Name) && (fact.Name is not ("data-directory" or "log-file") || view.May(CoreSync.Accounts.Rights.ConsoleAdministrator))
        select (view.T("fact." + fact.Name), Value(view, fact));

    public static Mark Severity(Viewer view, HealthSeverity severity) => severity switch
    {
        HealthSeverity.Failure => new Mark(Tone.Bad, "stop", view.Label(severity)),
        HealthSeverity.Warning => new Mark(Tone.Warn, "warn", view.Label(severity)),
        _ => new Mark(Tone.Plain, "dot", view.Label(severity)),
    };

    private static string Value(Viewer view, HealthFact fact) => fact.Name switch
    {
        "store-size" or "free-space" when long.TryParse(fact.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) => view.Bytes(bytes),
        "inbox-items" when long.TryParse(fact.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) => view.Number(count),
        _ => fact.Value,
    };
}
