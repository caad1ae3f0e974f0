using CoreSync.Application.Cores;
using CoreSync.Verification;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Verification;

/// <summary>
/// What this store does when another core has seen a newer writer of it (P5): a restored store rises above that and has everything compared, one that was overtaken, or of
/// which a copy lives (S11), does not.
/// </summary>
internal sealed class StoreRise(IDoubtStore doubts, EngineLease lease, ICoreStore store, TimeProvider time, ILogger<StoreRise> logger)
{
    /// <summary>Decides, and rises.</summary>
    /// <param name="known">What is known about writing to that core.</param>
    /// <param name="highest">What it has seen.</param>
    /// <param name="fqdn">Its name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The verdict, and what is known now; the caller records it before anything else is done with that core.</returns>
    public async Task<(WriterVerdict Verdict, TargetWriter Known)> DecideAsync(TargetWriter known, long highest, string fqdn, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var stored = await store.EpochAsync(cancellationToken).ConfigureAwait(false);
        var verdict = known.Judge(lease.Writer, lease.Epoch, stored, highest, now);
        switch (verdict)
        {
            case WriterVerdict.Restored:
                // Everything is compared from now on: no checkpoint of this store can be believed.
                VerificationLog.StoreRestored(logger, fqdn, lease.Epoch, highest);
                await doubts.RaiseEverywhereAsync(DoubtReason.SourceWentBack, cancellationToken).ConfigureAwait(false);
                await lease.RiseAboveAsync(highest, cancellationToken).ConfigureAwait(false);
                return (verdict, known with { RaisedAt = now });
            case WriterVerdict.Duplicated:
                VerificationLog.CoreDuplicated(logger, fqdn, lease.Epoch, highest);
                return (verdict, known with { Epoch = highest, BlockedAt = now });
            default:
                return (verdict, known);
        }
    }
}
