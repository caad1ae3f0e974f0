using FluentResults;

namespace CoreSync.Application.Cores;

/// <summary>Opens the store once per process; a failure is not remembered, so that a repaired store works at the next try.</summary>
public sealed class StoreGate(ICoreStore store) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private bool isOpen;

    /// <summary>Opens the store unless it is open.</summary>
    /// <returns>Fails as <see cref="ICoreStore.OpenAsync"/>.</returns>
    public async Task<Result> OpenAsync(CancellationToken cancellationToken)
    {
        if (isOpen)
            return Result.Ok();
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (isOpen)
                return Result.Ok();
            var opened = await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            isOpen = opened.IsSuccess;
            return opened.ToResult();
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();
}
