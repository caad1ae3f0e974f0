using FluentResults;

namespace CoreSync.Application.Cores;

/// <summary>Opens the store once per process; a failure is not remembered, so that a repaired store works at the next try.</summary>
public sealed class StoreGate(ICoreStore store, IEnumerable<IStoreOpening> openings) : IDisposable
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
            if (opened.IsFailed)
                return opened.ToResult();
            foreach (var opening in openings)
            {
                if (await opening.RunAsync(cancellationToken).ConfigureAwait(false) is { IsFailed: true } refused)
                    return refused;
            }

            isOpen = true;
            return Result.Ok();
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();
}

/// <summary>Something that belongs to opening the store in this process, before anything else uses it.</summary>
public interface IStoreOpening
{
    /// <summary>Does it; called again when the opening failed before.</summary>
    /// <returns>A failure keeps the store closed.</returns>
    Task<Result> RunAsync(CancellationToken cancellationToken);
}
