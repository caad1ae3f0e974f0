using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Replication;

/// <summary>
/// Reads changes from a feed and puts together the batches of one run: each change with everything that it needs and the target does not have (J4), what is
/// needed first, a cycle whole in one batch, nothing twice.
/// <code>
///   window      the next changes of the feed, in sequence order
///   closure     what they need joins them; what needs something that is missing is held back
///   batches     filled in dependency order; each moves the checkpoint as far as the window was sent without a gap
/// </code>
/// </summary>
internal sealed class BatchComposer(IChangeFeed feed, ReplicationRun run, TargetKnowledge there)
{
    private const int TargetItems = 1000;

    /// <summary>The list of payloads is most of a record: what a batch holds in memory and in its frame is bounded by them too.</summary>
    private const int TargetPayloads = 4 * Item.MaxPayloads;

    /// <summary>Content read ahead for one batch: half the wire's limit, so that headers and one more document always fit.</summary>
    private const long TargetContentBytes = ItemLimits.MaxBatchContentBytes / 2;

    /// <summary>Documents that travel apart are in the target's memory while it applies a batch (S5).</summary>
    private const long TargetApartBytes = 64 * 1024 * 1024;

    private readonly OutgoingContent content = new(feed);
    private readonly ReferenceClosure closure = new(feed, there);
    private readonly Queue<IReadOnlyList<Outgoing>> groups = new();
    private readonly List<(ItemChange Change, CoreSyncError Error)> held = [];
    private Window? window;

    /// <summary>Where the feed ends for this run; what is told later waits for the next one, so that a run ends however busy its source is.</summary>
    public Sequence Until { get; init; } = new(long.MaxValue);

    /// <summary>The next batch of the feed.</summary>
    /// <param name="after">Where the batch before it ended.</param>
    /// <param name="known">The target has all content up to here.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null when the feed is drained, or read as far as this run goes.</returns>
    public async Task<Result<PreparedBatch?>> NextAsync(Sequence after, Sequence known, CancellationToken cancellationToken)
    {
        if (window is null)
        {
            if (after >= Until)
                return Result.Ok<PreparedBatch?>(null);
            var planned = await PlanAsync(after, cancellationToken).ConfigureAwait(false);
            if (planned.IsFailed)
                return planned.ToResult<PreparedBatch?>();
            if (window is null)
                return Result.Ok<PreparedBatch?>(null);
        }

        var part = Take(known);
        var (from, to) = window.Sent(part.Select(outgoing => outgoing.Sequence));
        var batch = await ReadAsync(window.Source, from, to, part, cancellationToken).ConfigureAwait(false);
        if (groups.Count == 0)
        {
            there.Reached(run.Component, window.Last);
            window = null;
        }

        return batch.IsFailed ? batch.ToResult<PreparedBatch?>() : await PrepareAsync(batch.Value, known, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Batches that offer changes again, each with what it needs; they move no checkpoint.</summary>
    /// <param name="source">Who sends.</param>
    /// <param name="at">Where the target stands.</param>
    /// <param name="known">The target has all content up to here; zero includes all.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<Result<PreparedBatch>> OfferAsync(
        SourceIdentity source, Sequence at, Sequence known, IReadOnlyList<ItemChange> changes,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var done = 0; done < changes.Count;)
        {
            var planned = await EnqueueAsync([.. changes.Skip(done)], cancellationToken).ConfigureAwait(false);
            if (planned.IsFailed)
            {
                yield return planned.ToResult<PreparedBatch>();
                yield break;
            }

            done += planned.Value;
            do
            {
                var part = Take(known);
                foreach (var outgoing in part)
                    there.Sent(outgoing.Id, outgoing.Sequence);
                var batch = await ReadAsync(source, at, at, part, cancellationToken).ConfigureAwait(false);
                yield return batch.IsFailed ? batch.ToResult<PreparedBatch>() : await PrepareAsync(batch.Value, known, cancellationToken).ConfigureAwait(false);
            }
            while (groups.Count > 0);
        }
    }

    /// <summary>The part of a batch whose content the target misses after all, with that content; what needs it waits for it and is part of it.</summary>
    public Task<PreparedBatch> AgainAsync(ChangeBatch batch, IReadOnlySet<ItemId> missing, CancellationToken cancellationToken)
    {
        // Without what the target took from a cycle the rest of it may have an order.
        var graph = new ReferenceGraph<ItemChange>([.. batch.Changes.Where(change => missing.Contains(change.Item.Id))], change => change.Item.Id, IncomingGroups.Needs);
        return content.FillAsync(batch with { Changes = [.. graph.Groups.SelectMany(group => group)] }, Sequence.Zero, cancellationToken);
    }

    private async Task<Result> PlanAsync(Sequence after, CancellationToken cancellationToken)
    {
        // The head is read before the changes: everything up to it is in what follows, so a drained feed may move the checkpoint there.
        var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        var read = await feed.ReadAsync(run.Component, after, run.Target, TargetItems, cancellationToken).ConfigureAwait(false);
        if (read.IsFailed || read.Value.Count == 0)
            return read.ToResult();
        var planned = await EnqueueAsync(read.Value, cancellationToken).ConfigureAwait(false);
        if (planned.IsFailed)
            return planned.ToResult();
        var isDrained = read.Value.Count < TargetItems && planned.Value == read.Value.Count;
        var last = read.Value[planned.Value - 1].Sequence;
        if (isDrained && head.Value.Sequence > last)
            last = head.Value.Sequence;
        var waiting = groups.SelectMany(group => group).Where(outgoing => outgoing.Change is not null).Select(outgoing => outgoing.Sequence);
        window = new Window(head.Value.Source, after, last, waiting);
        return Result.Ok();
    }

