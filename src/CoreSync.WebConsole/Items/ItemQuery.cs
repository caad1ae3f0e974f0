using CoreSync.Application.Lists;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;

namespace CoreSync.WebConsole.Items;

/// <summary>Filter and page of the list of items, as its address carries them.</summary>
internal sealed record ItemQuery(string? Text, string? Component, string? Flag, string? Origin, int Page)
{
    /// <summary>What the flag is filtered by.</summary>
    public static IReadOnlyList<string> Flags { get; } = ["on", "off", "read-only", "edited"];

    /// <summary>Where items come from.</summary>
    public static IReadOnlyList<string> Origins { get; } = ["here", "elsewhere"];

    public static ItemQuery Read(Exchange exchange) => new(
        exchange.Query("q"), exchange.Query("component"), Flags.FirstOrDefault(one => one == exchange.Query("flag")), Origins.FirstOrDefault(one => one == exchange.Query("origin")),
        Sheet.PageOf(exchange.Query("page")));

    public Sheet SheetOf(long total) => new("items", Page, Sheet.DefaultSize, total, null, false, [("q", Text), ("component", Component), ("flag", Flag), ("origin", Origin)]);

    /// <summary>The page, as the store reads it.</summary>
    public PageItems PageOf() => new(
        Component, Text, Flag switch { "on" or "read-only" => true, "off" => false, _ => null }, new PageNumber(Page, Sheet.DefaultSize),
        Flag == "read-only" ? false : Origin is null ? null : Origin == "here", Flag == "edited" ? true : null);
}
