using System.Buffers;
using System.Security.Cryptography;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using Microsoft.Win32.SafeHandles;

namespace CoreSync.Infrastructure.Files;

/// <summary>How reading a file for its hash ended.</summary>
internal enum HashStatus
{
    /// <summary>Read; it did not change meanwhile.</summary>
    Read,

    /// <summary>It is gone.</summary>
    Gone,

    /// <summary>It changed during every attempt.</summary>
    Unstable,

    /// <summary>It cannot be opened or read.</summary>
    Unreadable,
}

/// <summary>A file's hash and the metadata that belong to it.</summary>
internal readonly record struct HashedFile(HashStatus Status, ContentHash Hash, EntryStat Stat, string Reason = "");

/// <summary>Hashes files below a root. One thread at a time; neighbours share their open directory.</summary>
internal sealed class FileHasher(SafeDirectory root) : IDisposable
{
    private const int Attempts = 3;
    private const int SmallBytes = 128 * 1024;
    private readonly DirectoryChain chain = new(root);

    /// <summary>Reads a file until it holds still, at most three times (I6).</summary>
    public HashedFile Hash(string path, CancellationToken cancellationToken)
    {
        try
        {
            var (directory, name) = chain.OpenParent(path);
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                using var file = directory.OpenRead(name);
                var before = directory.Stat(file);
                if (Read(file, before.Size, cancellationToken) is { } hash && SameContent(before, directory.Stat(file)))
                    return new HashedFile(HashStatus.Read, hash, before);
            }

            return new HashedFile(HashStatus.Unstable, default, default);
        }
        catch (FileFaultException fault)
        {
            chain.Reset();
            return new HashedFile(fault.Fault is FileFault.Missing ? HashStatus.Gone : HashStatus.Unreadable, default, default, fault.Reason);
        }
    }

    /// <summary>Hashes an open file from its beginning.</summary>
    /// <returns>Null when it did not have <paramref name="size"/> bytes.</returns>
    /// <exception cref="FileFaultException">The file cannot be read.</exception>
    public static ContentHash? Read(SafeFileHandle file, long size, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SmallBytes);
        try
        {
            if (size < SmallBytes)
            {
                var length = Fill(file, buffer.AsSpan(0, (int)size + 1), 0);
                return length == size ? ContentHash.Of(buffer.AsSpan(0, length)) : null;
            }

            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long total = 0;
            while (total <= size)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var length = RandomAccess.Read(file, buffer, total);
                if (length == 0)
                    break;
                sha.AppendData(buffer, 0, length);
                total += length;
            }

            return total == size ? ContentHash.FromBytes(sha.GetHashAndReset()) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ManagedDirectory.Translate(exception, "content");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => chain.Dispose();

    private static int Fill(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var length = RandomAccess.Read(file, buffer[total..], offset + total);
            if (length == 0)
                break;
            total += length;
        }

        return total;
    }

    private static bool SameContent(in EntryStat before, in EntryStat after) =>
        before.Size == after.Size && before.ModifiedTicks == after.ModifiedTicks && before.ChangedTicks == after.ChangedTicks;
}
