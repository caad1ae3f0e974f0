using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Application.Verification;

/// <summary>
/// Introduces this core at a target. A target that has seen another writer of this core refuses (P5); then this store is overtaken, restored, or one of two copies
/// that live side by side (S11), and each needs something else.
/// </summary>
internal sealed class TargetAdmission(
    IDoubtStore doubts, IChangeFeed feed, StoreRise rise)
{
    /// <summary>Opens the replication.</summary>
    /// <returns>Fails as <see cref="IItemSink.OpenAsync"/>, or with <see cref="CoreDuplicatedError"/>.</returns>
    public async Task<Result<SinkState>> OpenAsync(CoreServer target, IItemSink sink, CancellationToken cancellationToken)
    {
        var known = await doubts.WriterAsync(target.Id, cancellationToken).ConfigureAwait(false);
        if (known.BlockedAt is not null)
            return Result.Fail(new CoreDuplicatedError(target.Address.Fqdn.Ascii, known.Epoch));
        var opened = await IntroduceAsync(target, sink, known, cancellationToken).ConfigureAwait(false);
        if (opened.Errors.OfType<StaleEpochError>().FirstOrDefault() is not { } stale)
            return opened;

        var (verdict, after) = await rise.DecideAsync(known, stale.Highest, target.Address.Fqdn.Ascii, cancellationToken).ConfigureAwait(false);
        if (verdict == WriterVerdict.Stale)
            return opened;
        await doubts.SaveWriterAsync(target.Id, after, cancellationToken).ConfigureAwait(false);
        return verdict == WriterVerdict.Restored
            ? await IntroduceAsync(target, sink, after, cancellationToken).ConfigureAwait(false)
            : Result.Fail(new CoreDuplicatedError(target.Address.Fqdn.Ascii, stale.Highest));
    }

    private async Task<Result<SinkState>> IntroduceAsync(CoreServer target, IItemSink sink, TargetWriter known, CancellationToken cancellationToken)
    {
        var head = await feed.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head.IsFailed)
            return head.ToResult();
        var opened = await sink.OpenAsync(head.Value.Source, cancellationToken).ConfigureAwait(false);
        var source = head.Value.Source;
        if (opened.IsSuccess && (known.Writer != source.Writer || known.Epoch != source.Epoch))
            await doubts.SaveWriterAsync(target.Id, known with { Epoch = source.Epoch, Writer = source.Writer }, cancellationToken).ConfigureAwait(false);
        return opened;
    }
}
