using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Bundles;

/// <summary>
/// Applies a verified bundle through the receiving side of this core, as if it came over the wire (A1 to A10): content that the batch needs, the batch, its receipt.
/// May be done again at any time; what is here already is skipped.
/// </summary>
/// <param name="reader">The bundle, verified.</param>
/// <param name="sink">The receiving side.</param>
/// <param name="catalogue">What is here.</param>
/// <param name="batchOf">The batch as it is applied; null passes it over.</param>
internal sealed class BundleImport(IBundleReader reader, IItemSink sink, ICatalogue catalogue, Func<BundleBatch, ChangeBatch?> batchOf)
{
    private readonly List<ImportedItem> exceptions = [];
    private readonly Dictionary<ComponentName, Checkpoint> positions = [];

    public long Applied { get; private set; }

    public long Skipped { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Items that were not applied.</summary>
    public IReadOnlyList<ImportedItem> Exceptions => exceptions;

    /// <summary>Where this core stands now, of each component whose checkpoint the bundle moves.</summary>
    public IReadOnlyDictionary<ComponentName, Checkpoint> Positions => positions;

    /// <summary>Applies all sections.</summary>
    /// <returns>Fails as <see cref="IItemSink.ApplyAsync"/>; what was applied until then stays.</returns>
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        var contents = new List<BundleContent>();
        await foreach (var section in reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (section is BundleContent content)
            {
                contents.Add(content);
                continue;
            }

            var batch = (BundleBatch)section;
            if (batchOf(batch) is { } changes)
            {
                var applied = await ApplyAsync(batch.Component, changes, contents, cancellationToken).ConfigureAwait(false);
                if (applied.IsFailed)
                    return applied;
            }

            contents.Clear();
        }

        return Result.Ok();
    }

    private async Task<Result> ApplyAsync(ComponentName component, ChangeBatch batch, List<BundleContent> contents, CancellationToken cancellationToken)
    {
        // A component that stopped before its end waits for the content that it misses; what comes after would leave a gap.
        if (positions.TryGetValue(component, out var reached) && batch.After > reached.Sequence)
            return Result.Ok();
        var existing = await catalogue.FindAsync([.. batch.Changes.Select(change => change.Item.Id)], cancellationToken).ConfigureAwait(false);
        var newer = batch.Changes.Where(change => !existing.TryGetValue(change.Item.Id, out var here) || here.Revision < change.Item.Revision).ToList();
        var needed = Places(component, newer);
        var sent = await SendAsync(contents, needed, cancellationToken).ConfigureAwait(false);
        if (sent.IsFailed)
            return sent;

        var receipt = await sink.ApplyAsync(component, batch, cancellationToken).ConfigureAwait(false);
        var missing = receipt.IsFailed ? [] : receipt.Value.Exceptions.Where(outcome => outcome.Kind == ItemOutcomeKind.ContentMissing).Select(outcome => outcome.Item).ToHashSet();
        var lost = Places(component, batch.Changes.Where(change => missing.Contains(change.Item.Id))).Except(needed).ToHashSet();
        if (contents.Any(content => lost.Any(place => place.Hash == content.Hash)))
        {
            // What is here by its revision has lost content since (S18): the bundle gives it back.
            var again = await SendAsync(contents, lost, cancellationToken).ConfigureAwait(false);
            if (again.IsFailed)
                return again;
            receipt = await sink.ApplyAsync(component, batch, cancellationToken).ConfigureAwait(false);
        }

        if (receipt.IsFailed)
            return receipt.ToResult();
        if (batch.After < batch.Last || positions.ContainsKey(component))
        {
            var position = batch.After < batch.Last ? receipt.Value.Checkpoint : positions[component].Sequence;
            positions[component] = new Checkpoint(batch.Source.StoreId, position) { Mark = receipt.Value.Mark };
        }

        Record(batch, newer, receipt.Value);
        return Result.Ok();
    }

    // As on the wire: content of an item waits in the inbox of its component, payloads in that of the batch.
    private static HashSet<(ContentHash Hash, ComponentName Component)> Places(ComponentName batch, IEnumerable<ItemChange> changes) => changes
        .SelectMany(change => BundleContents.Of(change).Select(content => (content.Hash, content.Hash == change.Item.Hash ? change.Item.Component : batch))).ToHashSet();

    private async Task<Result> SendAsync(List<BundleContent> contents, HashSet<(ContentHash Hash, ComponentName Component)> places, CancellationToken cancellationToken)
    {
        foreach (var content in contents)
        {
            foreach (var place in places.Where(place => place.Hash == content.Hash))
            {
                var sent = await SendAsync(place.Component, content, cancellationToken).ConfigureAwait(false);
                if (sent.IsFailed)
                    return sent;
            }
        }

        return Result.Ok();
    }

    private async Task<Result> SendAsync(ComponentName component, BundleContent content, CancellationToken cancellationToken)
    {
        var have = await sink.HaveContentAsync(component, [content.Hash], cancellationToken).ConfigureAwait(false);
        if (have.IsFailed)
            return have.ToResult();
        if (have.Value[0] >= content.Size)
            return Result.Ok();
        var stream = reader.OpenContent(content);
        await using var opened = stream.ConfigureAwait(false);
        stream.Seek(have.Value[0], SeekOrigin.Begin);
        return await sink.SendContentAsync(component, content.Hash, content.Size, have.Value[0], stream, cancellationToken).ConfigureAwait(false);
    }

    private void Record(ChangeBatch batch, List<ItemChange> newer, BatchReceipt receipt)
    {
        Applied += receipt.Applied;
        Skipped += receipt.Skipped;
        var outcomes = receipt.Exceptions.ToDictionary(outcome => outcome.Item);
        Bytes += newer.Where(change => !outcomes.ContainsKey(change.Item.Id)).Sum(change => BundleContents.Of(change).Sum(content => content.Size));
        foreach (var change in batch.Changes)
        {
            if (!outcomes.TryGetValue(change.Item.Id, out var outcome))
                continue;
            if (outcome.Kind == ItemOutcomeKind.Skipped)
            {
                Skipped++;
                continue;
            }

            var missing = new ContentMissingError(change.Item.Name, change.Item.Hash.ToString());
            var action = outcome.Kind == ItemOutcomeKind.Conflict ? ImportAction.Conflict : ImportAction.Reject;
            var (code, message) = outcome.Kind == ItemOutcomeKind.ContentMissing ? (missing.Code, missing.Message) : (outcome.Code, outcome.Message);
            exceptions.Add(new ImportedItem(change.Item.Id, change.Item.Component, change.Item.Name, action, change.Item.Size, code, message));
        }
    }
}
