using CoreSync.Settings;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every store of settings does.</summary>
public abstract class SettingStoreContract : StoreContract
{
    [Fact]
    public async Task Nothing_is_stored_at_first() => Assert.Empty(await Store.Settings.AllAsync(Token));

    [Fact]
    public async Task The_last_value_counts()
    {
        await Store.Settings.SetAsync(Setting.SyncInterval, "60", Token);
        await Store.Settings.SetAsync(Setting.Compression, "off", Token);
        await Store.Settings.SetAsync(Setting.SyncInterval, "90", Token);

        var all = await Store.Settings.AllAsync(Token);

        Assert.Equal(2, all.Count);
        Assert.Equal("90", all[Setting.SyncInterval.Key]);
        Assert.Equal("off", all[Setting.Compression.Key]);
    }
}
