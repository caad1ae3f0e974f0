using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Lists;
using CoreSync.Application.Trust;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Trust;

/// <summary>The history of trust, newest first, with the verdict over its hash chain (T14).</summary>
internal static class TrustHistoryPages
{
    public static void Map(ConsoleMap map) => map.Page("trust-history", Rights.View, ShowAsync);

    private static async Task<IResult> ShowAsync(Exchange exchange)
    {
        var name = exchange.Query("target");
        var verify = exchange.Query("verify") is not null;
        if (verify && await exchange.AskAsync(new ReadTrustHistory(null, Verify: true)).ConfigureAwait(false) is { IsFailed: true } broken)
            return await exchange.FailAsync(broken.FirstError()).ConfigureAwait(false);
        var page = Sheet.PageOf(exchange.Query("page"));
        var read = await exchange.AskAsync(new PageTrustHistory(name, Newest: true, new PageNumber(page, Sheet.DefaultSize))).ConfigureAwait(false);
        if (read.IsFailed)
            return await exchange.FailAsync(read.FirstError()).ConfigureAwait(false);
        return await exchange.PageAsync<TrustHistoryPage>(exchange.View.T("history.title"), Section.Targets, new()
        {
            [nameof(TrustHistoryPage.Rows)] = read.Value.Items,
            [nameof(TrustHistoryPage.Sheet)] = new Sheet("trust-history", page, Sheet.DefaultSize, read.Value.Total, null, false, [("target", name), ("verify", verify ? "1" : null)]),
            [nameof(TrustHistoryPage.IsVerified)] = verify,
        }, [new Crumb(exchange.View.T("section.Targets"), "targets")]).ConfigureAwait(false);
    }
}
