using CoreSync.Application.Settings;
using CoreSync.Servers;
using CoreSync.Settings;

namespace CoreSync.Application.Jobs;

/// <summary>Brings the limits that people set to the budget of this process (J9); called when a job begins and while it runs, so that a change counts within a second.</summary>
internal sealed class TransferLimits(TransferBudget budget, ISettingStore settings)
{
    private const long Kilobyte = 1000;

    public async Task RefreshAsync(CoreServer target, CancellationToken cancellationToken)
    {
        var total = await settings.ReadNumberAsync(Setting.TotalBandwidth, cancellationToken).ConfigureAwait(false);
        var own = target.Rules.KilobytesPerSecond;
        if (own == 0)
            own = await settings.ReadNumberAsync(Setting.TargetBandwidth, cancellationToken).ConfigureAwait(false);
        budget.LimitTotal(total * Kilobyte);
        budget.Limit(target.Id, own * Kilobyte);
    }
}
