using CoreSync.Application.Health;
using CoreSync.Errors;
using CoreSync.Hosting.Logging;

namespace CoreSync.Hosting.Health;

/// <summary>What only the process knows: whether its log can be written, and how old its runtime is.</summary>
internal sealed class HostHealth(LogState log) : IWorksWithoutStoreProbe
{
    public HealthArea Area => HealthArea.Core;

    public Task LookAsync(HealthNotes notes, CancellationToken cancellationToken)
    {
        notes.Fact(Area, "log-file", log.File);
        if (log.Trouble() is { } reason)
            notes.Find(Area, HealthSeverity.Warning, new LogUnwritableError(log.File, reason), log.TroubleSince);
        if (RuntimePatch.IsOld)
            notes.Find(Area, HealthSeverity.Notice, new RuntimeOldError(Environment.Version.ToString(), RuntimePatch.Wanted.ToString()));
        return Task.CompletedTask;
    }
}
