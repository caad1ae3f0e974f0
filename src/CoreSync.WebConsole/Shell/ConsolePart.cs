using CoreSync.Accounts;
using Microsoft.AspNetCore.Components;

namespace CoreSync.WebConsole.Shell;

/// <summary>A part of a page: knows who looks at it.</summary>
public abstract class ConsolePart : ComponentBase
{
    /// <summary>Who looks at the page, and how.</summary>
    [CascadingParameter]
    public Viewer View { get; set; } = null!;

    /// <summary>The text of a key.</summary>
    protected string T(string key, params object?[] values) => View.T(key, values);

    /// <summary>The text of a key for a number of things.</summary>
    protected string N(string key, long count, params object?[] more) => View.N(key, count, more);

    /// <summary>A link to a page of the console.</summary>
    protected string Url(string path, params (string Name, string? Value)[] query) => View.Url(path, query);

    /// <summary>Whether the account may do what needs a right.</summary>
    protected bool May(Rights rights) => View.May(rights);
}
