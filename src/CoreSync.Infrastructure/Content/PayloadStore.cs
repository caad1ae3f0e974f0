using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using FluentResults;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Content;

/// <summary>The directory <c>content/</c>: a file per content, named by its hash, written under another name, flushed and renamed.</summary>
/// <remarks>The time of a file is when it was put or asked for last: what the collector goes by.</remarks>
internal sealed class PayloadStore(IOptions<CoreSyncOptions> options, IRandomSource random, TimeProvider time) : IPayloadStore
{
    /// <summary>A file whose time is younger is not touched again: asking stays cheap. Far below the shortest grace time.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private const int Attempts = 3;
    private const int ReadBytes = 256 * 1024;

    /// <summary>Up to this many files are flushed one by one; beyond it the volume is flushed twice.</summary>
    private const int FewFiles = 8;

    private readonly ContentDirectory directory = new(options.Value.DataDirectory);

    /// <inheritdoc/>
    public bool Has(ContentHash hash, long size) => size == 0 ? hash == ContentHash.Empty : SizeOf(hash) == size;

    /// <inheritdoc/>
    public long? SizeOf(ContentHash hash)
    {
        if (hash == ContentHash.Empty)
            return 0;
        var file = new FileInfo(directory.FileOf(hash));
        return Guarded(file.FullName, () => file.Exists ? file.Length : (long?)null);
    }

    /// <inheritdoc/>
    public bool Keep(ContentHash hash, long size)
    {
        if (size == 0)
            return hash == ContentHash.Empty;
        var place = directory.FileOf(hash);
        return Guarded(place, () =>
        {
            var file = new FileInfo(place);
            if (!file.Exists || file.Length != size)
                return false;
            var age = time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc;
            if (age >= TimeSpan.Zero && age < Fresh)
                return true;
            try
            {
                File.SetLastWriteTimeUtc(place, time.GetUtcNow().UtcDateTime);
            }
            catch (FileNotFoundException)
            {
                return false;
            }

            // The collector renames first and looks at the time afterwards: a name that is still here after the time was set stays.
            return File.Exists(place);
        });
    }

    /// <inheritdoc/>
    public Result<Stream> Open(Payload payload)
    {
        if (payload.Size == 0)
            return payload.Hash == ContentHash.Empty ? new MemoryStream([], writable: false) : Damaged(payload);
        var place = directory.FileOf(payload.Hash);
        try
        {
            var file = new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            if (file.Length == payload.Size)
                return new VerifiedStream(file, payload, () => SetAside(payload.Hash));
            file.Dispose();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Told below: it is missing.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Result.Fail(new ContentUnreadableError(place, exception.Message).CausedBy(exception));
        }

        SetAside(payload.Hash);
        return Damaged(payload);
    }

