using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Lists;
using CoreSync.Application.Targets;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>The list of target cores and what is done with one of them.</summary>
internal static class TargetEndpoints
{
    private const string One = "/targets/{fqdn}";

    public static void Map(ApiMap api)
    {
        api.Get("/targets", Rights.View, "Lists the target cores, page by page.", ListAsync)
            .Takes("page", "Which page, from 1.").Takes("size", "Entries per page: 1 to 500, 50 if not given.").Takes("search", "Part of the name or the description.")
            .Takes("enabled", "true or false: only switched on or off.").Takes("trust", "Only in this state of trust.").Takes("connection", "Only with this last contact.")
            .Takes("sort", "fqdn, addedAt or lastSuccess; with - before it the other way round.").Answers(ApiShapes.TargetList);
        api.Post("/targets", Rights.Edit, "Adds a target core and looks at its certificate. A fingerprint authorises it and needs the right trust.", AddAsync)
            .Reads<AddTargetBody>().Answers(ApiShapes.TargetAdd, StatusCodes.Status201Created)
            .Fails("target.name-invalid", "target.port-invalid", "target.duplicate", "target.is-self", "trust.fingerprint-malformed", "trust.fingerprint-sha1");
        api.Get(One, Rights.View, "Shows a target core and the items that it refused.", ShowAsync).Answers(ApiShapes.TargetShow).Fails("target.not-found", "target.name-invalid");
        api.Patch(One, Rights.Edit, "Changes description, address, trust mode, schedule, components and bandwidth; what is not given stays.", EditAsync)
            .Reads<EditTargetBody>().Answers(ApiShapes.Target.Named("target-edit")).Fails("target.not-found", "schedule.invalid", "component.not-found", "usage.invalid");
        api.Delete(One, Rights.Edit, "Removes a target core; its history stays.", exchange => exchange.DoAsync(new RemoveTargetCore(exchange.Route("fqdn"))))
            .Fails("target.not-found", "target.busy");
        api.Post(One + "/enable", Rights.Edit, "Switches synchronisation with it on.", exchange => SwitchAsync(exchange, true)).Answers(ApiShapes.Target.Named("target-enable")).Fails("target.not-found");
        api.Post(One + "/disable", Rights.Edit, "Switches synchronisation with it off.", exchange => SwitchAsync(exchange, false)).Answers(ApiShapes.Target.Named("target-disable")).Fails("target.not-found");
        api.Post(One + "/pause", Rights.Edit, "Sends nothing on its own for a time, or until it is resumed.", PauseAsync)
            .Reads<PauseBody>().Answers(ApiShapes.Target.Named("target-pause")).Fails("target.not-found", "schedule.invalid");
        api.Post(One + "/resume", Rights.Edit, "Ends a pause, and tries what is quarantined at once.",
            exchange => exchange.AnswerAsync(new ResumeTargetCore(exchange.Route("fqdn")), "target-resume", CoreJson.Target)).Answers(ApiShapes.Target.Named("target-resume")).Fails("target.not-found");
        api.Post(One + "/test", Rights.Edit, "Tests the connection step by step; sends no item and, before the certificate passed, no credential.", TestAsync, AdminScope.Nothing)
            .Answers(ApiShapes.TargetTest).Fails("target.not-found");
        api.Get(One + "/failures", Rights.View, "Lists the items that it refused.", FailuresAsync).Takes("limit", "Most items: 1 to 1000, 100 if not given.")
            .Answers(ApiShapes.TargetFailures).Fails("target.not-found");
        api.Post(One + "/plan", Rights.View, "Asks it what it would do with what is due; nothing is written anywhere.",
            exchange => exchange.AnswerAsync(new PlanTarget(exchange.Route("fqdn"), exchange.Query("component")), "target-plan", VerifyJson.Of), AdminScope.Nothing)
            .Takes("component", "One component; all if not given.").Answers(ApiShapes.TargetPlan).Fails("target.not-found", "component.not-found", "target.unreachable", "credentials.missing");
        api.Post(One + "/verify", Rights.View, "Compares it with this core, item by item where they differ.",
            exchange => exchange.AnswerAsync(new VerifyTarget(exchange.Route("fqdn"), exchange.Query("component")), "target-verify", VerifyJson.Of), AdminScope.Nothing)
            .Takes("component", "One component; all if not given.").Answers(ApiShapes.TargetVerify).Fails("target.not-found", "component.not-found", "target.unreachable", "credentials.missing");
        api.Post(One + "/override", Rights.Edit, "Lets the next job push this core's state over what differs there.", OverrideAsync)
            .Reads<OverrideBody>().Fails("target.not-found", "component.not-found", "item.not-found");
        api.Post(One + "/detach", Rights.Edit, "Stops keeping items in sync there; the copies are released.", exchange => DetachAsync(exchange, true))
            .Reads<ItemsBody>().Answers(ApiShapes.TargetDetach.Named("target-detach")).Fails("target.not-found", "item.not-found");
        api.Post(One + "/attach", Rights.Edit, "Keeps detached items in sync there again.", exchange => DetachAsync(exchange, false))
            .Reads<ItemsBody>().Answers(ApiShapes.TargetDetach.Named("target-attach")).Fails("target.not-found", "item.not-found");
    }

