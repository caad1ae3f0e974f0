using CoreSync.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Application.Rollup;

/// <inheritdoc cref="ILocalSources"/>
internal sealed class LocalSources(
    ICollectedItems items, IReaderStore readers, IComponentStore components, ICatalogue catalogue, LocalChangeFeed feed, LocalHoldings holdings, DocumentBrake brake, StoreRise rise,
    ILocalCore local, TimeProvider time) : ILocalSources
{
    public ISource For(Account account, CoreId reader, string? name) =>
        new LocalSource(
            account, reader, name ?? reader.ToString(), items, readers, components, catalogue, new CollectedFeed(items, components, feed, account, reader),
            new CollectedHoldings(items, holdings, reader), brake, rise, local, time);
}

/// <summary>This core as a rollup core collects from it.</summary>
internal sealed class LocalSource(
    Account account, CoreId reader, string name, ICollectedItems items, IReaderStore readers, IComponentStore components, ICatalogue catalogue, CollectedFeed feed,
    CollectedHoldings holdings, DocumentBrake brake, StoreRise rise, ILocalCore local, TimeProvider time) : ISource
{
    public IChangeFeed Feed => feed;

    public ISourceHoldings Holdings => holdings;

    public async Task<Result<SourceState>> OpenAsync(IReadOnlyDictionary<ComponentName, Checkpoint> here, CancellationToken cancellationToken)
    {
        if (reader == local.Current.Id)
            return Result.Fail(new TargetIsSelfError(local.Current.Name.Ascii));
        if (!account.May(Rights.ConsoleAdministrator))
            return Result.Fail(RightsMissingError.ForRollup(account.Name, local.Current.Name.Ascii, name));
        await readers.MeetAsync(new FeedReader(reader, name, account.Name, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        var source = head.Value.Source;
        var known = await readers.WriterAsync(reader, cancellationToken).ConfigureAwait(false);
        if (known.Writer != source.Writer || known.Epoch != source.Epoch)
            await readers.SaveWriterAsync(reader, known with { Epoch = source.Epoch, Writer = source.Writer }, cancellationToken).ConfigureAwait(false);

        var remembered = await readers.PositionsAsync(reader, cancellationToken).ConfigureAwait(false);
        var given = new Dictionary<ComponentName, SourceComponent>();
        var refused = new HashSet<ComponentName>();
        foreach (var component in (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.IsEnabled))
        {
            if (!account.MayWrite(component.Name))
            {
                refused.Add(component.Name);
                continue;
            }

            var ours = remembered.GetValueOrDefault(component.Name, Checkpoint.None);
            var theirs = here.GetValueOrDefault(component.Name, Checkpoint.None);
            given[component.Name] = await StateAsync(component, ours, Checkpoint.Agree(ours, theirs, source.StoreId), cancellationToken).ConfigureAwait(false);
            // The reader remembers what this store never gave: it is an older copy, and must not give those positions a second time (P6).
            if (theirs.StoreId == source.StoreId && theirs.Sequence > head.Value.Sequence && theirs.Sequence.Value - head.Value.Sequence.Value <= PastAgreement.MaxSkip)
                await catalogue.SkipToAsync(theirs.Sequence, cancellationToken).ConfigureAwait(false);
        }

        return new SourceState(head.Value, given, refused);
    }

    public async Task<Result> AcknowledgeAsync(ComponentName component, Checkpoint position, CancellationToken cancellationToken)
    {
        await readers.AcknowledgeAsync(reader, component, position, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        return Result.Ok();
    }

    public async Task<Result> RiseAboveAsync(long highest, CancellationToken cancellationToken)
    {
        var known = await readers.WriterAsync(reader, cancellationToken).ConfigureAwait(false);
        var (verdict, after) = await rise.DecideAsync(known, highest, name, cancellationToken).ConfigureAwait(false);
        if (after != known && verdict == WriterVerdict.Restored)
            await readers.SaveWriterAsync(reader, after, cancellationToken).ConfigureAwait(false);
        return verdict switch
        {
            WriterVerdict.Restored => Result.Ok(),
            WriterVerdict.Duplicated => Result.Fail(new CoreDuplicatedError(name, highest)),
            _ => Result.Fail(new StaleEpochError(local.Current.Id.ToString(), known.Epoch, highest)),
        };
    }

    private async Task<SourceComponent> StateAsync(Component component, Checkpoint remembered, Sequence agreed, CancellationToken cancellationToken)
    {
        var waiting = await items.BacklogAsync(component.Name, agreed, reader, cancellationToken).ConfigureAwait(false);
        var braked = component.Kind == ComponentKind.Documents && agreed != Sequence.Zero && waiting.Deletes > 0
            ? await brake.JudgeAsync(component.Name, agreed, async after =>
            {
                var behind = await items.BacklogAsync(component.Name, after, reader, cancellationToken).ConfigureAwait(false);
                return (behind.Deletes, behind.Live);
            }, cancellationToken).ConfigureAwait(false)
            : null;
        return new SourceComponent(remembered, await items.HorizonAsync(component.Name, cancellationToken).ConfigureAwait(false), waiting.Changes, waiting.Bytes, braked);
    }
}
