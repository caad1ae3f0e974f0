using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Outbox;

/// <summary>
/// Moves what a product wrote into its outbox over into the catalogue, in order and exactly once (I3):
/// <code>
///   1  read       committed entries of the product's database
///   2  take       write them into the catalogue and remember their ids, in one transaction
///   3  refuse     put aside what the catalogue does not take, with the reason
///   4  remove     the entries taken, from the product's database
///   5  forget     their ids
/// </code>
/// A crash after 2 reads them again, finds their ids, and goes on with 4. A crash after 4 leaves ids that the next start forgets.
/// </summary>
internal sealed class OutboxRelay(
    IEnumerable<IOutboxTable> tables, IRelayStore store, IComponentStore components, ICatalogue catalogue, IPayloadStore payloads, ComponentGates gates, ILocalCore local,
    OutboxSignal signal, TimeProvider time, ILogger<OutboxRelay> logger) : BackgroundService
{
    private const int MaxEntries = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IOutboxTable? table = tables.LastOrDefault();
    private bool isUnavailable;

    /// <summary>Takes over everything that is in the outbox now.</summary>
    /// <returns>How many entries were taken or refused.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (table is null)
            return 0;
        var done = 0;
        while (await StepAsync(table, cancellationToken).ConfigureAwait(false) is var count and > 0)
            done += count;
        return done;
    }

    /// <summary>Forgets what the last stop left.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        if (table is not null)
            await store.ForgetOthersAsync(await table.IdsAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var recovered = false;
        while (table is not null && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!recovered)
                    await RecoverAsync(stoppingToken).ConfigureAwait(false);
                recovered = true;
                await RunAsync(stoppingToken).ConfigureAwait(false);
                isUnavailable = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                // The product's database and our store come back; a service outlives both. Told once, until it works again.
                if (!isUnavailable)
                    OutboxLog.OutboxUnavailable(logger, (long)Interval.TotalMilliseconds, exception);
                isUnavailable = true;
            }

            await signal.WaitAsync(Interval, time, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task<int> StepAsync(IOutboxTable outbox, CancellationToken cancellationToken)
    {
        // Step 1: read.
        var entries = await outbox.ReadAsync(MaxEntries, cancellationToken).ConfigureAwait(false);
        if (entries.Count == 0)
            return 0;

        // Step 2: take. Nothing of these components is received meanwhile.
        var refusals = await RefusalsAsync(entries, cancellationToken).ConfigureAwait(false);
        using var entered = await EnterAsync(entries, cancellationToken).ConfigureAwait(false);
        var refused = await store.TakeAsync(
            entries,
            (entry, before) => refusals.TryGetValue(entry.Id, out var error) ? new RelayDecision(null, error) : RelayRules.Decide(entry, before, local.Current.Id),
            cancellationToken).ConfigureAwait(false);

        // Step 3: refuse.
        if (refused.Count > 0)
            await outbox.RefuseAsync([.. refused.Select(entry => new RefusedWrite(entry.Entry.Id, entry.Entry.Item, entry.Error.Code, entry.Error.Message))], cancellationToken).ConfigureAwait(false);
        foreach (var (entry, error) in refused)
            OutboxLog.OutboxRefused(logger, entry.Item.ToString(), error.Code, error.Message);

        // Step 4: remove.
        var taken = entries.Select(entry => entry.Id).Except(refused.Select(entry => entry.Entry.Id)).ToList();
        await outbox.RemoveAsync(taken, cancellationToken).ConfigureAwait(false);

        // Step 5: forget.
        await store.ForgetAsync(taken, cancellationToken).ConfigureAwait(false);
        OutboxLog.OutboxTaken(logger, taken.Count, refused.Count);
        return entries.Count;
    }

    // What needs looking elsewhere: the component, and the content of payloads, which must be here before a row names it.
    private async Task<Dictionary<Guid, CoreSyncError>> RefusalsAsync(IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        var known = (await components.ListAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(component => component.Name);
        var refusals = new Dictionary<Guid, CoreSyncError>();
        foreach (var entry in entries)
        {
            if (entry.Draft is { } draft && RelayRules.Refusal(draft, known.GetValueOrDefault(draft.Component), local.Current.Id, payloads) is { } error)
                refusals[entry.Id] = error;
        }

        return refusals;
    }

    private async Task<IDisposable> EnterAsync(IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        var existing = await catalogue.FindAsync([.. entries.Select(entry => entry.Item)], cancellationToken).ConfigureAwait(false);
        var names = entries.Select(entry => entry.Draft?.Component ?? existing.GetValueOrDefault(entry.Item)?.Component).OfType<ComponentName>();
        return await gates.EnterAsync(names, cancellationToken).ConfigureAwait(false);
    }
}
