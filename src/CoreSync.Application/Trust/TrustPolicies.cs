using CoreSync.Application.Settings;
using CoreSync.Settings;
using CoreSync.Trust;

namespace CoreSync.Application.Trust;

/// <summary>Reads the trust policy from the settings.</summary>
internal sealed class TrustPolicies(ISettingStore settings)
{
    public async Task<TrustPolicy> ReadAsync(CancellationToken cancellationToken) => new()
    {
        RevocationUnknownIsProblem = await settings.ReadAsync(Setting.Revocation, cancellationToken).ConfigureAwait(false) == "hard",
    };
}
