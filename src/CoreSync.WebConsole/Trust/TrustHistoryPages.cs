using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Trust;
using CoreSync.Trust;
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
        var read = await exchange.AskAsync(new ReadTrustHistory(name, verify)).ConfigureAwait(false);
        if (read.IsFailed)
            return await exchange.FailAsync(read.FirstError()).ConfigureAwait(false);
        var page = Sheet.PageOf(exchange.Query("page"));
        var rows = read.Value.Reverse().Skip((page - 1) * Sheet.DefaultSize).Take(Sheet.DefaultSize).ToList();
        return await exchange.PageAsync<TrustHistoryPage>(exchange.View.T("history.title"), Section.Targets, new()
        {
            [nameof(TrustHistoryPage.Rows)] = (IReadOnlyList<TrustHistoryEntry>)rows,
            [nameof(TrustHistoryPage.Sheet)] = new Sheet("trust-history", page, Sheet.DefaultSize, read.Value.Count, null, false, [("target", name), ("verify", verify ? "1" : null)]),
            [nameof(TrustHistoryPage.IsVerified)] = verify,
        }, [new Crumb(exchange.View.T("section.Targets"), "targets")]).ConfigureAwait(false);
    }
}
