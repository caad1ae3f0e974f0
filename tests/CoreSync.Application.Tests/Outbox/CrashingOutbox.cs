using System.Data.Common;
using CoreSync.Application.Items;
using CoreSync.Application.Outbox;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Testing.Simulation;

namespace CoreSync.Application.Tests.Outbox;

/// <summary>Ends the simulated process around each step of the relay; numbers the points in the order reached.</summary>
internal sealed class CrashPoints
{
    private int reached;

    /// <summary>The point to crash at; the first is 1.</summary>
    public int At { get; set; } = int.MaxValue;

    public void Pass(string point)
    {
        if (++reached == At)
            throw new SimulatedCrashException(point);
    }

    public async Task<T> AroundAsync<T>(string step, Func<Task<T>> work)
    {
        Pass("before " + step);
        var result = await work();
        Pass("after " + step);
        return result;
    }

    public Task AroundAsync(string step, Func<Task> work) => AroundAsync(step, async () =>
    {
        await work();
        return true;
    });
}

internal sealed class CrashingTable(IOutboxTable inner, CrashPoints points) : IOutboxTable
{
    public Task EnsureAsync(CancellationToken cancellationToken) => inner.EnsureAsync(cancellationToken);

    public Task AppendAsync(DbTransaction transaction, OutboxEntry entry, CancellationToken cancellationToken) => inner.AppendAsync(transaction, entry, cancellationToken);

    public Task<IReadOnlyList<OutboxEntry>> ReadAsync(int limit, CancellationToken cancellationToken) => points.AroundAsync("read", () => inner.ReadAsync(Math.Min(limit, 2), cancellationToken));

    public Task<IReadOnlySet<Guid>> IdsAsync(CancellationToken cancellationToken) => points.AroundAsync("ids", () => inner.IdsAsync(cancellationToken));

    public Task RemoveAsync(IReadOnlyCollection<Guid> entries, CancellationToken cancellationToken) => points.AroundAsync("remove", () => inner.RemoveAsync(entries, cancellationToken));

    public Task RefuseAsync(IReadOnlyCollection<RefusedWrite> refused, CancellationToken cancellationToken) => points.AroundAsync("refuse", () => inner.RefuseAsync(refused, cancellationToken));

    public Task<IReadOnlyList<RefusedWrite>> RefusedAsync(CancellationToken cancellationToken) => inner.RefusedAsync(cancellationToken);
}

internal sealed class CrashingRelayStore(IRelayStore inner, CrashPoints points) : IRelayStore
{
    public Task<IReadOnlyList<(OutboxEntry Entry, CoreSyncError Error)>> TakeAsync(
        IReadOnlyList<OutboxEntry> entries, Func<OutboxEntry, Item?, RelayDecision> decide, CancellationToken cancellationToken) =>
        points.AroundAsync("take", () => inner.TakeAsync(entries, decide, cancellationToken));

    public Task ForgetAsync(IReadOnlyCollection<Guid> entries, CancellationToken cancellationToken) => points.AroundAsync("forget", () => inner.ForgetAsync(entries, cancellationToken));

    public Task ForgetOthersAsync(IReadOnlySet<Guid> present, CancellationToken cancellationToken) =>
        points.AroundAsync("forget others", () => inner.ForgetOthersAsync(present, cancellationToken));
}
