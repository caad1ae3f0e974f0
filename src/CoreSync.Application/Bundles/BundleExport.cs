using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Bundles;

/// <summary>
/// Writes the sections of a bundle:
/// <code>
///   feed        for each component the batches that a sync would send after the position given, then its items that are not auto-synced
///   selection   the chosen items with what they need
/// </code>
/// Content stands before the batch that needs it. Nothing relies on what the importing core may have beyond the position given.
/// </summary>
internal sealed class BundleExport(IChangeFeed feed, ICatalogue catalogue, ICoreStore store, ILocalCore local, ISettingStore settings, IRandomSource random, TimeProvider time)
{
    private const int PageItems = 1000;

    private readonly BundleFeed source = new(feed, catalogue, store, local);

    /// <summary>The manifest as far as it is known before the first section.</summary>
    public async Task<Result<ExportOpening>> OpeningAsync(ExportSelection wanted, Guid id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var head = await source.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult<ExportOpening>();
        var components = new List<BundleComponent>();
        if (wanted.Kind == BundleKind.Feed)
        {
            // Files first: a document may refer to a file, and a file to nothing.
            foreach (var component in wanted.Components.OrderBy(component => component.Kind == ComponentKind.Documents))
                components.Add(new BundleComponent(component.Name, await FromAsync(component.Name, wanted.Since, cancellationToken).ConfigureAwait(false), Sequence.Zero, 0));
        }
        else
        {
            var items = await catalogue.FindAsync(wanted.Items, cancellationToken).ConfigureAwait(false);
            var names = items.Values.OrderBy(item => item.Kind == ItemKind.Document).Select(item => item.Component).Concat(wanted.Components.Select(component => component.Name)).Distinct();
            components.AddRange(names.Select(name => new BundleComponent(name, Sequence.Zero, Sequence.Zero, 0)));
        }

        var manifest = new BundleManifest(
            id, wanted.Kind, head.Value.Source, local.Current.Name.Ascii, at, components, new BundleTotals(0, 0, 0, 0, 0), ContentHash.Empty);
        return new ExportOpening(manifest, head.Value.Sequence);
    }

    /// <summary>Writes all sections.</summary>
    /// <returns>Fails with the error of content that cannot be read, or of the writer; the bundle is of no use then.</returns>
    public async Task<Result<ExportSections>> WriteAsync(ExportSelection wanted, ExportOpening opening, IBundleWriter writer, CancellationToken cancellationToken)
    {
        var leftOut = new List<LeftOutItem>();
        var components = new List<BundleComponent>();
        var there = new TargetKnowledge(default, wanted.Sending, []);
        foreach (var entry in opening.Manifest.Components.Where(entry => entry.From > Sequence.Zero))
            there.Reached(entry.Name, entry.From);
        // A file refuses nothing: the book stays empty.
        var book = new FailureBook([], await settings.ReadRetryPolicyAsync(cancellationToken).ConfigureAwait(false), random, time);
        foreach (var entry in opening.Manifest.Components)
        {
            var run = new ReplicationRun(default, local.Current.Name, default, entry.Name, book);
            var part = new Part(entry, writer, new BatchComposer(source, run, there), leftOut);
            var written = wanted.Kind == BundleKind.Feed
                ? await WriteFeedAsync(part, wanted, opening, cancellationToken).ConfigureAwait(false)
                : await WriteChosenAsync(part, wanted, opening, cancellationToken).ConfigureAwait(false);
            if (written.IsFailed)
                return written.ToResult<ExportSections>();
            components.Add(part.Entry);
        }

        return new ExportSections(components, leftOut);
    }

    // A component with nothing at or before the position begins at the beginning: there is no gap in front of it, whoever imports it.
    private async Task<Sequence> FromAsync(ComponentName component, Sequence since, CancellationToken cancellationToken)
    {
        var (all, _) = await catalogue.BacklogAsync(component, Sequence.Zero, null, cancellationToken).ConfigureAwait(false);
        var (after, _) = await catalogue.BacklogAsync(component, since, null, cancellationToken).ConfigureAwait(false);
        return all == after ? Sequence.Zero : since;
    }

    private async Task<Result> WriteFeedAsync(Part part, ExportSelection wanted, ExportOpening opening, CancellationToken cancellationToken)
    {
        var position = part.Entry.From;
        while (position < opening.Head)
        {
            var next = await part.Composer.NextAsync(position, part.Entry.From, cancellationToken).ConfigureAwait(false);
            if (next.IsFailed)
                return next.ToResult();
            // A drained feed has nothing between here and the head as it was.
            var prepared = next.Value ?? new PreparedBatch(new ChangeBatch(opening.Manifest.Source, position, opening.Head, []), [], []);
            var written = await WriteAsync(part, prepared, cancellationToken).ConfigureAwait(false);
            if (written.IsFailed)
                return written;
            position = prepared.Batch.Last;
        }

        part.Entry = part.Entry with { To = position };
        await foreach (var ids in PagesAsync(part.Entry.Name, item => !item.AutoSync, cancellationToken).ConfigureAwait(false))
        {
            var offered = await OfferAsync(part, opening.Manifest.Source, ids, wanted.Since, cancellationToken).ConfigureAwait(false);
            if (offered.IsFailed)
                return offered;
        }

        return Result.Ok();
    }

