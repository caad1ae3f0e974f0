using System.Buffers;
using System.Security.Cryptography;
using CoreSync.Application.Items;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using Microsoft.Win32.SafeHandles;

namespace CoreSync.Infrastructure.Content;

/// <summary>A file on its way into the content store: written and hashed under a name of its own, renamed when it is complete, gone otherwise.</summary>
internal sealed class IncomingFile : IDisposable
{
    private const int BufferBytes = 1024 * 1024;

    private readonly SafeFileHandle file;
    private readonly string path;
    private bool isMoved;

    private IncomingFile(SafeFileHandle file, string path)
    {
        this.file = file;
        this.path = path;
    }

    /// <summary>Makes an empty file.</summary>
    /// <exception cref="FileFaultException">It cannot be made.</exception>
    public static IncomingFile Create(ContentDirectory directory, Guid name)
    {
        ContentDirectory.MakeOnly(directory.Incoming);
        var path = Path.Combine(directory.Incoming, name.ToString("N"));
        return new IncomingFile(
            ContentDirectory.Guarded(path, () => File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete)), path);
    }

    /// <summary>Copies a stream to its end.</summary>
    /// <exception cref="ReadFailedException">The stream failed.</exception>
    /// <exception cref="FileFaultException">The file failed.</exception>
    public async Task<StoredContent> CopyAsync(Stream content, CancellationToken cancellationToken)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var size = 0L;
            while (await ReadAsync(content, buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false) is > 0 and var length)
            {
                sha.AppendData(buffer, 0, length);
                Write(buffer.AsSpan(0, length), size);
                size += length;
            }

            return new StoredContent(ContentHash.FromBytes(sha.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ManagedDirectory.Translate(exception, path);
        }
    }

    /// <summary>Makes the content durable.</summary>
    public void Sync() => DurableFile.Sync(file, path);

    /// <summary>Gives the file its place; the caller makes the name durable.</summary>
    public void MoveTo(string place, DateTimeOffset now)
    {
        ContentDirectory.Guarded(path, () =>
        {
            File.SetLastWriteTimeUtc(file, now.UtcDateTime);
            return true;
        });
        ContentDirectory.Rename(path, place);
        isMoved = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        if (!isMoved)
            ContentDirectory.Remove(path);
    }

    // A buffer filled to the end: a network stream gives a few bytes at a time, and small writes are dear.
    private static async ValueTask<int> ReadAsync(Stream content, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ReadFailedException(exception);
        }
    }
}

/// <summary>What was to be stored could not be read; the store is well.</summary>
internal sealed class ReadFailedException(Exception inner) : Exception(inner.Message, inner);
