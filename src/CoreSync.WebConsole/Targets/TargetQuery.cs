using CoreSync.Application.Lists;
using CoreSync.Servers;
using CoreSync.Trust;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;

namespace CoreSync.WebConsole.Targets;

/// <summary>Filter, order and page of the list of target cores, as its address carries them; the store applies them.</summary>
internal sealed record TargetQuery(TargetFilter Filter, string Sort, int Page)
{
    public static TargetQuery Read(Exchange exchange)
    {
        var sort = exchange.Query("sort") ?? "name";
        var column = sort.TrimStart('-') is "success" or "added" ? sort.TrimStart('-') : "name";
        var filter = new TargetFilter(
            exchange.Query("q"),
            exchange.Query("enabled") switch
            {
                "on" => true,
                "off" => false,
                _ => null,
            },
            Viewer.Named<TrustState>(exchange.Query("trust")),
            Viewer.Named<ConnectionState>(exchange.Query("connection")),
            column switch
            {
                "success" => TargetSort.LastSuccess,
                "added" => TargetSort.AddedAt,
                _ => TargetSort.Fqdn,
            },
            sort.StartsWith('-'));
        return new TargetQuery(filter, column, Sheet.PageOf(exchange.Query("page")));
    }

    public PageNumber Number => new(Page, Sheet.DefaultSize);

    public Sheet SheetOf(long total) => new("targets", Page, Sheet.DefaultSize, total, Sort, Filter.Descending,
    [
        ("q", Filter.Search), ("trust", Filter.Trust is { } trust ? Viewer.Name(trust) : null), ("connection", Filter.Connection is { } connection ? Viewer.Name(connection) : null),
        ("enabled", Filter.Enabled is { } enabled ? enabled ? "on" : "off" : null),
    ]);
}
