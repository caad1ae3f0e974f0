using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Application.Jobs;
using CoreSync.WebConsole.Shell;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Overview;

/// <summary>The first page: how this core does, and what needs a person.</summary>
internal static class OverviewPages
{
    public static void Map(ConsoleMap map) => map.Page("", Rights.View, ShowAsync);

    private static async Task<IResult> ShowAsync(Exchange exchange)
    {
        var status = await exchange.AskAsync(new GetStatus()).ConfigureAwait(false);
        if (status.IsFailed)
            return await exchange.FailAsync(status.FirstError()).ConfigureAwait(false);
        var recent = await exchange.AskAsync(new ListJobs(Limit: 6)).ConfigureAwait(false);
        return await exchange.PageAsync<OverviewPage>(exchange.View.T("section.Overview"), Section.Overview, new()
        {
            [nameof(OverviewPage.Status)] = status.Value,
            [nameof(OverviewPage.Recent)] = recent.ValueOrDefault ?? [],
        }).ConfigureAwait(false);
    }
}
