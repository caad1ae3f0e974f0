using CoreSync.Application.Settings;
using CoreSync.Jobs;
using CoreSync.Settings;

namespace CoreSync.Application.Jobs;

/// <summary>Reads how unavailable targets and items are retried.</summary>
internal static class RetryPolicies
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>The policy of the settings.</summary>
    public static async Task<RetryPolicy> ReadRetryPolicyAsync(this ISettingStore settings, CancellationToken cancellationToken)
    {
        var retries = await settings.ReadNumberAsync(Setting.SyncRetries, cancellationToken).ConfigureAwait(false);
        var delay = TimeSpan.FromMilliseconds(await settings.ReadNumberAsync(Setting.RetryDelay, cancellationToken).ConfigureAwait(false));
        var probe = TimeSpan.FromSeconds(await settings.ReadNumberAsync(Setting.ProbeInterval, cancellationToken).ConfigureAwait(false));
        return new RetryPolicy(retries, delay, delay > LongestDelay ? delay : LongestDelay, probe);
    }
}
