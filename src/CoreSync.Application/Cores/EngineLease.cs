using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Application.Cores;

/// <summary>This process' right to run the engine: the lock of the data directory and a writer epoch of its own (J6, P5).</summary>
public sealed class EngineLease(IEngineLock engineLock, ICoreStore store, StoreGate gate, IRandomSource random, TimeProvider time) : IDisposable
{
    private const int Attempts = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim taking = new(1, 1);
    private IDisposable? handle;
    private long epoch;
    private Guid writer;

    /// <summary>The writer epoch of this process.</summary>
    /// <exception cref="InvalidOperationException">The lease is not held.</exception>
    public long Epoch => handle is null ? throw new InvalidOperationException("The engine lease is not held") : epoch;

    /// <summary>Tells this holder of the lease from every other, of this store and of copies of it.</summary>
    /// <exception cref="InvalidOperationException">The lease is not held.</exception>
    public Guid Writer => handle is null ? throw new InvalidOperationException("The engine lease is not held") : writer;

    /// <summary>Whether this process runs the engine.</summary>
    public bool IsHeld => handle is not null;

    /// <summary>Takes the lease; taking it twice in one process changes nothing. Tries for half a second: whoever asks who runs the engine has its lock for a moment and is no second service.</summary>
    /// <returns>Fails with <c>StoreLockedError</c> that names the holder, or as <see cref="ICoreStore.OpenAsync"/>.</returns>
    public async Task<Result> AcquireAsync(CancellationToken cancellationToken)
    {
        var taken = await TakeAsync(cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; taken.HasError<StoreLockedError>() && attempt < Attempts; attempt++)
        {
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            taken = await TakeAsync(cancellationToken).ConfigureAwait(false);
        }

        return taken.ToResult();
    }

    /// <summary>Takes the lease unless this process has it.</summary>
    /// <returns>Whether it was taken now, so that the caller gives it back. Fails as <see cref="AcquireAsync"/>.</returns>
    internal async Task<Result<bool>> TakeAsync(CancellationToken cancellationToken)
    {
        await taking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (handle is not null)
                return false;
            var open = await gate.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (open.IsFailed)
                return open;
            var taken = engineLock.TryAcquire();
            if (taken.IsFailed)
                return taken.ToResult();
            try
            {
                epoch = await store.NextEpochAsync(cancellationToken).ConfigureAwait(false);
                writer = random.NewGuid();
            }
            catch
            {
                taken.Value.Dispose();
                throw;
            }

            handle = taken.Value;
            return true;
        }
        finally
        {
            taking.Release();
        }
    }

    /// <summary>Rises above an epoch that a target has seen of this core: this store is a restored one, and what wrote with that epoch is gone (P6).</summary>
    /// <exception cref="InvalidOperationException">The lease is not held.</exception>
    public async Task RiseAboveAsync(long highest, CancellationToken cancellationToken)
    {
        if (Epoch <= highest)
            epoch = await store.RaiseEpochAsync(highest + 1, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the lease back.</summary>
    public void Dispose()
    {
        handle?.Dispose();
        handle = null;
    }
}
