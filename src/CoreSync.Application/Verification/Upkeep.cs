using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Items;
using CoreSync.Settings;
using CoreSync.Verification;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Verification;

/// <summary>What a running core does at a slow cadence: looks at quiet targets and at received files, and removes tombstones that nobody needs (I4, P6).</summary>
internal sealed class Upkeep(
    IDigestStore digests, ITombstoneStore tombstones, ContactCheck contacts, IFileInspector files, IComponentStore components, IReplicaStore replicas, ISettingStore settings,
    TimeProvider time, ILogger<Upkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PurgeInterval = TimeSpan.FromHours(1);

    private readonly Dictionary<ComponentName, HashSet<ItemId>> damaged = [];
    private DateTimeOffset lastPurge = DateTimeOffset.MinValue;
    private DateTimeOffset lastContact = DateTimeOffset.MinValue;
    private DateTimeOffset lastFiles = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start of the host does not wait for this.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await StepAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // As in the engine's loop: a service survives a full disk, and a bug in upkeep alone.
                VerificationLog.UpkeepFailed(logger, exception.Message);
            }

            await Task.Delay(Step, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Does what is due now.</summary>
    internal async Task StepAsync(CancellationToken cancellationToken)
    {
        if (await digests.EnsureAsync(cancellationToken).ConfigureAwait(false))
            VerificationLog.DigestsCounted(logger);
        var now = time.GetUtcNow();
        if (now - lastFiles >= await MinutesAsync(Setting.VerifyFiles, cancellationToken).ConfigureAwait(false))
        {
            lastFiles = now;
            await InspectFilesAsync(cancellationToken).ConfigureAwait(false);
        }

        if (now - lastContact >= await MinutesAsync(Setting.VerifyContact, cancellationToken).ConfigureAwait(false))
        {
            lastContact = now;
            await contacts.RunAsync(cancellationToken).ConfigureAwait(false);
        }

        if (now - lastPurge >= PurgeInterval)
        {
            lastPurge = now;
            await PurgeAsync(now, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await tombstones.NoteAsync(now, cancellationToken).ConfigureAwait(false);
        var days = await settings.ReadNumberAsync(Setting.TombstoneDays, cancellationToken).ConfigureAwait(false);
        var readers = await settings.ReadNumberAsync(Setting.ReaderDays, cancellationToken).ConfigureAwait(false);
        var purged = await tombstones.PurgeAsync(now - TimeSpan.FromDays(days), now - TimeSpan.FromDays(readers), cancellationToken).ConfigureAwait(false);
        if (purged > 0)
            VerificationLog.TombstonesPurged(logger, purged);
    }

    // A restored directory is found here; its source finds out by the mark and puts it right. A local edit is not: it is drift (A4).
    private async Task InspectFilesAsync(CancellationToken cancellationToken)
    {
        foreach (var component in (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.Receives() && component.Kind == ComponentKind.Files))
        {
            var inspected = await files.InspectAsync(component, null, InspectionLimits.Items, cancellationToken).ConfigureAwait(false);
            if (inspected.IsFailed)
                continue;
            var found = inspected.Value.Where(item => item.Damage != FileDamage.Changed).Select(item => item.Id).ToHashSet();
            if (found.Count > 0 && !(damaged.GetValueOrDefault(component.Name)?.SetEquals(found) ?? false))
            {
                VerificationLog.FilesDamaged(logger, found.Count, component.Name.Value);
                await replicas.DisturbAsync(component.Name, cancellationToken).ConfigureAwait(false);
            }

            damaged[component.Name] = found;
        }
    }

    private async Task<TimeSpan> MinutesAsync(Setting setting, CancellationToken cancellationToken) =>
        TimeSpan.FromMinutes(await settings.ReadNumberAsync(setting, cancellationToken).ConfigureAwait(false));
}
