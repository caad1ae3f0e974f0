using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using FluentResults;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace CoreSync.Infrastructure.Files;

/// <summary>Receives content apart, into one file per hash in staging; what is durable survives every interruption (P4).</summary>
internal sealed class ContentInbox(IOptions<CoreSyncOptions> options) : IContentInbox, IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private const string Prefix = "content-";
    private const int Attempts = 5;
    private readonly ConcurrentDictionary<(ComponentName, ContentHash), SemaphoreSlim> gates = new();

    public Task<long> ReceivedAsync(Component component, ContentHash hash, CancellationToken cancellationToken)
    {
        if (!ReceiveArea.Exists(component))
            return Task.FromResult(0L);
        using var area = ReceiveArea.Find(component, options.Value.DataDirectory);
        try
        {
            var stat = area?.Staging.Stat(ReceiveArea.ContentName(hash)) ?? area?.Staging.Stat(ReceiveArea.PartName(hash));
            return Task.FromResult(stat is { Kind: EntryKind.File, Size: var size } ? size : 0);
        }
        catch (FileFaultException fault)
        {
            throw fault.ToStoreFailure();
        }
    }

    public async Task<Result<long>> AppendAsync(Component component, ContentHash hash, long size, long offset, Stream content, CancellationToken cancellationToken)
    {
        // Payloads are as large as files: only what is read into memory has a limit.
        if (size < 1 || offset < 0 || offset > size)
            return Result.Fail(new BatchMalformedError($"content of {size} bytes is sent from offset {offset}"));
        if (!ReceiveArea.Exists(component))
            return Result.Fail(new BatchMalformedError($"component {component.Name} receives no content"));
        var gate = gates.GetOrAdd((component.Name, hash), _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                using var area = ReceiveArea.Open(component, options.Value.DataDirectory);
                try
                {
                    return await AppendAsync(area, hash, size, offset, content, cancellationToken).ConfigureAwait(false);
                }
                catch (FileFaultException fault) when (fault.Fault == FileFault.Missing && attempt < Attempts)
                {
                    // Staging was removed as empty between the two steps; nothing of the content was read yet.
                }
            }
        }
        catch (FileFaultException fault) when (fault.Fault == FileFault.Full)
        {
            return Result.Fail(new StoreFullError(fault.Path));
        }
        catch (FileFaultException fault)
        {
            throw fault.ToStoreFailure();
        }
        finally
        {
            gate.Release();
        }
    }

    public ReceivedContent? Find(Component component, ContentHash hash)
    {
        if (!ReceiveArea.Exists(component))
            return null;
        using var area = ReceiveArea.Find(component, options.Value.DataDirectory);
        try
        {
            var name = ReceiveArea.ContentName(hash);
            return area?.Staging.Stat(name) is { Kind: EntryKind.File } stat ? new ReceivedContent(hash, stat.Size, Path.Combine(area.Staging.Path, name)) : null;
        }
        catch (FileFaultException fault)
        {
            throw fault.ToStoreFailure();
        }
    }

    public async Task<ReadOnlyMemory<byte>> ReadAsync(ReceivedContent content, CancellationToken cancellationToken)
    {
        if (content.Size > Item.MaxDocumentBytes)
            throw new ArgumentException($"Content of {content.Size} bytes is not read into memory", nameof(content));
        try
        {
            return await File.ReadAllBytesAsync(content.File, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ManagedDirectory.Translate(exception, content.File).ToStoreFailure();
        }
    }

    public void Purge(Component component, DateTimeOffset olderThan)
    {
        if (!ReceiveArea.Exists(component))
            return;
        using var area = ReceiveArea.Find(component, options.Value.DataDirectory);
        if (area is null)
            return;
        try
        {
            foreach (var entry in area.Staging.List())
            {
                if (entry.Name.StartsWith(Prefix, StringComparison.Ordinal)
                    && area.Staging.Stat(entry.Name) is { Kind: EntryKind.File } stat && stat.ModifiedTicks < olderThan.UtcTicks)
                    StagedFiles.Remove(area.Staging, entry.Name);
            }

            area.RemoveIfEmpty();
        }
        catch (FileFaultException fault)
        {
            throw fault.ToStoreFailure();
        }
    }

    public void Dispose()
    {
        foreach (var gate in gates.Values)
            gate.Dispose();
    }

    private static async Task<Result<long>> AppendAsync(
        ReceiveArea area, ContentHash hash, long size, long offset, Stream content, CancellationToken cancellationToken)
    {
        var staging = area.Staging;
        if (staging.Stat(ReceiveArea.ContentName(hash)) is { Kind: EntryKind.File } complete)
            return complete.Size == size ? size : Result.Fail(new BatchMalformedError($"content has {complete.Size} bytes, not {size}"));
        var name = ReceiveArea.PartName(hash);
        using var file = staging.OpenOrCreate(name);
        var have = RandomAccess.GetLength(file);
        if (have > size)
            return Result.Fail(new BatchMalformedError($"{have} bytes of content came already, more than {size}"));
        if (offset > have)
            return Result.Fail(new BatchMalformedError($"content is sent from offset {offset}, but only {have} bytes are here"));
        if (size - have > FreeBytes(staging.Path))
            return Result.Fail(new StoreFullError(staging.Path));

        using var sha = offset == 0 && have == 0 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        var written = await WriteAsync(staging, file, have, size, offset, content, sha, cancellationToken).ConfigureAwait(false);
        if (written.IsFailed || written.Value < size)
            return written;

        // Complete: what is durable is verified before anyone may use it.
        var actual = sha is null ? FileHasher.Read(file, size, cancellationToken) : ContentHash.FromBytes(sha.GetHashAndReset());
        if (actual != hash)
        {
            staging.Unlink(name);
            return Result.Fail(new ContentMismatchError(name, hash.ToString(), actual?.ToString() ?? "unreadable"));
        }

        staging.Rename(name, staging, ReceiveArea.ContentName(hash));
        staging.Sync();
        return size;
    }

    private static async Task<Result<long>> WriteAsync(
        SafeDirectory staging, SafeFileHandle file, long have, long size, long offset, Stream content, IncrementalHash? sha, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var position = offset;
        try
        {
            while (await content.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false) is > 0 and var length)
            {
                if (length > size - position)
                {
                    RandomAccess.SetLength(file, have);
                    return Result.Fail(new BatchMalformedError($"more than {size} bytes of content came"));
                }

                Write(staging, file, buffer.AsSpan(0, length), position);
                sha?.AppendData(buffer, 0, length);
                position += length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            // Also when the connection broke: what arrived stays for resuming.
            DurableFile.Sync(file, staging.Path);
            if (have == 0)
                staging.Sync();
        }

        return RandomAccess.GetLength(file);
    }

    private static void Write(SafeDirectory staging, SafeFileHandle file, ReadOnlySpan<byte> bytes, long position)
    {
        try
        {
            RandomAccess.Write(file, bytes, position);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ManagedDirectory.Translate(exception, staging.Path);
        }
    }

    private static long FreeBytes(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Unknown: the write itself tells.
            return long.MaxValue;
        }
    }
}
