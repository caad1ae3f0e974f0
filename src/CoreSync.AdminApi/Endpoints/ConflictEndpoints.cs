using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Conflicts;
using CoreSync.Conflicts;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>Changes that wait for a person: names that clash, edited copies, approvals.</summary>
internal static class ConflictEndpoints
{
    public static void Map(ApiMap api)
    {
        api.Get("/conflicts", Rights.View, "Lists the changes that wait for a person, oldest first.",
            exchange => exchange.AnswerListAsync(new ListConflicts(exchange.Flag("decided"), exchange.Choice<ConflictReason>("reason")), "conflict-list", ConflictJson.Of))
            .Takes("decided", "true adds those that were decided.").Takes("reason", "Only those that wait for this reason.").Answers(ApiShapes.Conflicts.Named("conflict-list"));
        api.Get("/conflicts/{id}", Rights.View, "Shows a conflict with both sides and where they differ.",
            exchange => exchange.AnswerAsync(new ShowConflict(exchange.Route("id")), "conflict-show", ConflictJson.Of)).Answers(ApiShapes.ConflictShow).Fails("conflict.not-found");
        api.Post("/conflicts/{id}/resolve", Rights.Edit, "Decides: keep mine, theirs or both.", ResolveAsync, AdminScope.Items)
            .Reads<ResolveBody>().Answers(ApiShapes.Conflict.Named("conflict-resolve")).Fails("conflict.not-found", "conflict.settled", "conflict.waiting", "conflict.decision-invalid");
        api.Post("/conflicts/link", Rights.Edit, "Links two items as the same: the one of the other core takes the place of the one of this core.", LinkAsync, AdminScope.Items)
            .Reads<LinkBody>().Answers(ApiShapes.ConflictLink).Fails("item.not-found", "conflict.link-invalid");
        api.Get("/approvals", Rights.View, "Lists the changes that wait for an approval.",
            exchange => exchange.AnswerListAsync(new ListConflicts(Reason: ConflictReason.Approval), "approval-list", ConflictJson.Of)).Answers(ApiShapes.Conflicts.Named("approval-list"));
        api.Post("/approvals/accept", Rights.Edit, "Accepts changes with what they need; all that wait if none is named.", AcceptAsync, AdminScope.Items)
            .Reads<ApprovalBody>().Answers(ApiShapes.Conflicts.Named("approval-accept")).Fails("conflict.not-found", "conflict.settled");
        api.Post("/approvals/decline", Rights.Edit, "Declines changes with what needs them.", DeclineAsync, AdminScope.Items)
            .Reads<ItemsBody>().Answers(ApiShapes.Conflicts.Named("approval-decline")).Fails("conflict.not-found", "conflict.settled");
    }

    private static async Task ResolveAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<ResolveBody>().ConfigureAwait(false);
        await MustWriteAsync(exchange, [exchange.Route("id")]).ConfigureAwait(false);
        await exchange.AnswerAsync(new ResolveConflict(exchange.Route("id"), body.Keep), "conflict-resolve", ConflictJson.Of).ConfigureAwait(false);
    }

    private static async Task LinkAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<LinkBody>().ConfigureAwait(false);
        if (exchange.Admin.Account.Components.Count > 0)
            await exchange.MustWriteItemAsync(body.First).ConfigureAwait(false);
        await exchange.AnswerAsync(new LinkItems(body.First, body.Second), "conflict-link", CoreJson.Link).ConfigureAwait(false);
    }

    private static async Task AcceptAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<ApprovalBody>().ConfigureAwait(false);
        var ids = body.Items;
        if (ids is null && exchange.Admin.Account.Components.Count > 0)
            ids = [.. (await exchange.AskAsync(new ListConflicts(Reason: ConflictReason.Approval)).ConfigureAwait(false)).Select(conflict => conflict.Id.ToString())];
        await MustWriteAsync(exchange, ids ?? []).ConfigureAwait(false);
        await exchange.AnswerListAsync(new AcceptChanges(ids), "approval-accept", ConflictJson.Of).ConfigureAwait(false);
    }

    private static async Task DeclineAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<ItemsBody>().ConfigureAwait(false);
        await MustWriteAsync(exchange, body.Items).ConfigureAwait(false);
        await exchange.AnswerListAsync(new DeclineChanges(body.Items), "approval-decline", ConflictJson.Of).ConfigureAwait(false);
    }

    // What waits is not in the catalogue yet: its component is in the conflict.
    private static async Task MustWriteAsync(AdminExchange exchange, IEnumerable<string> ids)
    {
        if (exchange.Admin.Account.Components.Count == 0)
            return;
        foreach (var id in ids)
            exchange.MustWrite((await exchange.AskAsync(new ShowConflict(id)).ConfigureAwait(false)).Conflict.Change.Item.Component.Value);
    }
}

/// <summary>A decision.</summary>
/// <param name="Keep">Which side stays.</param>
internal sealed record ResolveBody(ConflictDecision Keep);

/// <summary>Two items that are the same.</summary>
/// <param name="First">One of the two.</param>
/// <param name="Second">The other.</param>
internal sealed record LinkBody(string First, string Second);

/// <summary>Changes to accept.</summary>
/// <param name="Items">Ids of incoming items; all that wait if not given.</param>
internal sealed record ApprovalBody(IReadOnlyList<string>? Items = null);
