using CoreSync.Application.Cores;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Items;

/// <summary>Looks after the content store while the engine runs: collects once an hour, reads everything every few days (S18).</summary>
internal sealed class ContentCaretaker(
    IContentUpkeep upkeep, IContentInbox inbox, IComponentStore components, IReplicaStore replicas, IUpkeepTimes times, ILocalCore local, ISettingStore settings, TimeProvider time,
    ILogger<ContentCaretaker> logger) : BackgroundService
{
    /// <summary>Also the wait before the first round: a start has more urgent work.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private const string Check = "content.check";

    private readonly DateTimeOffset started = time.GetUtcNow();

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
        // A core that is started every day must get there too: the store remembers.
        if (days == 0 || time.GetUtcNow() - await times.LastAsync(Check, started, cancellationToken).ConfigureAwait(false) < TimeSpan.FromDays(days))
            return;
        var check = await upkeep.CheckAsync(read: true, cancellationToken).ConfigureAwait(false);
        await times.SaveAsync(Check, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (check.IsSound)
        {
            ContentLog.ContentChecked(logger, check.Contents, check.Bytes);
            return;
        }

        ContentLog.ContentDamaged(logger, check.DamagedContents);
        // A source for which nothing is due finds out by the mark, and is told of the damage when it comes.
        foreach (var component in check.Damaged.Where(use => use.Owner!.Origin != local.Current.Id).Select(use => use.Owner!.Component).Distinct())
            await replicas.DisturbAsync(component, cancellationToken).ConfigureAwait(false);
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
