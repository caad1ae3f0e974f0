using System.Collections.Concurrent;
using CoreSync.Jobs;
using CoreSync.Servers;

namespace CoreSync.Application.Jobs;

/// <summary>
/// How fast may be sent: one bucket per target inside one for all, on the sending streams of every worker of this process (J9). Who asks first is served first and sends one
/// portion at a time, so that targets share the total fairly whatever their backlog.
/// </summary>
public sealed class TransferBudget(TimeProvider time)
{
    /// <summary>The largest portion, in bytes: what an unlimited stream writes at a time.</summary>
    public const int MaxPortion = 256 * 1024;

    private const int MinPortion = 1024;

    private readonly ConcurrentDictionary<TargetId, RateLimit> targets = new();
    private readonly RateLimit total = new();

    /// <summary>Sets the limit of all together, in bytes a second; 0 for none. Counts from the next portion on.</summary>
    public void LimitTotal(long bytesPerSecond) => total.Set(bytesPerSecond);

    /// <summary>Sets the limit of one target, in bytes a second; 0 for none. Counts from the next portion on.</summary>
    public void Limit(TargetId target, long bytesPerSecond) => targets.GetOrAdd(target, _ => new RateLimit()).Set(bytesPerSecond);

    /// <summary>Bytes to send at a time: small enough that a limited stream flows, about twenty portions a second.</summary>
    public int Portion(TargetId target)
    {
        var own = targets.TryGetValue(target, out var limit) ? limit.BytesPerSecond : 0;
        var rate = own == 0 ? total.BytesPerSecond : total.BytesPerSecond == 0 ? own : Math.Min(own, total.BytesPerSecond);
        return rate == 0 ? MaxPortion : (int)Math.Clamp(rate / 20, MinPortion, MaxPortion / 4);
    }

    /// <summary>Waits until so many bytes may be sent to a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="bytes">At most <see cref="Portion"/>.</param>
    /// <param name="cancellationToken">Ends the wait at once; the bytes count as not sent.</param>
    public async ValueTask SpendAsync(TargetId target, int bytes, CancellationToken cancellationToken)
    {
        // Its own limit first: a slow target must not hold a place in the total while it waits.
        if (targets.TryGetValue(target, out var own))
            await WaitAsync(own, bytes, cancellationToken).ConfigureAwait(false);
        await WaitAsync(total, bytes, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask WaitAsync(RateLimit limit, int bytes, CancellationToken cancellationToken)
    {
        var wait = limit.Reserve(bytes, time.GetUtcNow());
        if (wait <= TimeSpan.Zero)
            return;
        try
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            limit.GiveBack(bytes);
            throw;
        }
    }
}
