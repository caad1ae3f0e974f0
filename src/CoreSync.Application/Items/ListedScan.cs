using CoreSync.Application.Cores;
using CoreSync.Application.Outbox;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Settings;
using FluentResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Items;

/// <summary>
/// Compares what a product lists with the catalogue (I3):
/// <code>
///   1  remember   what the catalogue holds now: only of that can something have vanished
///   2  list       items whose version is known are passed over, others are read and written like those of the outbox
///   3  brake      vanished items, unless too many at once (A6)
/// </code>
/// Memory grows with the number of items of the component, by their ids and versions alone.
/// </summary>
internal sealed class ListedScan(
    ProductComponents products, IServiceScopeFactory scopes, ICatalogue catalogue, IComponentStore components, IListedVersions versions, IRelayStore relay, IPayloadStore payloads,
    ComponentGates gates, ISettingStore settings, ILocalCore local, IRandomSource random, ILogger<ListedScan> logger)
{
    private const int MaxBatch = 200;

    /// <summary>Whether the product in this process lists the items of a component.</summary>
    public bool Covers(Component component) => products.Find(component.Name)?.IsAssignableTo(typeof(IListedComponent)) == true;

    /// <returns>Fails with <see cref="ComponentUnavailableError"/> when the product cannot list, or <see cref="MassDeleteError"/>; nothing is deleted then. Items that cannot be taken are scan problems.</returns>
    public async Task<Result> ScanAsync(Component component, CancellationToken cancellationToken)
    {
        // Step 1: remember.
        var before = await LiveAsync(component.Name, cancellationToken).ConfigureAwait(false);
        var known = await versions.AllAsync(component.Name, cancellationToken).ConfigureAwait(false);
        var problems = new List<ScanProblem>();
        var seen = new HashSet<ItemId>();
        try
        {
            // Step 2: list.
            var scope = scopes.CreateAsyncScope();
            await using var _ = scope.ConfigureAwait(false);
            var product = (IListedComponent)scope.ServiceProvider.GetRequiredService(products.Find(component.Name)!);
            var changed = new List<ListedItem>();
            await foreach (var item in product.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!seen.Add(item.Id) || (known.GetValueOrDefault(item.Id) == item.Version && before.ContainsKey(item.Id)))
                    continue;
                changed.Add(item);
                if (changed.Count < MaxBatch)
                    continue;
                problems.AddRange(await TakeAsync(component, product, changed, cancellationToken).ConfigureAwait(false));
                changed.Clear();
            }

            problems.AddRange(await TakeAsync(component, product, changed, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or CoreSyncException))
        {
            // Not ours: what a product throws must not end the engine.
            ItemLog.ListFailed(logger, component.Name.Value, exception);
            return Result.Fail(new ComponentUnavailableError(component.Name.Value, local.Current.Name.Ascii));
        }

        // Step 3: brake.
        var vanished = before.Values.Where(item => !seen.Contains(item.Id)).ToList();
        var braked = await BrakeAsync(component, vanished.Count, before.Count, cancellationToken).ConfigureAwait(false);
        if (braked.IsSuccess)
            problems.AddRange(await DeleteAsync(component, vanished, cancellationToken).ConfigureAwait(false));
        await catalogue.SetScanProblemsAsync(component.Name, problems, cancellationToken).ConfigureAwait(false);
        return braked;
    }

    private async Task<IReadOnlyList<ScanProblem>> TakeAsync(Component component, IListedComponent product, List<ListedItem> changed, CancellationToken cancellationToken)
    {
        var entries = new List<OutboxEntry>();
        foreach (var item in changed)
        {
            if (await product.ReadAsync(item.Id, cancellationToken).ConfigureAwait(false) is { } draft)
                entries.Add(new OutboxEntry(random.NewGuid(), OutboxKind.Put, item.Id, draft with { Id = item.Id, Component = component.Name }));
        }

        var refused = await WriteAsync(component, entries, cancellationToken).ConfigureAwait(false);
        var failed = refused.Select(entry => entry.Entry.Item).ToHashSet();
        var read = entries.Select(entry => entry.Item).ToHashSet();
        await versions.SaveAsync(component.Name, [.. changed.Where(item => read.Contains(item.Id) && !failed.Contains(item.Id))], [], cancellationToken).ConfigureAwait(false);
        return [.. refused.Select(entry => new ScanProblem(entry.Entry.Draft!.Name, entry.Error.Code, entry.Error.Message))];
    }

    private async Task<IReadOnlyList<ScanProblem>> DeleteAsync(Component component, List<Item> vanished, CancellationToken cancellationToken)
    {
        if (vanished.Count == 0)
            return [];
        var names = vanished.ToDictionary(item => item.Id, item => item.Name);
        var refused = await WriteAsync(component, [.. vanished.Select(item => new OutboxEntry(random.NewGuid(), OutboxKind.Delete, item.Id, null))], cancellationToken).ConfigureAwait(false);
        await versions.SaveAsync(component.Name, [], [.. names.Keys], cancellationToken).ConfigureAwait(false);
        await components.SetConfirmedDeletesAsync(component.Name, 0, cancellationToken).ConfigureAwait(false);
        return [.. refused.Select(entry => new ScanProblem(names[entry.Entry.Item], entry.Error.Code, entry.Error.Message))];
    }

    private async Task<IReadOnlyList<(OutboxEntry Entry, CoreSyncError Error)>> WriteAsync(Component component, List<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
            return [];
        var refusals = entries.Where(entry => entry.Draft is not null)
            .Select(entry => (entry.Id, Error: RelayRules.Refusal(entry.Draft!, component, local.Current.Id, payloads))).Where(entry => entry.Error is not null).ToDictionary(entry => entry.Id, entry => entry.Error);
        using var entered = await gates.EnterAsync([component.Name], cancellationToken).ConfigureAwait(false);
        var refused = await relay.TakeAsync(
            entries, (entry, item) => refusals.TryGetValue(entry.Id, out var error) ? new RelayDecision(null, error) : RelayRules.Decide(entry, item, local.Current.Id), cancellationToken)
            .ConfigureAwait(false);
        await relay.ForgetAsync([.. entries.Select(entry => entry.Id)], cancellationToken).ConfigureAwait(false);
        return refused;
    }

    private async Task<Result> BrakeAsync(Component component, int gone, int total, CancellationToken cancellationToken)
    {
        var percent = await settings.ReadNumberAsync(Setting.MassDeletePercent, cancellationToken).ConfigureAwait(false);
        if (gone == 0 || (gone < total && gone * 100L <= percent * total) || await components.ConfirmedDeletesAsync(component.Name, cancellationToken).ConfigureAwait(false) >= gone)
            return Result.Ok();
        ItemLog.ListBraked(logger, component.Name.Value, gone, total);
        return Result.Fail(new MassDeleteError(component.Name.Value, gone, total, (int)percent));
    }

    private async Task<Dictionary<ItemId, Item>> LiveAsync(ComponentName component, CancellationToken cancellationToken)
    {
        var live = new Dictionary<ItemId, Item>();
        IReadOnlyList<Item> page;
        (ComponentName, string, ItemId)? last = null;
        do
        {
            page = await catalogue.ListAsync(component, last, 1000, cancellationToken).ConfigureAwait(false);
            foreach (var item in page)
                live[item.Id] = item;
            last = page.Count == 0 ? null : (page[^1].Component, page[^1].Name, page[^1].Id);
        }
        while (page.Count == 1000);
        return live;
    }
}
