using CoreSync.Accounts;
using CoreSync.Application;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CoreSync.WebConsole.Shell;

/// <summary>Sign-in, sign-out, language and theme, help.</summary>
internal static class ShellPages
{
    public static void Map(ConsoleMap map)
    {
        map.Page("sign-in", Rights.None, ShowSignInAsync);
        map.Act("sign-in", Rights.None, SignInAsync);
        map.Act("sign-out", Rights.None, SignOutAsync);
        map.Act("preferences", Rights.None, exchange => Task.FromResult(Prefer(exchange)));
        map.Page("help", Rights.None, exchange => exchange.PageAsync<HelpPage>(exchange.View.T("help"), Section.None));
        map.Page("events", Rights.View, exchange => Task.FromResult<IResult>(new LiveStream(exchange)));
    }

    private static Task<IResult> ShowSignInAsync(Exchange exchange) => exchange.View.Account is null
        ? exchange.PageAsync<SignInPage>(exchange.View.T("sign-in.title"), Section.None, new() { [nameof(SignInPage.To)] = exchange.Query("to") })
        : Task.FromResult(exchange.See(""));

    private static async Task<IResult> SignInAsync(Exchange exchange)
    {
        var signedIn = await exchange.Service<IConsoleSession>().SignInAsync(exchange.Context, exchange.Field("name"), exchange.Secret("password")).ConfigureAwait(false);
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

    private static async Task<IResult> SignOutAsync(Exchange exchange)
    {
        await exchange.Service<IConsoleSession>().SignOutAsync(exchange.Context).ConfigureAwait(false);
        return exchange.See("sign-in");
    }

    private static IResult Prefer(Exchange exchange)
    {
        var options = exchange.Service<IOptions<CoreSyncConsoleOptions>>().Value;
        Preferences.Read(exchange.Context.Request, options).Keep(exchange.Context.Response, exchange.Field("language"), exchange.Field("theme"));
        return exchange.See(Exchange.Inside(exchange.Field("back")));
    }
}
