using Microsoft.AspNetCore.Http.HttpResults;

namespace PackageDesk;

/// <summary>The desk's own API: lists, edits and runs.</summary>
internal static class DeskApi
{
    private const string Page =
        """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>PackageDesk</title><style>body{font:16px system-ui;margin:2rem}td,th{padding:.2rem 1rem .2rem 0;text-align:left}</style>
        <h1>PackageDesk</h1><table><thead><tr><th>Kind<th>Name<th>May be edited here</thead><tbody></tbody></table>
        <script>for (const kind of ["queries", "packages", "tasks"]) fetch("/" + kind).then(a => a.json()).then(list => { for (const item of list) {
          const row = document.querySelector("tbody").insertRow(); for (const text of [kind, item.name, item.readOnly ? "no, it comes from another desk" : "yes"]) row.insertCell().textContent = text; } })</script>
        """;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", () => TypedResults.Text(Page, "text/html"));
        MapItems<Query>(app, "queries");
        MapItems<Package>(app, "packages");
        MapItems<DeskTask>(app, "tasks");
        app.MapPost("/devices", (Device device, Desk desk) => desk.Add(device));
        app.MapGet("/packages/{id:guid}/files", (Guid id, Desk desk) => desk.FilesOf(id));
        app.MapPut("/packages/{id:guid}/files/{**path}", async Task<IResult> (Guid id, string path, HttpRequest request, Desk desk, DeskEditor editor) =>
            desk.Find<Package>(id) is { } package ? Answer(await editor.AddFileAsync(package, path, request.Body)) : TypedResults.NotFound());
        app.MapGet("/tasks/{id:guid}/run", (Guid id, Desk desk) => Run(id, desk));
    }

    private static void MapItems<T>(IEndpointRouteBuilder app, string path)
        where T : DeskItem
    {
        app.MapGet("/" + path, (Desk desk, DeskEditor editor) => editor.ListAsync<T>());
        app.MapGet("/" + path + "/{id:guid}", IResult (Guid id, Desk desk) => desk.Find<T>(id) is { } item ? TypedResults.Ok(item) : TypedResults.NotFound());
        app.MapPut("/" + path, async (T item, bool? autoSync, DeskEditor editor) => Answer(await editor.SaveAsync(item, autoSync)));
        app.MapDelete("/" + path + "/{id:guid}", async (Guid id, DeskEditor editor) => Answer(await editor.DeleteAsync<T>(id)));
    }

    // What a task would do on this site: the devices that its query finds, and the files that its package brings.
    private static Results<Ok<TaskRun>, NotFound> Run(Guid id, Desk desk)
    {
        if (desk.Find<DeskTask>(id) is not { } task || desk.Find<Query>(task.Query) is not { } query || desk.Find<Package>(task.Package) is not { } package)
            return TypedResults.NotFound();
        return TypedResults.Ok(new TaskRun(task.Name, package.Command, [.. desk.Devices(query).Select(device => device.Name)], desk.FilesOf(package.Id)));
    }

    private static IResult Answer(string? refusal) => refusal is null ? TypedResults.NoContent() : TypedResults.Problem(refusal, statusCode: StatusCodes.Status409Conflict);
}

/// <summary>What a task does.</summary>
internal sealed record TaskRun(string Task, string Command, IReadOnlyList<string> Devices, IReadOnlyList<PackageFile> Files);

/// <summary>An item in a list.</summary>
internal sealed record ListedItem(Guid Id, string Name, bool ReadOnly);
