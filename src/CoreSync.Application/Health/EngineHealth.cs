using System.Globalization;
using CoreSync.Application.Cores;
using CoreSync.Application.Jobs;
using CoreSync.Errors;
using CoreSync.Servers;
using Microsoft.Extensions.Options;

namespace CoreSync.Application.Health;

/// <summary>The engine: whether some process runs it and it moves, where it listens, and whether what it presents there is the own certificate.</summary>
internal sealed class EngineHealth(
    EngineHolder holder, EngineHeart heart, IServingRecord serving, ILocalCore local, IOwnCertificate certificate, Targets.ITargetConnector connector, IOptions<CoreSyncOptions> options) : IHealthProbe
{
    public HealthArea Area => HealthArea.Core;

    public async Task LookAsync(HealthNotes notes, CancellationToken cancellationToken)
    {
        notes.Fact(Area, "data-directory", options.Value.DataDirectory);
        if (holder.Find() is not { } who)
        {
            notes.Find(Area, HealthSeverity.Failure, new EngineNotRunningError(options.Value.DataDirectory));
            return;
        }

        notes.Fact(Area, "engine", who);
        if (heart.StandsFor is { } still)
            notes.Find(Area, HealthSeverity.Failure, new EngineStuckError((int)still.TotalSeconds));
        if (await serving.FindAsync(cancellationToken).ConfigureAwait(false) is not { } record)
            return;
        notes.Fact(Area, "version", record.Version);
        notes.Fact(Area, "runtime", record.Runtime);
        notes.Fact(HealthArea.Listener, "listens", string.Create(CultureInfo.InvariantCulture, $"{record.Host}:{record.Port}"));
        if (notes.IsDeep)
            await KnockAsync(notes, record, cancellationToken).ConfigureAwait(false);
    }

    // As another core would: a TLS handshake under the own name, nothing more.
    private async Task KnockAsync(HealthNotes notes, Serving record, CancellationToken cancellationToken)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{record.Host}:{record.Port}");
        var seen = await connector.ProbeAsync(new CoreAddress(local.Current.Name, record.Port, record.ToDial()), cancellationToken).ConfigureAwait(false);
        if (seen.IsFailed)
        {
            notes.Find(HealthArea.Listener, HealthSeverity.Failure, new NotListeningError(text, seen.FirstError().Message));
            return;
        }

        notes.Fact(HealthArea.Listener, "answers", seen.Value.TlsVersion);
        if (certificate.Describe() is { IsSuccess: true, Value: var own } && own.Fingerprint != seen.Value.Certificate.Fingerprint)
            notes.Find(HealthArea.Listener, HealthSeverity.Failure, new ListenerPresentsOtherError(text, seen.Value.Certificate.Fingerprint.ToString(), own.Fingerprint.ToString()));
    }
}

/// <summary>Who runs the engine of this data directory.</summary>
internal sealed class EngineHolder(IEngineLock engineLock, EngineLease lease)
{
    /// <summary>The process, for people; null when none.</summary>
    public string? Find()
    {
        if (lease.IsHeld)
            return "this process";
        var taken = engineLock.TryAcquire();
        if (taken.IsFailed)
            return taken.Errors.OfType<StoreLockedError>().FirstOrDefault()?.Holder;
        taken.Value.Dispose();
        return null;
    }
}
