namespace CoreSync.WebConsole.Parts;

/// <summary>Where a list stands: its page, order and filters, as its address carries them.</summary>
/// <param name="Path">The page of the console.</param>
/// <param name="Page">1 for the first.</param>
/// <param name="Size">Rows on a page.</param>
/// <param name="Total">Rows in all.</param>
/// <param name="Sort">What it is sorted by; null when it has one order only.</param>
/// <param name="IsDescending">The other way round.</param>
/// <param name="Filters">The other parameters.</param>
public sealed record Sheet(string Path, int Page, int Size, long Total, string? Sort, bool IsDescending, IReadOnlyList<(string Name, string? Value)> Filters)
{
    /// <summary>Rows on a page.</summary>
    public const int DefaultSize = 50;

    /// <summary>The last page.</summary>
    public int Pages => (int)Math.Max(1, (Total + Size - 1) / Size);

    /// <summary>The number of the first row on this page; 0 in an empty list.</summary>
    public long First => Total == 0 ? 0 : ((long)(Page - 1) * Size) + 1;

    /// <summary>The number of the last row on this page.</summary>
    public long Last => Math.Min(Total, (long)Page * Size);

    /// <summary>Whether a filter is set.</summary>
    public bool IsFiltered => Filters.Any(filter => !string.IsNullOrEmpty(filter.Value));

    /// <summary>The parameters of another page of the same list.</summary>
    public (string Name, string? Value)[] At(int page) => [.. Filters, ("sort", SortText(Sort, IsDescending)), ("page", page <= 1 ? null : page.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>The parameters of the same list, sorted by a column; a second time the other way round.</summary>
    public (string Name, string? Value)[] By(string column) => [.. Filters, ("sort", SortText(column, Sort == column && !IsDescending))];

    /// <summary>A page number out of a query; 1 when it is none.</summary>
    public static int PageOf(string? text) => int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var page) && page is > 0 and < 1_000_000 ? page : 1;

    private static string? SortText(string? column, bool descending) => column is null ? null : descending ? "-" + column : column;
}
