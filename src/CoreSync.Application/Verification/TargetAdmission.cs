using CoreSync.Application.Cores;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Verification;

/// <summary>
/// Introduces this core at a target. A target that has seen another writer of this core refuses (P5); then this store is overtaken, restored, or one of two copies
/// that live side by side (S11), and each needs something else.
/// </summary>
internal sealed class TargetAdmission(
    IDoubtStore doubts, EngineLease lease, ICoreStore store, IChangeFeed feed, TimeProvider time, ILogger<TargetAdmission> logger)
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

        var now = time.GetUtcNow();
        var stored = await store.EpochAsync(cancellationToken).ConfigureAwait(false);
        switch (known.Judge(lease.Writer, lease.Epoch, stored, stale.Highest, now))
        {
            case WriterVerdict.Restored:
                // Everything is compared from now on: no checkpoint of this store can be believed.
                VerificationLog.StoreRestored(logger, target.Address.Fqdn.Ascii, lease.Epoch, stale.Highest);
                await doubts.RaiseEverywhereAsync(DoubtReason.SourceWentBack, cancellationToken).ConfigureAwait(false);
                known = known with { RaisedAt = now };
                await doubts.SaveWriterAsync(target.Id, known, cancellationToken).ConfigureAwait(false);
                await lease.RiseAboveAsync(stale.Highest, cancellationToken).ConfigureAwait(false);
                return await IntroduceAsync(target, sink, known, cancellationToken).ConfigureAwait(false);
            case WriterVerdict.Duplicated:
                VerificationLog.CoreDuplicated(logger, target.Address.Fqdn.Ascii, lease.Epoch, stale.Highest);
                await doubts.SaveWriterAsync(target.Id, known with { Epoch = stale.Highest, BlockedAt = now }, cancellationToken).ConfigureAwait(false);
                return Result.Fail(new CoreDuplicatedError(target.Address.Fqdn.Ascii, stale.Highest));
            default:
                return opened;
        }
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
