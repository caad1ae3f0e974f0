using CoreSync.Application.Items;
using CoreSync.Conflicts;
using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Conflicts;

internal sealed class ListConflictsHandler(IConflictStore store) : IRequestHandler<ListConflicts, Result<IReadOnlyList<Conflict>>>
{
    public async Task<Result<IReadOnlyList<Conflict>>> Handle(ListConflicts request, CancellationToken cancellationToken)
    {
        var conflicts = await store.ListAsync(request.Decided, cancellationToken).ConfigureAwait(false);
        return Result.Ok<IReadOnlyList<Conflict>>([.. conflicts.Where(conflict => request.Reason is null || conflict.Reason == request.Reason)]);
    }
}

internal sealed class ShowConflictHandler(IConflictStore store, ICatalogue catalogue) : IRequestHandler<ShowConflict, Result<ConflictView>>
{
    public async Task<Result<ConflictView>> Handle(ShowConflict request, CancellationToken cancellationToken)
    {
        var found = await store.FindConflictAsync(request.Id, cancellationToken).ConfigureAwait(false);
        if (found.IsFailed)
            return found.ToResult<ConflictView>();
        var conflict = found.Value;
        var mine = await catalogue.FindAsync(conflict.Reason == ConflictReason.NameClash ? conflict.Other ?? conflict.Id : conflict.Id, cancellationToken).ConfigureAwait(false);
        if (conflict.Change.Item.Kind != ItemKind.Document)
            return new ConflictView(conflict, mine, null);
        var document = mine is null ? null : await catalogue.ReadDocumentAsync(mine.Id, cancellationToken).ConfigureAwait(false);
        // What was applied has moved into the catalogue.
        var incoming = conflict.Change.Content ?? await catalogue.ReadDocumentAsync(conflict.Id, cancellationToken).ConfigureAwait(false);
        return new ConflictView(conflict, mine, DocumentDiff.Of(incoming, document));
    }
}

internal sealed class ResolveConflictHandler(IConflictStore store, IComponentStore components, HeldChanges held) : IRequestHandler<ResolveConflict, Result<Conflict>>
{
    public async Task<Result<Conflict>> Handle(ResolveConflict request, CancellationToken cancellationToken)
    {
        var found = await store.FindConflictAsync(request.Id, cancellationToken).ConfigureAwait(false);
        if (found.IsFailed)
            return found;
        var conflict = found.Value;
        var name = conflict.Change.Item.Name;
        if (conflict.Decision == request.Keep || (conflict.Decision == ConflictDecision.Linked && request.Keep == ConflictDecision.Theirs))
            return conflict;
        if (conflict.IsAccepted)
            return Result.Fail(new ConflictSettledError(name, conflict.Decision.ToString()!));
        if (request.Keep == ConflictDecision.Both && (conflict.Reason == ConflictReason.Approval || conflict.Change.Item.Kind != ItemKind.Document))
            return Result.Fail(new ConflictDecisionInvalidError(name, "both", "there are no two documents"));
        // What is here lives in the database of the product as well: CoreSync can neither take it out of there nor make a copy of it.
        var touchesMine = (conflict.Reason, request.Keep) is (ConflictReason.NameClash, ConflictDecision.Theirs) or (ConflictReason.ChangedHere, ConflictDecision.Both);
        if (touchesMine && await components.FindAsync(conflict.Change.Item.Component, cancellationToken).ConfigureAwait(false) is { IsProduct: true })
            return Result.Fail(new ComponentProductError(conflict.Change.Item.Component.Value));
        if (conflict.Reason == ConflictReason.Approval)
        {
            var decided = await held.DecideAsync([conflict.Id], request.Keep == ConflictDecision.Theirs, cancellationToken).ConfigureAwait(false);
            return decided.IsFailed ? decided.ToResult<Conflict>() : decided.Value.First(one => one.Id == conflict.Id);
        }

        var settled = await held.SettleAsync([held.Decided(conflict, request.Keep)], cancellationToken).ConfigureAwait(false);
        return settled.IsFailed ? settled.ToResult<Conflict>() : settled.Value[0];
    }
}

internal sealed class AcceptChangesHandler(IConflictStore store, HeldChanges held) : IRequestHandler<AcceptChanges, Result<IReadOnlyList<Conflict>>>
{
    public async Task<Result<IReadOnlyList<Conflict>>> Handle(AcceptChanges request, CancellationToken cancellationToken)
    {
        var ids = await store.ApprovalsAsync(request.Ids, cancellationToken).ConfigureAwait(false);
        return ids.IsFailed ? ids.ToResult<IReadOnlyList<Conflict>>() : await held.DecideAsync(ids.Value, accept: true, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class DeclineChangesHandler(IConflictStore store, HeldChanges held) : IRequestHandler<DeclineChanges, Result<IReadOnlyList<Conflict>>>
{
    public async Task<Result<IReadOnlyList<Conflict>>> Handle(DeclineChanges request, CancellationToken cancellationToken)
    {
        var ids = await store.ApprovalsAsync(request.Ids, cancellationToken).ConfigureAwait(false);
        return ids.IsFailed ? ids.ToResult<IReadOnlyList<Conflict>>() : await held.DecideAsync(ids.Value, accept: false, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Finds conflicts by what a person typed.</summary>
internal static class ConflictLookup
{
    /// <returns>Fails with <see cref="ConflictNotFoundError"/>.</returns>
    public static async Task<Result<Conflict>> FindConflictAsync(this IConflictStore store, string text, CancellationToken cancellationToken) =>
        Guid.TryParse(text, out var id) && await store.FindAsync(new ItemId(id), cancellationToken).ConfigureAwait(false) is { } conflict
            ? conflict
            : Result.Fail(new ConflictNotFoundError(text));

    /// <summary>The approvals named, all of them, or all that wait when none is named.</summary>
    /// <returns>Fails with <see cref="ConflictNotFoundError"/> or <see cref="ConflictDecisionInvalidError"/>; then nothing is decided.</returns>
    public static async Task<Result<IReadOnlyList<ItemId>>> ApprovalsAsync(this IConflictStore store, IReadOnlyList<string>? texts, CancellationToken cancellationToken)
    {
        if (texts is null)
            return Result.Ok<IReadOnlyList<ItemId>>([
                .. (await store.ListAsync(decided: false, cancellationToken).ConfigureAwait(false)).Where(conflict => conflict.Reason == ConflictReason.Approval).Select(conflict => conflict.Id),
            ]);
        var ids = new List<ItemId>();
        foreach (var text in texts)
        {
            var found = await store.FindConflictAsync(text, cancellationToken).ConfigureAwait(false);
            if (found.IsFailed)
                return found.ToResult<IReadOnlyList<ItemId>>();
            if (found.Value.Reason != ConflictReason.Approval)
                return Result.Fail(new ConflictDecisionInvalidError(found.Value.Change.Item.Name, "approval", "it does not wait for an approval"));
            ids.Add(found.Value.Id);
        }

        return Result.Ok<IReadOnlyList<ItemId>>(ids);
    }
}
