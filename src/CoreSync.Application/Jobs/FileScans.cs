using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Jobs;

/// <summary>Scans files components, one at a time in this process, and remembers why the last scan failed.</summary>
internal sealed class FileScans(IFileScanner scanner, ICatalogue catalogue, ILogger<FileScans> logger) : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);

    /// <summary>Scans those of the components that send a directory; tells the job of everything that could not be taken.</summary>
    /// <returns>The first error of a whole component: directory missing, mass delete; null when none.</returns>
    public async Task<CoreSyncError?> ScanAsync(IReadOnlyList<Component> components, JobReporter? reporter, CancellationToken cancellationToken)
    {
        CoreSyncError? first = null;
        foreach (var component in components.Where(component => component.IsEnabled && component.Files?.SendFrom is not null))
        {
            if (await ScanAsync(component, cancellationToken).ConfigureAwait(false) is { } error)
                first ??= error;
            if (reporter is null)
                continue;
            foreach (var problem in await catalogue.ScanProblemsAsync(component.Name, cancellationToken).ConfigureAwait(false))
                reporter.SourceProblem(component.Name, problem.Path, problem.Code, problem.Message);
        }

        return first;
    }

    private async Task<CoreSyncError?> ScanAsync(Component component, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var scanned = await scanner.ScanAsync(component, cancellationToken).ConfigureAwait(false);
            if (scanned.IsSuccess)
                return null;
            var error = scanned.FirstError();
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
