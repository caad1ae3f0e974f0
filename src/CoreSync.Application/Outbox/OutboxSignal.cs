namespace CoreSync.Application.Outbox;

/// <summary>Wakes the relay of this process.</summary>
internal sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim woken = new(0, 1);

    public void Wake()
    {
        try
        {
            woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // Awake already.
        }
    }

    /// <summary>Until woken, or until the time has passed.</summary>
    public async Task WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var signal = woken.WaitAsync(over.Token);
        var timer = Task.Delay(most, time, over.Token);
        await Task.WhenAny(signal, timer).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(signal, timer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => woken.Dispose();
}
