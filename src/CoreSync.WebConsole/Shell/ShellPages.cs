using CoreSync.Accounts;
using CoreSync.AdminApi.SignIn;
using CoreSync.Application;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoreSync.WebConsole.Shell;

/// <summary>Sign-in, sign-out, language and theme, help.</summary>
internal static class ShellPages
{
    public static void Map(ConsoleMap map)
    {
        map.OpenPage("sign-in", ShowSignInAsync);
        map.OpenAct("sign-in", SignInAsync);
        map.OpenAct("sign-in/provider", LeaveAsync);
        map.OpenPage(CoreSyncConsoleExtensions.ProviderCallback.TrimStart('/'), ReturnAsync);
        map.OpenAct("sign-out", SignOutAsync);
        map.OpenAct("preferences", exchange => Task.FromResult(Prefer(exchange)));
        map.Page("help", Rights.View, exchange => exchange.PageAsync<HelpPage>(exchange.View.T("help"), Section.None));
        map.Stream("events", Rights.View, exchange => Task.FromResult<IResult>(new LiveStream(exchange)));
    }

    private static Task<IResult> ShowSignInAsync(Exchange exchange) => exchange.View.Account is null
        ? exchange.PageAsync<SignInPage>(exchange.View.T("sign-in.title"), Section.None, new() { [nameof(SignInPage.To)] = exchange.Query("to") })
        : Task.FromResult(exchange.See(""));

    private static async Task<IResult> SignInAsync(Exchange exchange)
    {
        var signedIn = await exchange.Service<IAdminSignIn>().SignInAsync(exchange.Context, exchange.Field("name"), exchange.Secret("password")).ConfigureAwait(false);
        if (signedIn.IsSuccess)
            return exchange.See(Exchange.Inside(exchange.Field("to")));
        return await exchange.PageAsync<SignInPage>(
            exchange.View.T("sign-in.title"), Section.None,
            new()
            {
                [nameof(SignInPage.To)] = exchange.Field("to"),
                [nameof(SignInPage.Name)] = exchange.Field("name"),
                [nameof(SignInPage.Error)] = signedIn.FirstError(),
            },
            status: Exchange.StatusOf(signedIn.FirstError())).ConfigureAwait(false);
    }

    // The provider is reached from a page, not by a redirect: a form may be sent to this host only, and browsers hold where it is redirected to against that as well.
    private static async Task<IResult> LeaveAsync(Exchange exchange)
    {
        if (ProviderOf(exchange) is not { } provider)
            return Results.NotFound();
        var begun = await provider.BeginAsync(exchange.Context, Exchange.Inside(exchange.Field("to"))).ConfigureAwait(false);
        return begun.IsSuccess ? await OnwardAsync(exchange, provider, begun.Value).ConfigureAwait(false) : exchange.See("sign-in", Note.Refused(begun.FirstError()));
    }

    // Nor from here by a redirect: another site led to this page, and the cookie of the session goes along only with what a page of this host asks for.
    private static async Task<IResult> ReturnAsync(Exchange exchange)
    {
        if (ProviderOf(exchange) is not { } provider)
            return Results.NotFound();
        var completed = await provider.CompleteAsync(exchange.Context).ConfigureAwait(false);
        return completed.IsSuccess
            ? await OnwardAsync(exchange, provider, exchange.View.Url(Exchange.Inside(completed.Value))).ConfigureAwait(false)
            : exchange.See("sign-in", Note.Refused(completed.FirstError()));
    }

    private static Task<IResult> OnwardAsync(Exchange exchange, IAdminProvider provider, string address)
    {
        exchange.Context.Response.Headers["Refresh"] = "0; url=" + address;
        return exchange.PageAsync<OnwardPage>(
            exchange.View.T("sign-in.title"), Section.None, new() { [nameof(OnwardPage.Provider)] = provider.DisplayName, [nameof(OnwardPage.Address)] = address });
    }

    private static IAdminProvider? ProviderOf(Exchange exchange) => exchange.Context.RequestServices.GetService<IAdminProvider>();

    private static async Task<IResult> SignOutAsync(Exchange exchange)
    {
        await exchange.Service<IAdminSignIn>().SignOutAsync(exchange.Context).ConfigureAwait(false);
        return exchange.See("sign-in");
    }

    private static IResult Prefer(Exchange exchange)
    {
        var options = exchange.Service<IOptions<CoreSyncConsoleOptions>>().Value;
        Preferences.Read(exchange.Context.Request, options).Keep(exchange.Context.Response, exchange.Field("language"), exchange.Field("theme"));
        return exchange.See(Exchange.Inside(exchange.Field("back")));
    }
}