    /// <inheritdoc/>
    public async Task<Result<StoredContent>> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        try
        {
            using var file = IncomingFile.Create(directory, random.NewGuid());
            var stored = await file.CopyAsync(content, cancellationToken).ConfigureAwait(false);
            if (stored.Size > 0)
                Place(file, stored.Hash);
            return stored;
        }
        catch (ReadFailedException failure)
        {
            return Result.Fail(new ContentUnreadableError("content", failure.Message).CausedBy(failure));
        }
        catch (FileFaultException fault) when (fault.Fault == FileFault.Full)
        {
            return Result.Fail(new StoreFullError(directory.Root));
        }
        catch (FileFaultException fault)
        {
            throw fault.ToStoreFailure();
        }
    }

    /// <inheritdoc/>
    public async Task<Result<StoredContent>> PutFileAsync(string file, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
                await using var closing = stream.ConfigureAwait(false);
                var before = Seen(stream);
                var stored = await PutAsync(stream, cancellationToken).ConfigureAwait(false);
                if (stored.IsFailed)
                    return stored.HasError<ContentUnreadableError>() ? Result.Fail(new ContentUnreadableError(file, stored.Errors[0].Message)) : stored;
                // A pipe has neither length nor time, and is read once.
                if (before is null || (before == Seen(stream) && before.Value.Size == stored.Value.Size))
                    return stored;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return Result.Fail(new ContentUnreadableError(file, exception.Message).CausedBy(exception));
            }
        }

        return Result.Fail(new ContentUnstableError(file));
    }

    /// <inheritdoc/>
    public Task<Result> PutAsync(IReadOnlyList<SmallContent> contents, CancellationToken cancellationToken)
    {
        foreach (var content in contents)
        {
            var actual = ContentHash.Of(content.Bytes.Span);
            if (actual != content.Hash)
                return Task.FromResult(Result.Fail(new ContentMismatchError("content", content.Hash.ToString(), actual.ToString())));
        }

        var needed = contents.DistinctBy(content => content.Hash).Where(content => content.Bytes.Length > 0 && !Keep(content.Hash, content.Bytes.Length)).ToList();
        var written = new List<(IncomingFile File, ContentHash Hash)>(needed.Count);
        var each = !DurableFile.CanSyncVolume || needed.Count <= FewFiles;
        try
        {
            foreach (var content in needed)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var file = IncomingFile.Create(directory, random.NewGuid());
                written.Add((file, content.Hash));
                file.Write(content.Bytes.Span, 0);
                if (each)
                    file.Sync();
            }

            if (written.Count > 0)
                PlaceAll(written, each);
            return Task.FromResult(Result.Ok());
        }
        catch (FileFaultException fault) when (fault.Fault == FileFault.Full)
        {
            return Task.FromResult(Result.Fail(new StoreFullError(directory.Root)));
        }
        catch (FileFaultException fault)
        {
            throw fault.ToStoreFailure();
        }
        finally
        {
            foreach (var (file, _) in written)
                file.Dispose();
        }
    }

    /// <inheritdoc/>
    public async Task<Result> TakeAsync(IReadOnlyList<ReceivedContent> received, CancellationToken cancellationToken)
    {
        foreach (var content in received)
        {
            try
            {
                directory.Make(directory.DirectoryOf(content.Hash));
                if (!Take(content))
                    continue;
                ContentDirectory.Sync(directory.DirectoryOf(content.Hash));
                ContentDirectory.Remove(Path.Combine(directory.Damaged, content.Hash.ToString()));
            }
            catch (FileFaultException fault) when (fault.Fault is FileFault.CrossVolume)
            {
                if (await CopyAsync(content, cancellationToken).ConfigureAwait(false) is { IsFailed: true } failed)
                    return failed;
            }
            catch (FileFaultException fault) when (fault.Fault == FileFault.Full)
            {
                return Result.Fail(new StoreFullError(directory.Root));
            }
            catch (FileFaultException fault)
            {
                throw fault.ToStoreFailure();
            }
        }

        return Result.Ok();
    }

    private static Result<Stream> Damaged(Payload payload) => Result.Fail(new PayloadDamagedError(payload.Path.Value, payload.Hash.ToString()));

    private static (long Size, DateTime Time)? Seen(FileStream stream) =>
        stream.CanSeek ? (stream.Length, File.GetLastWriteTimeUtc(stream.SafeFileHandle)) : null;

    private static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return ContentDirectory.Guarded(path, work);
        }
        catch (FileFaultException fault)
        {
            throw fault.ToStoreFailure();
        }
    }

    private void Place(IncomingFile file, ContentHash hash)
    {
        file.Sync();
        directory.Make(directory.DirectoryOf(hash));
        file.MoveTo(directory.FileOf(hash), time.GetUtcNow());
        ContentDirectory.Sync(directory.DirectoryOf(hash));
        ContentDirectory.Remove(Path.Combine(directory.Damaged, hash.ToString()));
    }

    // Content first, names afterwards: a name never stands for bytes that a crash can take.
    private void PlaceAll(List<(IncomingFile File, ContentHash Hash)> written, bool each)
    {
        if (!each)
            directory.SyncVolume();
        var now = time.GetUtcNow();
        var places = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (file, hash) in written)
        {
            var place = directory.DirectoryOf(hash);
            if (each)
                directory.Make(place);
            else
                ContentDirectory.MakeOnly(place);
            file.MoveTo(directory.FileOf(hash), now);
            places.Add(place);
        }

        if (!each)
        {
            directory.SyncVolume();
        }
        else
        {
            foreach (var place in places)
                ContentDirectory.Sync(place);
        }

        foreach (var (_, hash) in written)
            ContentDirectory.Remove(Path.Combine(directory.Damaged, hash.ToString()));
    }

    private bool Take(ReceivedContent content)
    {
        using var from = SafeDirectory.OpenRoot(Path.GetDirectoryName(content.File)!);
        using var to = SafeDirectory.OpenRoot(directory.DirectoryOf(content.Hash));
        try
        {
            using (var file = from.OpenRead(Path.GetFileName(content.File)))
                from.SetModified(file, Path.GetFileName(content.File), time.GetUtcNow().UtcTicks);
            from.Rename(Path.GetFileName(content.File), to, content.Hash.ToString());
            return true;
        }
        catch (FileFaultException fault) when (fault.Fault == FileFault.Missing)
        {
            // Another batch took it.
            return false;
        }
    }

    private async Task<Result> CopyAsync(ReceivedContent content, CancellationToken cancellationToken)
    {
        var stored = await PutFileAsync(content.File, cancellationToken).ConfigureAwait(false);
        if (stored.IsFailed)
            return stored.ToResult();
        ContentDirectory.Remove(content.File);
        return Result.Ok();
    }

    private void SetAside(ContentHash hash)
    {
        try
        {
            ContentDirectory.MakeOnly(directory.Damaged);
            var mark = Path.Combine(directory.Damaged, hash.ToString());
            if (!ContentDirectory.TryRename(directory.FileOf(hash), mark))
                ContentDirectory.Touch(mark);
        }
        catch (FileFaultException)
        {
            // It stays where it is and is found again by whoever reads it next.
        }
    }
}
