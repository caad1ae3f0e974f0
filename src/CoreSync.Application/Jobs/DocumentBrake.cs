using CoreSync.Application.Items;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Settings;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Jobs;

/// <summary>
/// The mass-delete brake for documents (A6): a product that lost its items must not empty its targets. Files have theirs where they are scanned. It stands at the
/// source, before anything is sent, whatever the delete policy of the target: the person who can tell an accident from a purpose is here.
/// </summary>
internal sealed class DocumentBrake(ICatalogue catalogue, IComponentStore components, ISettingStore settings, ILogger<DocumentBrake> logger)
{
    /// <summary>Deletes that a person makes by hand, one by one, in a small component are no accident.</summary>
    public const int FewestDeletes = 10;

    /// <summary>Says why a component may not be sent to a target; null when it may.</summary>
    /// <param name="component">A component of documents.</param>
    /// <param name="agreed">Where the target stands; at the beginning it has nothing that could be deleted.</param>
    /// <param name="target">The target core.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<CoreSyncError?> CheckAsync(ComponentName component, Sequence agreed, CoreId target, CancellationToken cancellationToken)
    {
        if (agreed == Sequence.Zero)
            return null;
        return await JudgeAsync(component, agreed, after => catalogue.DeletesAsync(component, after, target, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Judges deletes that are counted elsewhere, after what a person confirmed.</summary>
    /// <param name="component">A component of documents.</param>
    /// <param name="agreed">Where the other side stands.</param>
    /// <param name="count">Counts the deletes after a position, and the live items beside them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<MassDeleteError?> JudgeAsync(ComponentName component, Sequence agreed, Func<Sequence, Task<(long Deletes, long Live)>> count, CancellationToken cancellationToken)
    {
        var confirmed = await components.DeletesConfirmedToAsync(component, cancellationToken).ConfigureAwait(false);
        var after = agreed > confirmed ? agreed : confirmed;
        var (deletes, live) = await count(after).ConfigureAwait(false);
        if (deletes < FewestDeletes)
            return null;
        var percent = await settings.ReadNumberAsync(Setting.MassDeletePercent, cancellationToken).ConfigureAwait(false);
        if (deletes * 100 <= percent * (live + deletes) && live > 0)
            return null;
        JobLog.DeletesBraked(logger, component.Value, deletes, live + deletes);
        return new MassDeleteError(component.Value, deletes, live + deletes, percent);
    }
}
