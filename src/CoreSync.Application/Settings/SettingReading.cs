using System.Globalization;
using CoreSync.Settings;

namespace CoreSync.Application.Settings;

/// <summary>Reads settings with their defaults.</summary>
public static class SettingReading
{
    /// <summary>The stored value, or the default.</summary>
    public static async Task<string> ReadAsync(this ISettingStore store, Setting setting, CancellationToken cancellationToken) =>
        (await store.AllAsync(cancellationToken).ConfigureAwait(false)).GetValueOrDefault(setting.Key, setting.Default);

    /// <summary>The stored number, or the default.</summary>
    public static async Task<int> ReadNumberAsync(this ISettingStore store, Setting setting, CancellationToken cancellationToken) =>
        int.Parse(await store.ReadAsync(setting, cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
}
