using System.Globalization;
using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.Trust;
using CoreSync.WebConsole.Shell;
using FluentResults;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Targets;

/// <summary>Editing a target core, and the questions before what cannot be taken back.</summary>
internal static class TargetForms
{
    public static void Map(ConsoleMap map)
    {
        map.Page("targets/{fqdn}/edit", Rights.Edit, exchange => ShowEditAsync(exchange, null, null));
        map.Act("targets/{fqdn}/edit", Rights.Edit, EditAsync);
        map.Page("targets/{fqdn}/remove", Rights.Edit, exchange => ConfirmAsync(exchange, "remove"));
        map.Act("targets/{fqdn}/remove", Rights.Edit, RemoveAsync);
    }

    /// <summary>Asks before an act on a target.</summary>
    public static async Task<IResult> ConfirmAsync(Exchange exchange, string verb)
    {
        var row = await exchange.AskAsync(new ShowTargetCore(exchange.Route("fqdn"))).ConfigureAwait(false);
        if (row.IsFailed)
            return await exchange.FailAsync(row.FirstError()).ConfigureAwait(false);
        var crumb = TargetPages.CrumbOf(row.Value);
        return await exchange.PageAsync<ConfirmPage>(exchange.View.T("verb." + verb), Section.Targets, new()
        {
            [nameof(ConfirmPage.Verb)] = verb,
            [nameof(ConfirmPage.Name)] = crumb.Text,
            [nameof(ConfirmPage.Path)] = crumb.Path + "/" + verb,
            [nameof(ConfirmPage.Cancel)] = crumb.Path,
            [nameof(ConfirmPage.AsksReason)] = verb == "remove-trust",
        }, [crumb]).ConfigureAwait(false);
    }

    private static async Task<IResult> RemoveAsync(Exchange exchange)
    {
        var name = exchange.Route("fqdn");
        var removed = await exchange.AskAsync(new RemoveTargetCore(name)).ConfigureAwait(false);
        return exchange.See(removed.IsSuccess ? "targets" : "targets/" + name, removed, "done.removed", name);
    }

    private static async Task<IResult> ShowEditAsync(Exchange exchange, TargetEdit? typed, CoreSyncError? error)
    {
        var row = await exchange.AskAsync(new ShowTargetCore(exchange.Route("fqdn"))).ConfigureAwait(false);
        if (row.IsFailed)
            return await exchange.FailAsync(row.FirstError()).ConfigureAwait(false);
        var components = await exchange.AskAsync(new ListComponents()).ConfigureAwait(false);
        return await exchange.PageAsync<TargetEditPage>(exchange.View.T("verb.edit"), Section.Targets, new()
        {
            [nameof(TargetEditPage.Row)] = row.Value,
            [nameof(TargetEditPage.Typed)] = typed ?? TargetEdit.Of(row.Value),
            [nameof(TargetEditPage.Components)] = (IReadOnlyList<string>)[.. (components.ValueOrDefault ?? []).Select(view => view.Component.Name.Value)],
            [nameof(TargetEditPage.Error)] = error,
        }, [TargetPages.CrumbOf(row.Value)], error is null ? StatusCodes.Status200OK : Exchange.StatusOf(error)).ConfigureAwait(false);
    }

    private static async Task<IResult> EditAsync(Exchange exchange)
    {
        var name = exchange.Route("fqdn");
        var typed = TargetEdit.Read(exchange);
        var edited = typed.Limit is null
            ? Result.Fail<TargetView>(new UsageInvalidError($"A limit is 0 for none, or up to {TargetRules.MaxKilobytesPerSecond} kilobytes per second"))
            : await exchange.AskAsync(new EditTargetCore(name, typed.Description, typed.Dial.Length == 0 ? null : typed.Dial, Rules: typed.Rules(), TrustMode: exchange.View.May(Rights.Trust) ? typed.Mode : null)).ConfigureAwait(false);
        return edited.IsSuccess ? exchange.See("targets/" + name, Note.Done("done.edited", name)) : await ShowEditAsync(exchange, typed, edited.FirstError()).ConfigureAwait(false);
    }
}

/// <summary>What the form of a target holds.</summary>
/// <param name="Description">Free text.</param>
/// <param name="Dial">Host and port to dial instead; empty for none.</param>
/// <param name="Every">An interval such as <c>5m</c>; empty for the setting's.</param>
/// <param name="Cron">A cron expression; empty for none.</param>
/// <param name="Windows">One a line; empty for always.</param>
/// <param name="Blackouts">One a line.</param>
/// <param name="Components">Chosen; empty for all.</param>
/// <param name="Kilobytes">The limit as it was typed.</param>
/// <param name="Mode">What the trust rests on.</param>
public sealed record TargetEdit(
    string Description, string Dial, string Every, string Cron, string Windows, string Blackouts, IReadOnlyList<string> Components, string Kilobytes, TrustMode Mode)
{
    /// <summary>The limit; null when it is no number.</summary>
    public int? Limit => Kilobytes.Length == 0 ? 0 : int.TryParse(Kilobytes, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;

    internal static TargetEdit Of(TargetView row)
    {
        var rules = row.Target.Rules;
        return new TargetEdit(
            row.Target.Description, row.Target.Address.Dial?.ToString() ?? "", rules.Schedule.Every is { } every ? DurationText.Format(every) : "", rules.Schedule.Cron ?? "",
            string.Join('\n', rules.Schedule.Windows), string.Join('\n', rules.Schedule.Blackouts), [.. rules.Components.Select(one => one.Value)],
            rules.KilobytesPerSecond.ToString(CultureInfo.InvariantCulture), row.Trust.Mode);
    }

    internal static TargetEdit Read(Exchange exchange) => new(
        exchange.Field("description"), exchange.Field("dial"), exchange.Field("every"), exchange.Field("cron"), exchange.Field("windows"), exchange.Field("blackouts"),
        exchange.Fields("component"), exchange.Field("kilobytes"), exchange.Field("mode") == "chain" ? TrustMode.Chain : TrustMode.Explicit);

    internal TargetRulesEdit Rules() => new(
        Cron.Length > 0 ? null : Every.Length == 0 ? "default" : Every, Cron.Length == 0 ? "none" : Cron, null, Lines(Windows, "always"), Lines(Blackouts, "none"),
        Components.Count == 0 ? ["all"] : Components, Limit);

    private static string[] Lines(string text, string nothing) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } lines ? lines : [nothing];
}