    private static Task ListAsync(AdminExchange exchange)
    {
        var sort = exchange.Query("sort") ?? "fqdn";
        var isDescending = sort.StartsWith('-');
        var by = sort.TrimStart('-') switch
        {
            "fqdn" => TargetSort.Fqdn,
            "addedAt" => TargetSort.AddedAt,
            "lastSuccess" => TargetSort.LastSuccess,
            _ => throw AdminExchange.Invalid($"sort is fqdn, addedAt or lastSuccess, not '{sort}'"),
        };
        var filter = new TargetFilter(
            exchange.Query("search"), exchange.Query("enabled") is null ? null : exchange.Flag("enabled"), exchange.Choice<TrustState>("trust"),
            exchange.Choice<ConnectionState>("connection"), by, isDescending);
        return exchange.AnswerPageAsync(new PageTargetCores(filter, exchange.Page()), "target-list", CoreJson.Target);
    }

    private static async Task AddAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<AddTargetBody>().ConfigureAwait(false);
        // T7, R4: a fingerprint is an authorisation, whatever way it comes.
        if (body.Fingerprint is not null && !exchange.Admin.May(Rights.Trust))
            throw new CoreSyncException(new RightsMissingError(exchange.Admin.Account.Name, "trust", body.Address));
        var added = await exchange.AskAsync(new AddTargetCore(body.Address, body.Description ?? "", body.Enabled ?? true, body.ConnectTo, body.Fingerprint)).ConfigureAwait(false);
        var json = CoreJson.Target(added.Target);
        json["trustError"] = added.TrustError is { } distrust ? AdminProblem.Of(distrust) : null;
        json["contactError"] = added.ContactError is { } contact ? AdminProblem.Of(contact) : null;
        await exchange.AnswerAsync("target-add", json, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static async Task ShowAsync(AdminExchange exchange)
    {
        var view = await exchange.AskAsync(new ShowTargetCore(exchange.Route("fqdn"))).ConfigureAwait(false);
        var failures = await exchange.AskAsync(new ListTargetFailures(exchange.Route("fqdn"))).ConfigureAwait(false);
        await exchange.AnswerAsync("target-show", CoreJson.Target(view, failures)).ConfigureAwait(false);
    }

    private static async Task EditAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<EditTargetBody>().ConfigureAwait(false);
        // What a core's certificate is held against, and which core is behind a name, are decisions about trust.
        if ((body.TrustMode is not null || body.AcceptCore is not null) && !exchange.Admin.May(Rights.Trust))
            throw new CoreSyncException(new RightsMissingError(exchange.Admin.Account.Name, "trust", exchange.Route("fqdn")));
        var rules = new TargetRulesEdit(body.Every, body.Cron, body.OnChange, body.Windows, body.Blackouts, body.Components, body.KilobytesPerSecond);
        var edit = new EditTargetCore(
            exchange.Route("fqdn"), body.Description, body.ConnectTo, body.AcceptCore, rules == new TargetRulesEdit() ? null : rules, body.TrustMode, body.TakeOver ?? false);
        await exchange.AnswerAsync(edit, "target-edit", CoreJson.Target).ConfigureAwait(false);
    }

