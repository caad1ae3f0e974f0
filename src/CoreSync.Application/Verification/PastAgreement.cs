using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Verification;

/// <summary>Finds out at each contact whether both sides remember the same past, before anything is sent (P6).</summary>
internal sealed class PastAgreement(IDoubtStore doubts, ICatalogue catalogue, ILogger<PastAgreement> logger)
{
    // What a target may claim to have seen beyond this store's end (N15).
    internal const long MaxSkip = 1L << 40;

    /// <summary>Records a doubt where the two memories of a component differ.</summary>
    /// <param name="other">The target, or the source where this core collects.</param>
    /// <param name="component">The component.</param>
    /// <param name="ours">The source's memory.</param>
    /// <param name="theirs">The target's memory.</param>
    /// <param name="store">The source's store.</param>
    /// <param name="head">Where the source's feed ends.</param>
    /// <param name="horizon">Up to where the source purged tombstones.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task ExamineAsync(
        CoreServer other, ComponentName component, Checkpoint ours, Checkpoint theirs, Guid store, Sequence head, Sequence horizon, CancellationToken cancellationToken)
    {
        if (Doubt.About(ours, theirs, store, head, horizon) is not { } reason)
            return;
        VerificationLog.Doubted(logger, component.Value, other.Address.Fqdn.Ascii, reason.ToString());
        // Durable before anything is sent: what is sent makes the memories look alike again.
        await doubts.RaiseAsync(other.Id, [component], new Doubt(reason, []), cancellationToken).ConfigureAwait(false);
        // A remote source does so itself.
        if (reason == DoubtReason.SourceWentBack && other.Direction == SyncDirection.Push && theirs.Sequence.Value - head.Value <= MaxSkip)
            await catalogue.SkipToAsync(theirs.Sequence, cancellationToken).ConfigureAwait(false);
    }
}
