using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Targets;
using CoreSync.WebConsole.Settings;
using CoreSync.WebConsole.Shell;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Accounts;

/// <summary>The accounts that this core uses on others (R1): written, tested, never shown.</summary>
internal static class CredentialPages
{
    private const string Path = "settings/credentials";
    private const string ForScheduler = "scheduler";

    public static void Map(ConsoleMap map)
    {
        map.Page(Path, Rights.View, ShowAsync);
        map.Act(Path, Rights.ConsoleAdministrator, SetAsync);
        map.Act(Path + "/clear", Rights.ConsoleAdministrator, ClearAsync);
        map.Look(Path + "/test", Rights.Edit, TestAsync);
    }

    private static async Task<IResult> ShowAsync(Exchange exchange)
    {
        var entries = await exchange.AskAsync(new ListCredentials()).ConfigureAwait(false);
        if (entries.IsFailed)
            return await exchange.FailAsync(entries.FirstError()).ConfigureAwait(false);
        var targets = await exchange.AskAsync(new ListTargetNames()).ConfigureAwait(false);
        return await exchange.PageAsync<CredentialPage>(exchange.View.T("credentials.title"), Section.Settings, new()
        {
            [nameof(CredentialPage.Entries)] = entries.Value,
            [nameof(CredentialPage.Cores)] = (IReadOnlyList<string>)[.. (targets.ValueOrDefault ?? []).Select(name => name.Ascii)],
            [nameof(CredentialPage.Tests)] = exchange.Note?.Attachment as IReadOnlyList<CredentialTest> ?? [],
            [nameof(CredentialPage.Pages)] = SettingPages.Tabs(exchange.View),
        }, [new Crumb(exchange.View.T("section.Settings"), "settings")]).ConfigureAwait(false);
    }

    private static async Task<IResult> SetAsync(Exchange exchange)
    {
        var (core, scheduler) = Scope(exchange);
        return exchange.See(Path, await exchange.AskAsync(new SetCredential(core, scheduler, exchange.Field("user"), exchange.Secret("password"))).ConfigureAwait(false), "done.credential");
    }

    private static async Task<IResult> ClearAsync(Exchange exchange)
    {
        var (core, scheduler) = Scope(exchange);
        return exchange.See(Path, await exchange.AskAsync(new ClearCredential(core, scheduler)).ConfigureAwait(false), "credentials.cleared");
    }

    private static async Task<IResult> TestAsync(Exchange exchange)
    {
        var core = exchange.Field("core");
        var tested = await exchange.AskAsync(new TestCredential(core.Length == 0 ? null : core)).ConfigureAwait(false);
        return exchange.See(Path, tested.IsFailed ? Note.Refused(tested.FirstError()) : Note.Done("credentials.tested") with { Attachment = tested.Value });
    }

    private static (string? Core, bool Scheduler) Scope(Exchange exchange) =>
        (exchange.Field("core") is { Length: > 0 } core ? core : null, exchange.Field("for") == ForScheduler);
}
