using System.Collections.Concurrent;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Jobs;

/// <summary>Scans files components, and those of a product that are listed, one at a time in this process, and remembers how the last scan of each ended, so that jobs to many targets share one scan.</summary>
internal sealed class FileScans(IFileScanner scanner, ListedScan listed, ICatalogue catalogue, TimeProvider time, ILogger<FileScans> logger) : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);
    private readonly ConcurrentDictionary<ComponentName, (DateTimeOffset StartedAt, CoreSyncError? Error)> last = new();

    /// <summary>Whether a component is scanned in this process: a directory to send, or a product that lists what it has.</summary>
    public bool Covers(Component component) => component.Files?.SendFrom is not null || listed.Covers(component);

    /// <summary>Makes sure that those of the components that send a directory were scanned, and tells the job of everything that could not be taken.</summary>
    /// <param name="components">Any components; others than files are passed over.</param>
    /// <param name="reporter">The job; null for the engine's own scans.</param>
    /// <param name="since">A scan that began at this time or later is recent enough.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The first error of a whole component: directory missing, mass delete; null when none.</returns>
    public async Task<CoreSyncError?> ScanAsync(IReadOnlyList<Component> components, JobReporter? reporter, DateTimeOffset since, CancellationToken cancellationToken)
    {
        CoreSyncError? first = null;
        foreach (var component in components.Where(component => component.IsEnabled && Covers(component)))
        {
            if (await ScanAsync(component, since, cancellationToken).ConfigureAwait(false) is { } error)
                first ??= error;
            if (reporter is null)
                continue;
            foreach (var problem in await catalogue.ScanProblemsAsync(component.Name, cancellationToken).ConfigureAwait(false))
                reporter.SourceProblem(component.Name, problem.Path, problem.Code, problem.Message);
        }

        return first;
    }

    private async Task<CoreSyncError?> ScanAsync(Component component, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (last.TryGetValue(component.Name, out var recent) && recent.StartedAt >= since)
                return recent.Error;
            var started = time.GetUtcNow();
            var scanned = component.IsProduct
                ? await listed.ScanAsync(component, cancellationToken).ConfigureAwait(false)
                : (await scanner.ScanAsync(component, cancellationToken).ConfigureAwait(false)).ToResult();
            var error = scanned.IsSuccess ? null : scanned.FirstError();
            last[component.Name] = (started, error);
            if (error is not null)
                JobLog.ScanFailed(logger, component.Name.Value, error.Code, error.Message);
            return error;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();
}
