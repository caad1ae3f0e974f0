using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Shapes;
using CoreSync.AdminApi.SignIn;
using CoreSync.Application;
using CoreSync.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>Sign-in, sign-out and who one is. Programs exchange JSON for a bearer token; forms of a browser get a cookie and are sent on.</summary>
internal static class SessionEndpoints
{
    private const long MaxSignInBytes = 8 * 1024;

    public static void Map(ApiMap api)
    {
        api.Map(HttpMethods.Post, "/sign-in", AdminAccess.Anonymous(MaxSignInBytes), "Exchanges account and password for a bearer token; a form gets a cookie instead and is sent on.", SignInAsync)
            .Takes("return", "Where a form is sent on to: a path of this host.")
            .Reads<SignInBody>().Answers(ApiShapes.SignIn).Fails("account.sign-in-refused", "account.sign-in-slowed");
        api.Map(HttpMethods.Post, "/sign-out", AdminAccess.Account(Rights.View, scope: AdminScope.Nothing), "Ends the session of the token or cookie.", SignOutAsync)
            .Takes("return", "Where a form is sent on to: a path of this host.");
        api.Get("/session", Rights.View, "Tells who is signed in, and the token against forgery that a browser needs for changes.", DescribeAsync).Answers(ApiShapes.Session);
    }

    private static async Task SignInAsync(AdminExchange exchange)
    {
        var signIn = exchange.Context.RequestServices.GetRequiredService<IAdminSignIn>();
        if (exchange.Context.Request.HasFormContentType)
        {
            await SignInByFormAsync(exchange, signIn).ConfigureAwait(false);
            return;
        }

        var body = await exchange.ReadAsync<SignInBody>().ConfigureAwait(false);
        var opened = await signIn.IssueTokenAsync(exchange.Context, body.User, body.Password).ConfigureAwait(false);
        if (opened.IsFailed)
            throw new CoreSyncException(opened.FirstError());
        var account = CoreJson.Account(opened.Value.Session.Account);
        await exchange.AnswerAsync("sign-in", new JsonObject
        {
            ["account"] = account["name"]!.DeepClone(),
            ["rights"] = account["rights"]!.DeepClone(),
            ["components"] = account["components"]!.DeepClone(),
            ["endsAt"] = Json.Time(opened.Value.Session.EndsAt),
            ["token"] = opened.Value.Secret,
        }).ConfigureAwait(false);
    }

    private static async Task SignInByFormAsync(AdminExchange exchange, IAdminSignIn signIn)
    {
        var form = await exchange.Context.Request.ReadFormAsync(exchange.Aborted).ConfigureAwait(false);
        var opened = await signIn.SignInAsync(exchange.Context, form["user"].ToString(), form["password"].ToString()).ConfigureAwait(false);
        if (opened.IsFailed)
            throw new CoreSyncException(opened.FirstError());
        SendOn(exchange);
    }

    private static async Task SignOutAsync(AdminExchange exchange)
    {
        await exchange.Context.RequestServices.GetRequiredService<IAdminSignIn>().SignOutAsync(exchange.Context).ConfigureAwait(false);
        if (exchange.Context.Request.HasFormContentType)
            SendOn(exchange);
        else
            exchange.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Task DescribeAsync(AdminExchange exchange)
    {
        var admin = exchange.Admin;
        var options = exchange.Context.RequestServices.GetRequiredService<IOptions<CoreSyncAdminOptions>>().Value;
        var account = CoreJson.Account(admin.Account);
        return exchange.AnswerAsync("session", new JsonObject
        {
            ["account"] = account["name"]!.DeepClone(),
            ["rights"] = account["rights"]!.DeepClone(),
            ["components"] = account["components"]!.DeepClone(),
            ["endsAt"] = Json.Time(admin.SessionEndsAt),
            ["antiforgeryToken"] = admin.AntiforgeryToken,
            ["antiforgeryHeader"] = ICurrentAdmin.AntiforgeryHeader,
            ["language"] = admin.Culture.TwoLetterISOLanguageName,
            ["readOnly"] = options.IsReadOnly,
        });
    }

    // Only to a path of this host: a link to the sign-in must not lead elsewhere afterwards.
    private static void SendOn(AdminExchange exchange)
    {
        var home = exchange.Context.Request.PathBase + "/";
        var wanted = exchange.Query("return") ?? home;
        var isLocal = wanted.StartsWith('/') && !wanted.StartsWith("//", StringComparison.Ordinal) && wanted.All(c => c is > ' ' and < '\x7f' and not '\\');
        exchange.Context.Response.StatusCode = StatusCodes.Status303SeeOther;
        exchange.Context.Response.Headers.Location = isLocal ? wanted : home;
    }
}

/// <summary>An account and its password.</summary>
/// <param name="User">The account.</param>
/// <param name="Password">Its password.</param>
internal sealed record SignInBody(string User, string Password)
{
    public override string ToString() => $"SignInBody {{ User = {User} }}";
}
