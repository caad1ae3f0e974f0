using CoreSync.Application.Cores;
using CoreSync.Application.Jobs;
using CoreSync.Errors;

namespace CoreSync.Application.Bundles;

/// <summary>
/// The right to write beside nobody else while a bundle is imported: this process runs the engine meanwhile, so that no service starts in the middle, and what a
/// crash left in the inbox is finished first. Where a service runs already, the import works beside it, as every command does.
/// </summary>
internal sealed class BundleTurn(EngineLease lease, SyncEngine engine)
{
    /// <returns>Ends the turn when disposed; null while a service of another process has it.</returns>
    /// <exception cref="CoreSyncException">The store cannot be opened.</exception>
    public async Task<IDisposable?> TakeAsync(CancellationToken cancellationToken)
    {
        if (lease.IsHeld)
            return null;
        var taken = await lease.AcquireAsync(cancellationToken).ConfigureAwait(false);
        if (taken.IsFailed)
            return taken.HasError<StoreLockedError>() ? null : throw new CoreSyncException(taken.FirstError());
        try
        {
            await engine.RecoverAsync(cancellationToken).ConfigureAwait(false);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
