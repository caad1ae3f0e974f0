using CoreSync.Application.Accounts;
using CoreSync.Settings;

namespace CoreSync.Application.Settings;

/// <summary>Settings that are secrets: encrypted in the store, read by what uses them alone (R2).</summary>
internal sealed class SettingSecrets(ISettingStore store, ISecretProtector protector) : Notifications.INotificationSecrets
{
    /// <summary>What is shown in the place of a secret that is set.</summary>
    public const string Shown = "(set)";

    /// <summary>The form in which a value is stored; empty stays empty.</summary>
    public string Seal(Setting setting, string value) => value.Length == 0 ? "" : Convert.ToBase64String(protector.Protect(Purpose(setting), value));

    /// <summary>The value; empty when unset.</summary>
    /// <exception cref="Errors.CoreSyncException">With <c>SecretUnreadableError</c> when the keys do not fit.</exception>
    public async Task<string> ReadAsync(Setting setting, CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(setting, cancellationToken).ConfigureAwait(false);
        return stored.Length == 0 ? "" : protector.Unprotect(Purpose(setting), Convert.FromBase64String(stored));
    }

    private static string Purpose(Setting setting) => "setting/" + setting.Key;
}
