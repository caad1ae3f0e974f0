using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoreSync.WebConsole.Shell;

/// <summary>Maps pages and acts. Each names the right that it needs; there is no way to map one without.</summary>
/// <remarks>
/// For every request: 1. headers that hold whatever is answered; 2. language and theme; 3. who is signed in, else the sign-in page; 4. the right; 5. for acts, that the request
/// comes from a page of this console; 6. the page or act, in the name of that account.
/// </remarks>
internal sealed class ConsoleMap(IEndpointRouteBuilder routes)
{
    private const long MaxFormBytes = 256 * 1024;

    /// <summary>A page; answers GET and changes nothing.</summary>
    public void Page(string path, Rights rights, Func<Exchange, Task<IResult>> show) => Map("GET", path, rights, show);

    /// <summary>An act; answers POST and leads to a page.</summary>
    public void Act(string path, Rights rights, Func<Exchange, Task<IResult>> act) => Map("POST", path, rights, act);

    private void Map(string method, string path, Rights rights, Func<Exchange, Task<IResult>> handle) =>
        routes.MapMethods(path, [method], (RequestDelegate)(context => HandleAsync(context, rights, handle)))
            .WithDisplayName($"{method} console/{path}")
            .WithMetadata(new ConsoleAccess(rights));

    private static async Task HandleAsync(HttpContext context, Rights rights, Func<Exchange, Task<IResult>> handle)
    {
        ConsoleHeaders.Set(context.Response);
        // Links are relative: the overview is the root with a slash at its end.
        if (context.GetEndpoint()?.Metadata.GetMetadata<ConsoleRoot>() is { } root && context.Request.Path.Value is { } path && path.EndsWith(root.Path, StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
            context.Response.Headers.Location = path[(path.LastIndexOf('/') + 1)..] + "/" + context.Request.QueryString;
            return;
        }

        var result = await AnswerAsync(context, rights, handle).ConfigureAwait(false);
        await result.ExecuteAsync(context).ConfigureAwait(false);
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, Rights rights, Func<Exchange, Task<IResult>> handle)
    {
        var services = context.RequestServices;
        var session = services.GetRequiredService<IConsoleSession>();
        var account = await session.FindAsync(context).ConfigureAwait(false);
        var isAct = HttpMethods.IsPost(context.Request.Method);
        var form = FormCollection.Empty;
        if (isAct)
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                size.MaxRequestBodySize = MaxFormBytes;
            if (!context.Request.HasFormContentType)
                return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
            form = (FormCollection)await context.Request.ReadFormAsync(new FormOptions { ValueCountLimit = 1024, BufferBodyLengthLimit = MaxFormBytes }, context.RequestAborted).ConfigureAwait(false);
        }

        var viewer = ViewerOf(context, services, account, account is null ? "" : session.Token(context));
        var exchange = new Exchange(context, viewer, services.GetRequiredService<NoteBoard>().Take(context.Request.Query["note"]), form);
        if (rights != Rights.None && account is null)
            return isAct ? await exchange.SayAsync("error.signed-out", StatusCodes.Status401Unauthorized).ConfigureAwait(false) : exchange.See("sign-in" + (viewer.Path.Length == 0 ? "" : "?to=" + Uri.EscapeDataString(viewer.Path)));
        if (isAct && !session.IsGenuine(context, exchange.Secret("token")))
            return await exchange.SayAsync("error.not-genuine", StatusCodes.Status400BadRequest).ConfigureAwait(false);
        if (rights != Rights.None && !account!.May(rights))
            return await exchange.FailAsync(new RightsMissingError(account.Name, rights.ToString(), "console")).ConfigureAwait(false);
        try
        {
            return await handle(exchange).ConfigureAwait(false);
        }
        catch (CoreSyncException failure)
        {
            return await exchange.FailAsync(failure.Error).ConfigureAwait(false);
        }
    }

    private static Viewer ViewerOf(HttpContext context, IServiceProvider services, Account? account, string token)
    {
        var request = context.Request;
        var preferences = Preferences.Read(request, services.GetRequiredService<IOptions<CoreSyncConsoleOptions>>().Value);
        var time = services.GetRequiredService<TimeProvider>();
        var root = context.GetEndpoint()?.Metadata.GetMetadata<ConsoleRoot>()?.Path ?? "";
        var path = request.Path.Value!.Length > root.Length ? request.Path.Value[root.Length..].TrimStart('/') : "";
        var query = string.Join('&', request.Query.Where(one => one.Key != "note").SelectMany(one => one.Value.Select(value => $"{Uri.EscapeDataString(one.Key)}={Uri.EscapeDataString(value ?? "")}")));
        return new Viewer
        {
            Culture = preferences.Culture,
            Theme = preferences.Theme,
            Path = path + (query.Length == 0 ? "" : "?" + query),
            Root = string.Concat(Enumerable.Repeat("../", path.Count(c => c == '/'))),
            Now = time.GetUtcNow(),
            Zone = time.LocalTimeZone,
            Account = account,
            Token = token,
        };
    }
}

/// <summary>Where the console is mounted.</summary>
internal sealed record ConsoleRoot(string Path);

/// <summary>The right that an endpoint of the console needs; <see cref="Rights.None"/> answers without sign-in.</summary>
internal sealed record ConsoleAccess(Rights Rights);
