using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Verification;

/// <summary>Finds out at each contact whether both sides remember the same past, before anything is sent (P6).</summary>
internal sealed class PastAgreement(IDoubtStore doubts, ITombstoneStore tombstones, ICatalogue catalogue, ILogger<PastAgreement> logger)
{
    // What a target may claim to have seen beyond this store's end (N15).
    private const long MaxSkip = 1L << 40;

    /// <summary>Records a doubt where the two memories of a component differ.</summary>
    public async Task ExamineAsync(CoreServer target, ComponentName component, Checkpoint ours, Checkpoint theirs, Guid store, CancellationToken cancellationToken)
    {
        var head = await catalogue.HeadAsync(cancellationToken).ConfigureAwait(false);
        var horizon = await tombstones.HorizonAsync(component, cancellationToken).ConfigureAwait(false);
        if (Doubt.About(ours, theirs, store, head, horizon) is not { } reason)
            return;
        VerificationLog.Doubted(logger, component.Value, target.Address.Fqdn.Ascii, reason.ToString());
        // Durable before anything is sent: what is sent makes the memories look alike again.
        await doubts.RaiseAsync(target.Id, [component], new Doubt(reason, []), cancellationToken).ConfigureAwait(false);
        if (reason == DoubtReason.SourceWentBack && theirs.Sequence.Value - head.Value <= MaxSkip)
            await catalogue.SkipToAsync(theirs.Sequence, cancellationToken).ConfigureAwait(false);
    }
}
