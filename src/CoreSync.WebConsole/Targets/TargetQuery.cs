using CoreSync.Application.Targets;
using CoreSync.Trust;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;

namespace CoreSync.WebConsole.Targets;

/// <summary>Filter, order and page of the list of target cores, as its address carries them.</summary>
internal sealed record TargetQuery(string? Text, string? Trust, string? Enabled, string Sort, bool IsDescending, int Page)
{
    public static IReadOnlyList<string> TrustFilters { get; } = ["yes", "review", "blocked", "no"];

    public static TargetQuery Read(Exchange exchange)
    {
        var sort = exchange.Query("sort") ?? "name";
        var column = sort.TrimStart('-');
        return new TargetQuery(
            exchange.Query("q"), TrustFilters.FirstOrDefault(one => one == exchange.Query("trust")), exchange.Query("enabled") is "on" or "off" ? exchange.Query("enabled") : null,
            column is "trust" or "enabled" or "connection" or "success" ? column : "name", sort.StartsWith('-'), Sheet.PageOf(exchange.Query("page")));
    }

    public Sheet SheetOf(long total) => new("targets", Page, Sheet.DefaultSize, total, Sort, IsDescending, [("q", Text), ("trust", Trust), ("enabled", Enabled)]);

    public IEnumerable<TargetView> Apply(IEnumerable<TargetView> all)
    {
        var found = all.Where(Fits);
        var sorted = Sort switch
        {
            "trust" => found.OrderBy(view => view.IsTrusted).ThenBy(view => view.Trust.State),
            "enabled" => found.OrderByDescending(view => view.Target.IsEnabled),
            "connection" => found.OrderByDescending(view => view.Target.LastContact.State),
            "success" => found.OrderByDescending(view => view.Target.LastSuccess),
            _ => found.OrderBy(view => view.Target.Address.Fqdn.Ascii, StringComparer.Ordinal),
        };
        return IsDescending ? sorted.Reverse() : sorted;
    }

    private bool Fits(TargetView view) =>
        (Text is null || view.Target.Address.Fqdn.Display.Contains(Text, StringComparison.OrdinalIgnoreCase) || view.Target.Description.Contains(Text, StringComparison.OrdinalIgnoreCase))
        && (Enabled is null || view.Target.IsEnabled == (Enabled == "on"))
        && Trust switch
        {
            "yes" => view.IsTrusted,
            "no" => !view.IsTrusted,
            "review" => view.Trust.State == TrustState.NotReviewed,
            "blocked" => view.Trust.State is TrustState.Changed or TrustState.ValidationFailed,
            _ => true,
        };
}
