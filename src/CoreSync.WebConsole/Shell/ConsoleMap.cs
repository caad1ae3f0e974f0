using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.SignIn;
using CoreSync.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoreSync.WebConsole.Shell;

/// <summary>Maps pages and acts behind the door of the admin API, which decides who comes in (A01). Each names the right that it needs; there is no way to map one without.</summary>
internal sealed class ConsoleMap(AdminRoutes routes, ConsoleRoot root)
{
    private const long MaxFormBytes = 256 * 1024;

    /// <summary>A page; answers GET and changes nothing.</summary>
    public void Page(string path, Rights rights, Func<Exchange, Task<IResult>> show) => Map(HttpMethods.Get, path, AdminAccess.Account(rights), show);

    /// <summary>A page for everybody, signed in or not.</summary>
    public void OpenPage(string path, Func<Exchange, Task<IResult>> show) => Map(HttpMethods.Get, path, AdminAccess.Anonymous(), show);

    /// <summary>What a page asks for by itself: keeps no session alive.</summary>
    public void Stream(string path, Rights rights, Func<Exchange, Task<IResult>> show) => Map(HttpMethods.Get, path, AdminAccess.Account(rights, isActivity: false), show);

    /// <summary>An act; answers POST and leads to a page.</summary>
    public void Act(string path, Rights rights, Func<Exchange, Task<IResult>> act) => Map(HttpMethods.Post, path, AdminAccess.Account(rights, MaxFormBytes), act);

    /// <summary>An act for everybody, signed in or not.</summary>
    public void OpenAct(string path, Func<Exchange, Task<IResult>> act) => Map(HttpMethods.Post, path, AdminAccess.Anonymous(MaxFormBytes), act);

    /// <summary>A file that pages are made of; for everybody, and kept by browsers.</summary>
    public void File(string path, Func<HttpContext, IResult> serve) => routes.Map(HttpMethods.Get, path, AdminAccess.Anonymous(), (RequestDelegate)(context =>
    {
        ConsoleHeaders.Set(context.Response);
        return serve(context).ExecuteAsync(context);
    }));

    private void Map(string method, string path, AdminAccess access, Func<Exchange, Task<IResult>> handle) =>
        routes.Map(method, path, access, (RequestDelegate)(context => HandleAsync(context, handle)))
            .WithMetadata(new AdminRefusal((context, error) => HandleAsync(context, exchange => RefuseAsync(exchange, error))));

    private async Task HandleAsync(HttpContext context, Func<Exchange, Task<IResult>> handle)
    {
        ConsoleHeaders.Set(context.Response);
        // Links are relative: the overview is the root with a slash at its end.
        if (context.Request.Path.Value is { } path && path.EndsWith(root.Path, StringComparison.OrdinalIgnoreCase) && HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
            context.Response.Headers.Location = path[(path.LastIndexOf('/') + 1)..] + "/" + context.Request.QueryString;
            return;
        }

        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false) : FormCollection.Empty;
        var note = context.RequestServices.GetRequiredService<NoteBoard>().Take(context.Request.Query["note"]);
        var exchange = new Exchange(context, ViewerOf(context), note, form);
        IResult result;
        try
        {
            result = await handle(exchange).ConfigureAwait(false);
        }
        catch (CoreSyncException failure)
        {
            result = await exchange.FailAsync(failure.Error).ConfigureAwait(false);
        }

        await result.ExecuteAsync(context).ConfigureAwait(false);
    }

    // Who is not signed in is led there, and back to the page afterwards; an act that was not done is said so, since the form is gone.
    private static Task<IResult> RefuseAsync(Exchange exchange, CoreSyncError error) => error switch
    {
        TokenInvalidError when HttpMethods.IsGet(exchange.Context.Request.Method) =>
            Task.FromResult(exchange.See("sign-in" + (exchange.View.Path.Length == 0 ? "" : "?to=" + Uri.EscapeDataString(exchange.View.Path)))),
        TokenInvalidError => exchange.SayAsync("error.signed-out", StatusCodes.Status401Unauthorized),
        ApiForgerySuspectedError => exchange.SayAsync("error.not-genuine", StatusCodes.Status403Forbidden),
        _ => exchange.FailAsync(error),
    };

    private Viewer ViewerOf(HttpContext context)
    {
        var services = context.RequestServices;
        var request = context.Request;
        var preferences = Preferences.Read(request, services.GetRequiredService<IOptions<CoreSyncConsoleOptions>>().Value);
        var time = services.GetRequiredService<TimeProvider>();
        var admin = services.GetRequiredService<ICurrentAdmin>();
        var path = request.Path.Value!.Length > root.Path.Length ? request.Path.Value[root.Path.Length..].TrimStart('/') : "";
        var query = string.Join('&', request.Query.Where(one => one.Key != "note").SelectMany(one => one.Value.Select(value => $"{Uri.EscapeDataString(one.Key)}={Uri.EscapeDataString(value ?? "")}")));
        // What the use cases answer in the language of the call follows the choice of the person, not of the browser.
        System.Globalization.CultureInfo.CurrentCulture = preferences.Culture;
        System.Globalization.CultureInfo.CurrentUICulture = preferences.Culture;
        return new Viewer
        {
            Culture = preferences.Culture,
            Theme = preferences.Theme,
            Path = path + (query.Length == 0 ? "" : "?" + query),
            Root = string.Concat(Enumerable.Repeat("../", path.Count(c => c == '/'))),
            Now = time.GetUtcNow(),
            Zone = time.LocalTimeZone,
            Account = admin.IsSignedIn ? admin.Account : null,
            Token = admin.AntiforgeryToken,
        };
    }
}

/// <summary>Where the console is mounted.</summary>
internal sealed record ConsoleRoot(string Path);
