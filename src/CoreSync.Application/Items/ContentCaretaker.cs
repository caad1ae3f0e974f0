using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Items;

/// <summary>Looks after the content store while the engine runs: collects once an hour, reads everything every few days (S18).</summary>
internal sealed class ContentCaretaker(
    IContentUpkeep upkeep, IContentInbox inbox, IComponentStore components, ISettingStore settings, TimeProvider time, ILogger<ContentCaretaker> logger) : BackgroundService
{
    /// <summary>Also the wait before the first round: a start has more urgent work.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private DateTimeOffset lastCheck = time.GetUtcNow();

    /// <summary>One round.</summary>
    public async Task LookAfterAsync(CancellationToken cancellationToken)
    {
        var grace = TimeSpan.FromHours(await settings.ReadNumberAsync(Setting.ContentGrace, cancellationToken).ConfigureAwait(false));
        foreach (var component in (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.Kind == ComponentKind.Documents))
            inbox.Purge(component, time.GetUtcNow() - grace);
        var collected = await upkeep.CollectAsync(grace, cancellationToken).ConfigureAwait(false);
        if (collected != default)
            ContentLog.ContentCollected(logger, collected.Contents, collected.Bytes, collected.Leftovers);

        var days = await settings.ReadNumberAsync(Setting.ContentCheck, cancellationToken).ConfigureAwait(false);
        if (days == 0 || time.GetUtcNow() - lastCheck < TimeSpan.FromDays(days))
            return;
        var check = await upkeep.CheckAsync(read: true, cancellationToken).ConfigureAwait(false);
        lastCheck = time.GetUtcNow();
        if (check.IsSound)
            ContentLog.ContentChecked(logger, check.Contents, check.Bytes);
        else
            ContentLog.ContentDamaged(logger, check.DamagedContents);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await LookAfterAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (CoreSyncException failure)
            {
                ContentLog.ContentUpkeepFailed(logger, failure.Error.Code, failure.Message);
            }
        }
    }
}
