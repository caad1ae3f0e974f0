using CoreSync.Application;
using CoreSync.Errors;
using FluentResults;
using MediatR;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.WebConsole.Shell;

/// <summary>One request to the console: what was asked, who asks, and the ways to answer.</summary>
internal sealed class Exchange(HttpContext context, Viewer viewer, Note? note, IFormCollection form)
{
    private static readonly Dictionary<string, object?> Nothing = [];

    public HttpContext Context => context;

    public Viewer View => viewer;

    public Note? Note => note;

    public CancellationToken Gone => context.RequestAborted;

    public T Service<T>()
        where T : notnull =>
        context.RequestServices.GetRequiredService<T>();

    public string Route(string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>A parameter of the query, trimmed; null when absent or empty.</summary>
    public string? Query(string name) => context.Request.Query[name].ToString().Trim() is { Length: > 0 } value ? value : null;

    /// <summary>A field of the form, trimmed; empty when absent.</summary>
    public string Field(string name) => form[name].ToString().Trim();

    /// <summary>A field of the form as it was typed: passwords may begin or end with a space.</summary>
    public string Secret(string name) => form[name].ToString();

    public IReadOnlyList<string> Fields(string name) => [.. form[name].OfType<string>()];

    public bool IsTicked(string name) => form[name].Count > 0;

    public Task<Result<T>> AskAsync<T>(IRequest<Result<T>> request) => Service<IMediator>().Send(request, Gone);

    public Task<Result> AskAsync(IRequest<Result> request) => Service<IMediator>().Send(request, Gone);

    /// <summary>A page.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="section">Where it stands in the tree.</param>
    /// <param name="parameters">What its component shows.</param>
    /// <param name="crumbs">What lies between the section and the page.</param>
    /// <param name="status">The status code.</param>
    public async Task<IResult> PageAsync<TPage>(
        string title, Section section, Dictionary<string, object?>? parameters = null, IReadOnlyList<Crumb>? crumbs = null, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        var notices = viewer.Account is null ? [] : await Service<Notices>().ForAsync(viewer, Gone).ConfigureAwait(false);
        return new PageResult(new Dictionary<string, object?>
        {
            [nameof(ConsoleDocument.Viewer)] = viewer,
            [nameof(ConsoleDocument.Title)] = title,
            [nameof(ConsoleDocument.Section)] = section,
            [nameof(ConsoleDocument.Crumbs)] = crumbs ?? [],
            [nameof(ConsoleDocument.Notices)] = notices,
            [nameof(ConsoleDocument.Note)] = note,
            [nameof(ConsoleDocument.Body)] = typeof(TPage),
            [nameof(ConsoleDocument.Parameters)] = parameters ?? Nothing,
        }, status);
    }

    /// <summary>After an act: leads to a page, which tells what was done.</summary>
    public IResult See(string path, Note? done = null)
    {
        var query = done is null ? "" : (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "note=" + Service<NoteBoard>().Pin(done);
        context.Response.Headers.Location = viewer.Url(path) + query;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>After an act whose answer is only whether it worked.</summary>
    public IResult See(string path, ResultBase result, string key, params object?[] values) => See(path, result.IsSuccess ? Note.Done(key, values) : Note.Refused(result.FirstError()));

    /// <summary>Where the form says that the person came from, when that lies within the console; else <paramref name="path"/>.</summary>
    public string Back(string path) => Inside(Field("back")) is { Length: > 0 } back ? back : path;

    /// <summary>A path below the console as a form or a query gave it; empty when it begins elsewhere, climbs or names a host.</summary>
    public static string Inside(string? path) =>
        path is null or { Length: 0 or > 1000 } || path[0] is '/' or '?' || path.Contains("..", StringComparison.Ordinal) || path.Contains('\\', StringComparison.Ordinal)
            || path.Split('?')[0].Contains(':', StringComparison.Ordinal) || path.Any(char.IsControl) ? "" : path;

    /// <summary>A page that says what went wrong and what to do.</summary>
    public Task<IResult> FailAsync(CoreSyncError error) =>
        PageAsync<ErrorPage>(viewer.T("error.title"), Section.None, new() { [nameof(ErrorPage.Error)] = error }, status: StatusOf(error));

    /// <summary>A page for something that no error of the catalogue describes.</summary>
    public Task<IResult> SayAsync(string key, int status) =>
        PageAsync<ErrorPage>(viewer.T(key), Section.None, new() { [nameof(ErrorPage.Key)] = key }, status: status);

    /// <summary>The status code of an error.</summary>
    public static int StatusOf(CoreSyncError error) => error.Kind switch
    {
        ErrorKind.Invalid => StatusCodes.Status400BadRequest,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorKind.Corrupt => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status409Conflict,
    };
}