    // Plans as many of the changes as can be put in order at a time; answers how many.
    private async Task<Result<int>> EnqueueAsync(IReadOnlyList<ItemChange> changes, CancellationToken cancellationToken)
    {
        for (var count = Math.Min(changes.Count, TargetItems); ; count /= 2)
        {
            var roots = changes.Take(count).Where(change => !there.WasSent(change.Item.Id, change.Sequence)).ToList();
            var ordered = await closure.OfAsync(roots, cancellationToken).ConfigureAwait(false);
            if (ordered.IsFailed)
                return ordered.ToResult<int>();
            if (ordered.Value is { } plan)
            {
                foreach (var group in plan.Groups)
                    groups.Enqueue(group);
                foreach (var change in roots.Where(change => plan.Held.ContainsKey(change.Item.Id)))
                    HoldBack(change, plan.Held[change.Item.Id]);
                return count;
            }

            if (count == 1)
            {
                HoldBack(roots[0], new ItemNeedsTooManyError(roots[0].Item.Name, ReferenceClosure.MaxCompanions));
                return 1;
            }
        }
    }

    private void HoldBack(ItemChange change, CoreSyncError error)
    {
        held.Add((change with { Content = null }, error));
        there.HeldBack(change.Item.Id);
    }

    // As many groups as fit in a batch; always one, or none when nothing is left.
    private List<Outgoing> Take(Sequence known)
    {
        var part = new List<Outgoing>();
        long inline = 0, apart = 0;
        var payloads = 0;
        while (groups.TryPeek(out var group))
        {
            foreach (var outgoing in group.Where(outgoing => outgoing.ContentSequence > known))
            {
                if (outgoing.Bytes <= ItemLimits.MaxInlineBytes)
                    inline += outgoing.Bytes;
                else if (outgoing.IsDocument)
                    apart += outgoing.Bytes;
            }

            payloads += group.Sum(outgoing => outgoing.Payloads);
            if (part.Count > 0 && (part.Count + group.Count > TargetItems || payloads > TargetPayloads || inline > TargetContentBytes || apart > TargetApartBytes))
                break;
            part.AddRange(groups.Dequeue());
        }

        return part;
    }

    private async Task<Result<ChangeBatch>> ReadAsync(SourceIdentity source, Sequence from, Sequence to, List<Outgoing> part, CancellationToken cancellationToken)
    {
        var along = part.Where(outgoing => outgoing.IsCopy).Select(outgoing => outgoing.Id).ToList();
        var copies = new Dictionary<ItemId, ItemChange>(along.Count);
        if (along.Count > 0)
        {
            var read = await feed.ReadCopiesAsync(along, run.AsCopies, cancellationToken).ConfigureAwait(false);
            if (read.IsFailed)
                return read.ToResult<ChangeBatch>();
            foreach (var copy in read.Value)
                copies.Add(copy.Item.Id, copy);
        }

        var changes = new List<ItemChange>(part.Count);
        foreach (var outgoing in part)
        {
            // Gone since it was planned: what needs it is refused by the target and offered again.
            if ((outgoing.IsCopy ? copies.GetValueOrDefault(outgoing.Id) : outgoing.Change) is not { } change)
                continue;
            var isOutside = outgoing.Change is null || (from < to && (change.Sequence <= from || change.Sequence > to));
            if (isOutside)
                there.Sent(change.Item.Id, change.Sequence);
            changes.Add(change with
            {
                IsCompanion = isOutside || change.Item.Component != run.Component,
                Item = run.AsCopies ? change.Item with { AutoSync = false } : change.Item,
            });
        }

        return new ChangeBatch(source, from, to, changes);
    }

    private async Task<PreparedBatch> PrepareAsync(ChangeBatch batch, Sequence known, CancellationToken cancellationToken)
    {
        var prepared = await content.FillAsync(batch, known, cancellationToken).ConfigureAwait(false);
        if (held.Count == 0)
            return prepared;
        prepared = prepared with { Withheld = [.. prepared.Withheld, .. held] };
        held.Clear();
        return prepared;
    }

    /// <summary>The part of the feed that is planned, and how far it was sent without a gap.</summary>
    private sealed class Window(SourceIdentity source, Sequence after, Sequence last, IEnumerable<Sequence> waiting)
    {
        private readonly SortedSet<long> waiting = [.. waiting.Select(sequence => sequence.Value)];
        private Sequence position = after;

        public SourceIdentity Source => source;

        public Sequence Last => last;

        /// <summary>What a batch that holds these covers: from where the one before ended, to before the first change that still waits.</summary>
        public (Sequence From, Sequence To) Sent(IEnumerable<Sequence> sequences)
        {
            foreach (var sequence in sequences)
                waiting.Remove(sequence.Value);
            var from = position;
            position = waiting.Count == 0 ? last : new Sequence(Math.Max(from.Value, waiting.Min - 1));
            return (from, position);
        }
    }
}

/// <summary>One replication: a component of a source to a target.</summary>
/// <param name="TargetEntry">The target in the list of this core.</param>
/// <param name="Fqdn">Its name, for logs and errors.</param>
/// <param name="Target">The target core: items that it made are never sent back (A8).</param>
/// <param name="Component">The component.</param>
/// <param name="Failures">Counts refusals.</param>
/// <param name="AsCopies">Items become ordinary editable ones on the target (J2), whatever their flag.</param>
internal sealed record ReplicationRun(TargetId TargetEntry, Fqdn Fqdn, CoreId Target, ComponentName Component, FailureBook Failures, bool AsCopies = false);
