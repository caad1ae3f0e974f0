using CoreSync.Application.Cores;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Items;

/// <summary>
/// Hands received changes to the product behind a component, group by group, in their order (I3). Whatever the product does, the stream goes on: a rejection and an
/// exception are outcomes of the items, and a call that hangs is given up.
/// </summary>
internal sealed class ProductApplier(
    Type? product, IItemApplier documents, ICatalogue catalogue, IServiceScopeFactory scopes, ILocalCore local, TimeSpan limit, TimeProvider time, ILogger logger) : IItemApplier
{
    private const int MaxReasonLength = 500;

    public ComponentKind Kind => ComponentKind.Documents;

    public async Task<IReadOnlyList<ItemOutcome>> StageAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken)
    {
        // Nothing is taken into the inbox that this process could not apply.
        if (product is null)
            return [.. changes.Select(change => Outcome(change, Unavailable(component)))];
        return await documents.StageAsync(component, changes, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<ItemOutcome>> ApplyAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken)
    {
        var outcomes = (await documents.ApplyAsync(component, changes, cancellationToken).ConfigureAwait(false)).ToList();
        var names = changes.ToDictionary(change => change.Change.Item.Id, change => change.Change.Item.Name);
        var refused = outcomes.ToDictionary(outcome => outcome.Item, outcome => names[outcome.Item]);
        var hangs = false;
        var left = changes.Where(change => !refused.ContainsKey(change.Change.Item.Id)).ToList();
        foreach (var group in new ReferenceGraph<IncomingChange>(left, change => change.Change.Item.Id, change => IncomingGroups.Needs(change.Change)).Groups)
        {
            var failures = hangs || product is null ? Refuse(group, Unavailable(component))
                : MissingOf(group, refused) ?? await ApplyGroupAsync(component, group, () => hangs = true, cancellationToken).ConfigureAwait(false);
            outcomes.AddRange(failures);
            foreach (var failure in failures)
                refused[failure.Item] = names[failure.Item];
        }

        return outcomes;
    }

    public Task TidyAsync(Component component, CancellationToken cancellationToken) => documents.TidyAsync(component, cancellationToken);

    private async Task<IReadOnlyList<ItemOutcome>> ApplyGroupAsync(
        Component component, IReadOnlyList<IncomingChange> group, Action hangs, CancellationToken cancellationToken)
    {
        var incoming = new List<IncomingItem>(group.Count);
        foreach (var change in group)
        {
            if (await PrepareAsync(component, change, cancellationToken).ConfigureAwait(false) is { } item)
                incoming.Add(item);
        }

        if (incoming.Count == 0)
            return [];
        using var over = new CancellationTokenSource(limit, time);
        using var applying = Applying.Begin(incoming.Select(item => item.Item.Id));
        try
        {
            // A product that ignores the token is left behind; its items come again later.
            var answers = await CallAsync(incoming, over.Token).WaitAsync(limit + TimeSpan.FromSeconds(5), time, cancellationToken).ConfigureAwait(false);
            return Judge(group, incoming, answers);
        }
        catch (Exception exception) when (exception is TimeoutException || over.IsCancellationRequested)
        {
            ItemLog.ComponentTooSlow(logger, component.Name.Value, incoming.Count, (long)limit.TotalMilliseconds);
            hangs();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Not ours: whatever a product throws must neither end the engine nor stop the stream.
            ItemLog.ComponentFailed(logger, component.Name.Value, incoming[0].Item.Id.ToString(), incoming.Count, exception);
        }

        return Refuse(group, Unavailable(component));
    }

    private async Task<IReadOnlyList<ItemAnswer>> CallAsync(IReadOnlyList<IncomingItem> group, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using var _ = scope.ConfigureAwait(false);
        var component = (ISyncComponent)scope.ServiceProvider.GetRequiredService(product!);
        return await component.ApplyAsync(group, cancellationToken).ConfigureAwait(false);
    }

    // The product hears what happens here, after the policies of this core; it hears nothing of a delete of what it never had.
    private async Task<IncomingItem?> PrepareAsync(Component component, IncomingChange change, CancellationToken cancellationToken)
    {
        var applied = AppliedItems.From(component, change);
        if (applied.Kind == ChangeKind.Delete && change.Existing is not { IsDeleted: false })
            return null;
        var document = applied.Kind == ChangeKind.Delete ? ReadOnlyMemory<byte>.Empty
            : applied.Document ?? await catalogue.ReadDocumentAsync(applied.Item.Id, cancellationToken).ConfigureAwait(false) ?? ReadOnlyMemory<byte>.Empty;
        return new IncomingItem(applied.Kind, applied.Item, document, change.Existing, applied.Item.IsReadOnlyOn(local.Current.Id) && applied.Kind == ChangeKind.Upsert);
    }

    private static IReadOnlyList<ItemOutcome> Judge(IReadOnlyList<IncomingChange> group, List<IncomingItem> asked, IReadOnlyList<ItemAnswer>? answers)
    {
        var reasons = new Dictionary<ItemId, string>();
        foreach (var item in asked)
        {
            var answer = answers?.FirstOrDefault(answer => answer.Item == item.Item.Id);
            if (answer is null)
                reasons[item.Item.Id] = "the component gave no answer for it";
            else if (answer.Rejection is { } reason)
                reasons[item.Item.Id] = reason.Length > MaxReasonLength ? string.Concat(reason.AsSpan(0, MaxReasonLength), "…") : reason;
        }

        if (reasons.Count == 0)
            return [];
        var first = group.First(change => reasons.ContainsKey(change.Change.Item.Id)).Change.Item;
        return
        [
            .. group.Select(change => Outcome(change, new ItemRejectedError(
                change.Change.Item.Name, reasons.GetValueOrDefault(change.Change.Item.Id) ?? $"it belongs together with '{first.Name}', which was rejected"))),
        ];
    }

    // J4: what was refused a moment ago cannot be referred to.
    private static IReadOnlyList<ItemOutcome>? MissingOf(IReadOnlyList<IncomingChange> group, Dictionary<ItemId, string> refused)
    {
        foreach (var change in group)
        {
            if (IncomingGroups.Needs(change.Change).Where(refused.ContainsKey).Cast<ItemId?>().FirstOrDefault() is { } needed)
                return Refuse(group, ItemReferenceMissingError.Of(change.Change.Item.Name, needed, refused[needed]));
        }

        return null;
    }

    private ComponentUnavailableError Unavailable(Component component) => new(component.Name.Value, local.Current.Name.Ascii);

    private static IReadOnlyList<ItemOutcome> Refuse(IReadOnlyList<IncomingChange> group, CoreSyncError error) => [.. group.Select(change => Outcome(change, error))];

    private static ItemOutcome Outcome(IncomingChange change, CoreSyncError error) =>
        new(change.Change.Item.Id, change.Change.Sequence, ItemOutcomeKind.Rejected, error.Code, error.Message);
}