    private static Task SwitchAsync(AdminExchange exchange, bool on) =>
        exchange.AnswerAsync(new EnableTargetCore(exchange.Route("fqdn"), on), on ? "target-enable" : "target-disable", CoreJson.Target);

    private static async Task PauseAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<PauseBody>().ConfigureAwait(false);
        await exchange.AnswerAsync(new PauseTargetCore(exchange.Route("fqdn"), body.For), "target-pause", CoreJson.Target).ConfigureAwait(false);
    }

    private static Task TestAsync(AdminExchange exchange) =>
        exchange.AnswerAsync(new TestConnection(exchange.Route("fqdn")), "target-test", steps => CoreJson.Steps(exchange.Route("fqdn"), steps));

    private static Task FailuresAsync(AdminExchange exchange) => exchange.AnswerListAsync(
        new ListTargetFailures(exchange.Route("fqdn"), exchange.Number("limit", 100, 1, 1000)), "target-failures", CoreJson.Failure);

    private static async Task OverrideAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<OverrideBody>().ConfigureAwait(false);
        await exchange.DoAsync(new OverrideTarget(exchange.Route("fqdn"), body.Component, body.Items ?? [])).ConfigureAwait(false);
    }

    private static async Task DetachAsync(AdminExchange exchange, bool detach)
    {
        var body = await exchange.ReadAsync<ItemsBody>().ConfigureAwait(false);
        var items = await exchange.AskAsync(new DetachItems(exchange.Route("fqdn"), body.Items, detach)).ConfigureAwait(false);
        await exchange.AnswerAsync(detach ? "target-detach" : "target-attach", new JsonObject
        {
            ["fqdn"] = exchange.Route("fqdn"),
            ["items"] = Json.List(items, item => new JsonObject { ["id"] = item.Id.ToString(), ["component"] = item.Component.Value, ["name"] = item.Name }),
        }).ConfigureAwait(false);
    }
}

/// <summary>A target core to add.</summary>
/// <param name="Address">FQDN, with a port if it is not 443.</param>
/// <param name="Description">Free text.</param>
/// <param name="Enabled">Synchronise with it; true if not given.</param>
/// <param name="ConnectTo">Dial this host and port instead; certificate and name are still those of the address.</param>
/// <param name="Fingerprint">Authorises the certificate with this SHA-256 fingerprint when the core presents it.</param>
internal sealed record AddTargetBody(string Address, string? Description = null, bool? Enabled = null, string? ConnectTo = null, string? Fingerprint = null);

/// <summary>What to change about a target core.</summary>
/// <param name="Description">Free text.</param>
/// <param name="ConnectTo">Dial this host and port; empty dials the FQDN.</param>
/// <param name="AcceptCore">The id of the core that is behind the name now (C6).</param>
/// <param name="TrustMode">What trust rests on.</param>
/// <param name="Every">An interval such as 15m, or default.</param>
/// <param name="Cron">A cron expression, or none.</param>
/// <param name="OnChange">on, off or default.</param>
/// <param name="Windows">Only in these windows; always alone takes them away.</param>
/// <param name="Blackouts">Never in these; none alone takes them away.</param>
/// <param name="Components">The components that go there; all alone for all.</param>
/// <param name="KilobytesPerSecond">The most that is sent there; 0 for no limit of its own.</param>
/// <param name="TakeOver">This copy of this core is the one that writes there.</param>
internal sealed record EditTargetBody(
    string? Description = null, string? ConnectTo = null, string? AcceptCore = null, TrustMode? TrustMode = null, string? Every = null, string? Cron = null, string? OnChange = null,
    IReadOnlyList<string>? Windows = null, IReadOnlyList<string>? Blackouts = null, IReadOnlyList<string>? Components = null, int? KilobytesPerSecond = null, bool? TakeOver = null);

/// <summary>A pause.</summary>
/// <param name="For">A duration such as 2h; until it is resumed if not given.</param>
internal sealed record PauseBody(string? For = null);

/// <summary>What to push over what differs.</summary>
/// <param name="Component">One component; all if not given.</param>
/// <param name="Items">Only these items; all if not given.</param>
internal sealed record OverrideBody(string? Component = null, IReadOnlyList<string>? Items = null);

/// <summary>Items.</summary>
/// <param name="Items">Their ids.</param>
internal sealed record ItemsBody(IReadOnlyList<string> Items);
