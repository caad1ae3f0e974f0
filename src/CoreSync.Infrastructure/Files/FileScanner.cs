using System.Globalization;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using CoreSync.Settings;
using FluentResults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Files;

/// <summary>Scans directories of files components and reads their files, relative to directory handles.</summary>
internal sealed class FileScanner(
    ICatalogue catalogue, IComponentStore components, ISettingStore settings, ILocalCore core, IRandomSource random, TimeProvider time,
    IOptions<CoreSyncOptions> options, ILogger<FileScanner> logger) : IFileScanner
{
    public async Task<Result<ScanSummary>> ScanAsync(Component component, CancellationToken cancellationToken)
    {
        var directory = component.Files?.SendFrom
            ?? throw new ArgumentException($"Component {component.Name} sends no directory", nameof(component));
        try
        {
            using var root = SafeDirectory.OpenRoot(directory);
            using var run = new ScanRun(catalogue, component, core.Current.Id, random, time, root, cancellationToken);
            var confirmed = await components.ConfirmedDeletesAsync(component.Name, cancellationToken).ConfigureAwait(false);
            var result = await run.RunAsync((gone, total, isEmpty) => BrakeAsync(component, gone, total, isEmpty, confirmed, cancellationToken)).ConfigureAwait(false);
            if (result.IsFailed)
                return result;

            // A confirmation counts for one scan, used or not: left over, it would let the next accident pass.
            if (confirmed > 0)
                await components.SetConfirmedDeletesAsync(component.Name, 0, cancellationToken).ConfigureAwait(false);
            await catalogue.SetScanProblemsAsync(component.Name, run.Problems.Kept, cancellationToken).ConfigureAwait(false);
            Report(component, run, result.Value);
            return result;
        }
        catch (FileFaultException fault)
        {
            return Result.Fail(new ComponentDirectoryMissingError(component.Name.Value, directory).CausedBy(fault));
        }
    }

    public Result<Stream> OpenContent(Component component, Item item)
    {
        var missing = new ContentMissingError(item.Name, item.Hash.ToString());
        var directory = item.Origin == core.Current.Id ? component.Files?.SendFrom : component.Files?.ReceiveTo;
        var path = RelativePath.Parse(item.Name);
        if (path.IsFailed)
            return path.ToResult();
        if (directory is null || item.Kind != ItemKind.File)
            return Result.Fail(missing);
        try
        {
            using var root = SafeDirectory.OpenRoot(directory);
            using var chain = new DirectoryChain(root);
            var (parent, name) = chain.OpenParent(path.Value.Value);
            var file = parent.OpenRead(name);
            if (parent.Stat(file).Size == item.Size)
                return new FileStream(file, FileAccess.Read, bufferSize: 0);
            file.Dispose();
            return Result.Fail(missing);
        }
        catch (FileFaultException fault)
        {
            return Result.Fail(fault.Fault == FileFault.Missing ? missing : new ContentUnreadableError(item.Name, fault.Reason));
        }
    }

    public Result Check(Component component) => ComponentDirectories.Check(component, options.Value.DataDirectory);

    private async Task<Result> BrakeAsync(Component component, long gone, long total, bool isEmpty, long confirmed, CancellationToken cancellationToken)
    {
        var stored = await settings.AllAsync(cancellationToken).ConfigureAwait(false);
        var percent = int.Parse(
            stored.GetValueOrDefault(Setting.MassDeletePercent.Key) ?? Setting.MassDeletePercent.Default, NumberStyles.None, CultureInfo.InvariantCulture);
        if ((!isEmpty && gone * 100 <= percent * total) || confirmed >= gone)
            return Result.Ok();
        FilesLog.MassDeleteBraked(logger, component.Name, gone, total);
        return Result.Fail(new MassDeleteError(component.Name.Value, gone, total, percent));
    }

    private void Report(Component component, ScanRun run, ScanSummary summary)
    {
        var quiet = summary is { Added: 0, Changed: 0, Renamed: 0, Deleted: 0 };
        FilesLog.ScanFinished(
            logger, quiet ? LogLevel.Debug : LogLevel.Information, component.Name, summary.Files, summary.Added, summary.Changed, summary.Renamed, summary.Deleted,
            summary.Problems, run.SkippedLinks, (long)summary.Duration.TotalMilliseconds);
        if (!quiet && run.Problems.Kept is [var first, ..])
            FilesLog.ScanProblem(logger, component.Name, run.Problems.Count, first.Path, first.Message);
    }
}
