using CoreSync.Application.Cores;
using CoreSync.Errors;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Health;

internal sealed class CheckHealthHandler(HealthCheck check, IHealthBoard board) : IRequestHandler<CheckHealth, Result<HealthReport>>
{
    public async Task<Result<HealthReport>> Handle(CheckHealth request, CancellationToken cancellationToken) =>
        request.Deep ? await check.LookAsync(deep: true, cancellationToken).ConfigureAwait(false) : await board.CurrentAsync(cancellationToken).ConfigureAwait(false);
}

/// <summary>Asks all probes and puts their findings in order. A probe that fails is a finding, never the end of the look.</summary>
internal sealed class HealthCheck(StoreGate gate, ILocalCore local, IEnumerable<IHealthProbe> probes, TimeProvider time)
{
    public async Task<HealthReport> LookAsync(bool deep, CancellationToken cancellationToken)
    {
        var notes = new HealthNotes(deep);
        var isComplete = true;
        var opened = await gate.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
        {
            foreach (var error in opened.Errors.OfType<CoreSyncError>())
                notes.Find(HealthArea.Store, HealthSeverity.Failure, error);
        }

        foreach (var probe in opened.IsSuccess ? probes : probes.Where(probe => probe is IWorksWithoutStoreProbe))
        {
            try
            {
                await probe.LookAsync(notes, cancellationToken).ConfigureAwait(false);
            }
            catch (CoreSyncException failure)
            {
                notes.Find(probe.Area, HealthSeverity.Failure, failure.Error);
                isComplete = false;
            }
        }

        // One trouble that two probes meet, such as a full disk, is told once.
        var findings = notes.Findings.DistinctBy(finding => finding.Key).OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Area).ToList();
        return new HealthReport(opened.IsSuccess ? local.Current : null, time.GetUtcNow(), notes.Facts, findings, notes.Targets, notes.Tests, isComplete && opened.IsSuccess);
    }
}

/// <summary>Marks probes that need no open store.</summary>
public interface IWorksWithoutStoreProbe : IHealthProbe;
