using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Application.Replication;

/// <summary>Hands changes to the appliers of their components; one batch may hold several (J4).</summary>
internal sealed class ItemAppliers(ComponentAppliers appliers)
{
    /// <summary>Makes what came inside the batch durable outside the store.</summary>
    /// <returns>What cannot be taken.</returns>
    public async Task<IReadOnlyList<ItemOutcome>> StageAsync(
        IReadOnlyDictionary<ComponentName, Component> components, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken)
    {
        var refused = new List<ItemOutcome>();
        foreach (var part in changes.GroupBy(change => change.Change.Item.Component))
            refused.AddRange(await appliers.For(components[part.Key]).StageAsync(components[part.Key], [.. part], cancellationToken).ConfigureAwait(false));
        return refused;
    }

    /// <summary>Puts changes into effect in their order, by runs of one component. What needs something that failed is not handed over.</summary>
    /// <param name="components">The components of the changes.</param>
    /// <param name="changes">What is left of the groups, in their order.</param>
    /// <param name="groups">What must be applied together.</param>
    /// <param name="before">What was refused before.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What did not succeed, and what was left out for it.</returns>
    public async Task<IReadOnlyList<ItemOutcome>> ApplyAsync(
        IReadOnlyDictionary<ComponentName, Component> components, IReadOnlyList<IncomingChange> changes, IncomingGroups groups, IReadOnlyList<ItemOutcome> before,
        CancellationToken cancellationToken)
    {
        var refused = new List<ItemOutcome>();
        for (var next = 0; next < changes.Count;)
        {
            var component = components[changes[next].Change.Item.Component];
            var run = changes.Skip(next).TakeWhile(change => change.Change.Item.Component == component.Name).ToList();
            next += run.Count;
            if (refused.Count > 0)
            {
                var left = refused.Select(outcome => outcome.Item).ToHashSet();
                run.RemoveAll(change => left.Contains(change.Change.Item.Id));
            }

            if (run.Count == 0)
                continue;
            var failed = await appliers.For(component).ApplyAsync(component, run, cancellationToken).ConfigureAwait(false);
            if (failed.Count == 0)
                continue;
            refused.AddRange(failed);
            refused.AddRange(groups.Unmet([.. before, .. refused]));
        }

        return refused;
    }

    /// <summary>Removes leftovers of staging.</summary>
    public async Task TidyAsync(IEnumerable<Component> components, CancellationToken cancellationToken)
    {
        foreach (var component in components)
            await appliers.For(component).TidyAsync(component, cancellationToken).ConfigureAwait(false);
    }
}
