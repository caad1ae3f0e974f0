namespace CoreSync.Application.Lists;

/// <summary>One page of a long list.</summary>
/// <param name="Items">What is on it, in the order of the list; empty behind the end.</param>
/// <param name="Total">How much the whole list holds.</param>
/// <param name="Number">Which page, from 1.</param>
/// <param name="Size">Most entries per page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long Total, int Number, int Size);

/// <summary>Which page.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Size">Most entries, from 1 to <see cref="MaxSize"/>.</param>
public sealed record PageNumber(int Number = 1, int Size = 50)
{
    /// <summary>The most entries of a page: what a person or a program reads in one go.</summary>
    /// <value>500.</value>
    public const int MaxSize = 500;

    /// <summary>Entries before the page.</summary>
    public long Skip => (long)(Number - 1) * Size;
}