    private async Task<Result> WriteChosenAsync(Part part, ExportSelection wanted, ExportOpening opening, CancellationToken cancellationToken)
    {
        var items = await catalogue.FindAsync(wanted.Items, cancellationToken).ConfigureAwait(false);
        var chosen = wanted.Items.Where(id => items.TryGetValue(id, out var item) && item.Component == part.Entry.Name).ToHashSet();
        foreach (var ids in chosen.Chunk(PageItems))
        {
            var offered = await OfferAsync(part, opening.Manifest.Source, ids, Sequence.Zero, cancellationToken).ConfigureAwait(false);
            if (offered.IsFailed)
                return offered;
        }

        if (wanted.Components.All(component => component.Name != part.Entry.Name))
            return Result.Ok();
        await foreach (var ids in PagesAsync(part.Entry.Name, item => !chosen.Contains(item.Id), cancellationToken).ConfigureAwait(false))
        {
            var offered = await OfferAsync(part, opening.Manifest.Source, ids, Sequence.Zero, cancellationToken).ConfigureAwait(false);
            if (offered.IsFailed)
                return offered;
        }

        return Result.Ok();
    }

    private async IAsyncEnumerable<IReadOnlyList<ItemId>> PagesAsync(
        ComponentName component, Func<Item, bool> wanted, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<Item> page;
        (ComponentName, string, ItemId)? last = null;
        do
        {
            page = await catalogue.ListAsync(component, last, PageItems, cancellationToken).ConfigureAwait(false);
            if (page.Count == 0)
                yield break;
            last = (page[^1].Component, page[^1].Name, page[^1].Id);
            if (page.Where(wanted).Select(item => item.Id).ToList() is { Count: > 0 } ids)
                yield return ids;
        }
        while (page.Count == PageItems);
    }

    private async Task<Result> OfferAsync(Part part, SourceIdentity identity, IReadOnlyCollection<ItemId> ids, Sequence since, CancellationToken cancellationToken)
    {
        var entries = await source.EntriesAsync(ids, cancellationToken).ConfigureAwait(false);
        if (entries.IsFailed)
            return entries.ToResult();
        // What was released keeps its place in the feed whatever happens to it afterwards: where it was written last tells of that.
        var changed = entries.Value.Where(entry => entry.Written > since).Select(entry => entry.Item.Id).ToList();
        foreach (var chunk in changed.Chunk(PageItems / 10))
        {
            var copies = await source.ReadCopiesAsync(chunk, asCopies: false, cancellationToken).ConfigureAwait(false);
            if (copies.IsFailed)
                return copies.ToResult();
            await foreach (var prepared in part.Composer.OfferAsync(identity, Sequence.Zero, Sequence.Zero, copies.Value, cancellationToken).ConfigureAwait(false))
            {
                var written = prepared.IsFailed ? prepared.ToResult() : await WriteAsync(part, prepared.Value, cancellationToken).ConfigureAwait(false);
                if (written.IsFailed)
                    return written;
            }
        }

        return Result.Ok();
    }

    private async Task<Result> WriteAsync(Part part, PreparedBatch prepared, CancellationToken cancellationToken)
    {
        foreach (var (change, error) in prepared.Withheld)
        {
            // What needs something that is not here is told and left out, as a sync would. Content that cannot be read now would be missed for ever by who imports this.
            if (error.Kind == ErrorKind.Unavailable)
                return Result.Fail(error);
            part.LeftOut.Add(new LeftOutItem(change.Item.Id, change.Item.Component, change.Item.Name, error));
        }

        foreach (var (change, hash, size) in Contents(prepared.Batch, BundleContents.Known(prepared.Batch, part.Entry)))
        {
            var opened = await OpenAsync(change, hash, cancellationToken).ConfigureAwait(false);
            if (opened.IsFailed)
                return opened.ToResult();
            await using var stream = opened.Value.ConfigureAwait(false);
            var added = await part.Writer.AddContentAsync(part.Entry.Name, hash, size, opened.Value, cancellationToken).ConfigureAwait(false);
            if (added.IsFailed)
                return added.HasError<ContentUnstableError>() ? Result.Fail(new ContentUnstableError(change.Item.Name)) : added;
        }

        part.Entry = part.Entry with { Changes = part.Entry.Changes + prepared.Batch.Changes.Count };
        return await part.Writer.AddBatchAsync(part.Entry.Name, prepared.Batch, cancellationToken).ConfigureAwait(false);
    }

    // Each content once before a batch, whichever of its items name it.
    private static IEnumerable<(ItemChange Change, ContentHash Hash, long Size)> Contents(ChangeBatch batch, Sequence from) => batch.Changes
        .Where(change => BundleContents.MustBring(change, from))
        .SelectMany(change => BundleContents.Of(change).Where(content => change.Content is null || content.Hash != change.Item.Hash).Select(content => (change, content.Hash, content.Size)))
        .DistinctBy(content => content.Hash);

    private async Task<Result<Stream>> OpenAsync(ItemChange change, ContentHash hash, CancellationToken cancellationToken) =>
        hash == change.Item.Hash
            ? await source.OpenContentAsync(change, 0, cancellationToken).ConfigureAwait(false)
            : await source.OpenPayloadAsync(change.Item.Payloads.First(payload => payload.Hash == hash), 0, cancellationToken).ConfigureAwait(false);

    private sealed class Part(BundleComponent entry, IBundleWriter writer, BatchComposer composer, List<LeftOutItem> leftOut)
    {
        public BatchComposer Composer { get; } = composer;

        public BundleComponent Entry { get; set; } = entry;

        public IBundleWriter Writer { get; } = writer;

        public List<LeftOutItem> LeftOut { get; } = leftOut;
    }
}

/// <summary>What is known before the first section.</summary>
/// <param name="Manifest">With the positions that the components begin at.</param>
/// <param name="Head">Everything up to here goes in.</param>
internal sealed record ExportOpening(BundleManifest Manifest, Sequence Head);

/// <summary>What was written.</summary>
internal sealed record ExportSections(IReadOnlyList<BundleComponent> Components, IReadOnlyList<LeftOutItem> LeftOut);
