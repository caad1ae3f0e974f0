using CoreSync.Settings;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store monitor does.</summary>
public abstract class StoreMonitorContract : StoreContract
{
    [Fact]
    public async Task A_write_ends_the_wait()
    {
        var seen = Store.Monitor.Version;
        var waiting = Store.Monitor.WaitForChangeAsync(seen, Token);
        Assert.False(waiting.IsCompleted);

        await Store.Settings.SetAsync(Setting.SyncInterval, "60", Token);

        await waiting;
        Assert.True(Store.Monitor.Version > seen);
    }

    [Fact]
    public async Task A_write_before_the_wait_is_not_missed()
    {
        var seen = Store.Monitor.Version;
        await Store.Settings.SetAsync(Setting.SyncInterval, "60", Token);

        await Store.Monitor.WaitForChangeAsync(seen, Token);

        Assert.True(Store.Monitor.Version > seen);
    }

    [Fact]
    public async Task Reading_changes_nothing()
    {
        var seen = Store.Monitor.Version;

        await Store.Targets.ListAsync(Token);
        await Store.Catalogue.HeadAsync(Token);

        Assert.Equal(seen, Store.Monitor.Version);
    }

    [Fact]
    public async Task A_wait_can_be_cancelled()
    {
        using var end = new CancellationTokenSource();
        var waiting = Store.Monitor.WaitForChangeAsync(Store.Monitor.Version, end.Token);

        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
