using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using CoreSync.Application.Bundles;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Infrastructure.Wire;
using CoreSync.Items;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Infrastructure.Bundles;

/// <summary>Reads a bundle twice: all of it to verify, then its sections to be applied. One file handle, so both see one file.</summary>
internal sealed class BundleReader : IBundleReader
{
    private const int BufferBytes = 256 * 1024;

    private readonly string file;
    private readonly FileStream stream;
    private readonly BundleEnvelope envelope;

    // What each batch was when it was verified; 32 bytes for up to 2000 changes.
    private readonly List<ContentHash> verified = [];

    private BundleReader(string file, FileStream stream, BundleEnvelope envelope, BundleManifest manifest)
    {
        this.file = file;
        this.stream = stream;
        this.envelope = envelope;
        Manifest = manifest;
    }

    public BundleManifest Manifest { get; }

    public CertificateFingerprint Signer => envelope.Fingerprint;

    public string SignerSubject => envelope.Subject;

    /// <summary>Opens a bundle; the stream is the reader's from then on.</summary>
    /// <returns>Fails as <see cref="IBundleFiles.Open"/>; the stream is closed then.</returns>
    public static Result<IBundleReader> Open(string file, FileStream stream)
    {
        var envelope = BundleEnvelope.Read(file, stream, BundleEnvelope.Content.Bundle);
        var manifest = envelope.IsFailed ? envelope.ToResult<BundleManifest>() : envelope.Value.Parse(file, BundleJson.Default.ManifestJson, json => json.ToManifest());
        if (manifest.IsSuccess && stream.Length - envelope.Value.Bytes != manifest.Value.Totals.BodyBytes)
            manifest = Result.Fail(new BundleDamagedError(file, $"it has {stream.Length} bytes instead of {envelope.Value.Bytes + manifest.Value.Totals.BodyBytes}"));
        if (manifest.IsSuccess)
            return new BundleReader(file, stream, envelope.Value, manifest.Value);
        stream.Dispose();
        return manifest.ToResult<IBundleReader>();
    }

    public async IAsyncEnumerable<BundleSection> VerifyAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        verified.Clear();
        using var body = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var section in SectionsAsync(body, cancellationToken).ConfigureAwait(false))
            yield return section;
        if (ContentHash.FromBytes(body.GetHashAndReset()) != Manifest.BodyHash)
            throw Damaged("the hash of its body does not fit");
    }

    public IAsyncEnumerable<BundleSection> ReadAsync(CancellationToken cancellationToken) => SectionsAsync(null, cancellationToken);

    public Stream OpenContent(BundleContent content) => new BundlePart(stream.SafeFileHandle, content.Offset, content.Size);

    public void Dispose() => stream.Dispose();

    private async IAsyncEnumerable<BundleSection> SectionsAsync(IncrementalHash? body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = (long)envelope.Bytes;
        var end = position + Manifest.Totals.BodyBytes;
        var batches = 0;
        while (position < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var header = Read(ref position, end, BundleFormat.SectionHeaderBytes, body);
            if (header[1] is 0 or > BundleFormat.MaxComponentBytes)
                throw Malformed("a section names no component");
            var name = Encoding.Latin1.GetString(Read(ref position, end, header[1], body));
            if (ComponentName.Parse(name) is not { IsSuccess: true, Value: var component } || component.Value != name)
                throw Malformed("a section names no valid component");
            switch (header[0])
            {
                case BundleFormat.Batch:
                    yield return ReadBatch(ref position, end, component, body, batches++);
                    break;
                case BundleFormat.Content:
                    var content = ReadContent(ref position, end, component, body);
                    if (body is not null)
                        await VerifyAsync(content, body, cancellationToken).ConfigureAwait(false);
                    yield return content;
                    break;
                default:
                    throw Malformed($"a section has the kind {header[0]}");
            }
        }
    }

    private BundleBatch ReadBatch(ref long position, long end, ComponentName component, IncrementalHash? body, int number)
    {
        var start = Read(ref position, end, BatchFrame.HeaderBytes, body);
        var header = BatchFrame.ReadHeader(start);
        if (header.IsFailed)
            throw Malformed(Reason(header));
        var stored = Read(ref position, end, header.Value.StoredBytes, body);
        var digest = ContentHash.Of([.. start, .. SHA256.HashData(stored)]);
        if (body is not null)
            verified.Add(digest);
        else if (number >= verified.Count || verified[number] != digest)
            throw Damaged("it changed while it was imported");
        var batch = BatchFrame.Decode(component, header.Value, stored);
        return batch.IsSuccess ? new BundleBatch(component, batch.Value) : throw Malformed(Reason(batch));
    }

    private BundleContent ReadContent(ref long position, long end, ComponentName component, IncrementalHash? body)
    {
        var header = Read(ref position, end, BundleFormat.ContentHeaderBytes, body);
        var size = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(ContentHash.ByteLength));
        if (size < 1 || size > end - position)
            throw Malformed($"content announces {size} bytes; {end - position} are left");
        var content = new BundleContent(component, ContentHash.FromBytes(header.AsSpan(0, ContentHash.ByteLength)), size, position);
        position += size;
        return content;
    }

    private async Task VerifyAsync(BundleContent content, IncrementalHash body, CancellationToken cancellationToken)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var part = OpenContent(content);
            await using (part.ConfigureAwait(false))
            {
                var left = content.Size;
                while (await ReadAsync(part, buffer, cancellationToken).ConfigureAwait(false) is > 0 and var length)
                {
                    sha.AppendData(buffer, 0, length);
                    body.AppendData(buffer, 0, length);
                    left -= length;
                }

                if (left != 0)
                    throw Damaged("it ends within content");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (ContentHash.FromBytes(sha.GetHashAndReset()) != content.Hash)
            throw Damaged($"content does not have its hash {content.Hash}");
    }

    private async Task<int> ReadAsync(Stream part, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await part.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CoreSyncException(new BundleUnreadableError(file, exception.Message), exception);
        }
    }

    private byte[] Read(ref long position, long end, int length, IncrementalHash? body)
    {
        if (length > end - position)
            throw Malformed($"a section needs {length} bytes; {end - position} are left");
        var bytes = new byte[length];
        try
        {
            for (var read = 0; read < length;)
            {
                var more = RandomAccess.Read(stream.SafeFileHandle, bytes.AsSpan(read), position + read);
                if (more == 0)
                    throw Damaged("it became shorter while it was read");
                read += more;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CoreSyncException(new BundleUnreadableError(file, exception.Message), exception);
        }

        position += length;
        body?.AppendData(bytes);
        return bytes;
    }

    private static string Reason(ResultBase failed) => failed.Errors[0] is BatchMalformedError malformed ? malformed.Reason : failed.Errors[0].Message;

    private CoreSyncException Malformed(string reason) => new(new BundleMalformedError(file, reason));

    private CoreSyncException Damaged(string reason) => new(new BundleDamagedError(file, reason));
}
