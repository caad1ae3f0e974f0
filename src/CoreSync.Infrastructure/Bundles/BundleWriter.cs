using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using CoreSync.Application.Bundles;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Infrastructure.Identity;
using CoreSync.Infrastructure.Wire;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Infrastructure.Bundles;

/// <summary>Writes a bundle in one pass: room for the envelope, the body, and then the envelope, which knows by then what it says and signs.</summary>
internal sealed class BundleWriter : IBundleWriter
{
    private const int BufferBytes = 256 * 1024;

    private readonly string file;
    private readonly string temporary;
    private readonly bool overwrite;
    private readonly BundleManifest opening;
    private readonly BundleSigner signer;
    private readonly FileStream stream;
    private readonly int reserved;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private BundleTotals totals = new(0, 0, 0, 0, 0);
    private bool isFinished;

    private BundleWriter(string file, string temporary, bool overwrite, BundleManifest opening, BundleSigner signer, FileStream stream)
    {
        this.file = file;
        this.temporary = temporary;
        this.overwrite = overwrite;
        this.opening = opening;
        this.signer = signer;
        this.stream = stream;
        reserved = JsonSerializer.SerializeToUtf8Bytes(ManifestJson.Of(Largest(opening)), BundleJson.Default.ManifestJson).Length;
        stream.Seek(BundleEnvelope.HeaderBytes + reserved + signer.Certificate.Length + signer.SignatureBytes, SeekOrigin.Begin);
    }

    /// <summary>Begins a bundle.</summary>
    /// <returns>Fails with <see cref="BundleFileExistsError"/>, <see cref="StoreUnwritableError"/> or <see cref="StoreFullError"/>.</returns>
    public static Result<IBundleWriter> Create(string file, bool overwrite, BundleManifest opening, BundleSigner signer)
    {
        if (Directory.Exists(file) || (!overwrite && File.Exists(file)))
        {
            signer.Dispose();
            return Result.Fail(new BundleFileExistsError(file));
        }

        var temporary = Path.Combine(Path.GetDirectoryName(file)!, $".{Path.GetFileName(file)}.{opening.Id:N}.tmp");
        try
        {
            return new BundleWriter(file, temporary, overwrite, opening, signer, KeyFile.CreateNew(temporary, BufferBytes));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            signer.Dispose();
            return Result.Fail(KeyFile.Translate(exception, file));
        }
    }

    public async Task<Result> AddContentAsync(ComponentName component, ContentHash expected, long size, Stream content, CancellationToken cancellationToken)
    {
        await WriteAsync(BundleFormat.SectionHeader(BundleFormat.Content, component), cancellationToken).ConfigureAwait(false);
        await WriteAsync(BundleFormat.ContentHeader(expected, size), cancellationToken).ConfigureAwait(false);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var left = size;
            while (await ReadAsync(content, buffer, expected, cancellationToken).ConfigureAwait(false) is > 0 and var length)
            {
                left -= length;
                if (left < 0)
                    return Result.Fail(new ContentUnstableError(expected.ToString()));
                sha.AppendData(buffer, 0, length);
                await WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            }

            if (left != 0 || ContentHash.FromBytes(sha.GetHashAndReset()) != expected)
                return Result.Fail(new ContentUnstableError(expected.ToString()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        totals = totals with { Contents = totals.Contents + 1, ContentBytes = totals.ContentBytes + size };
        return Result.Ok();
    }

    public async Task<Result> AddBatchAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken)
    {
        var frame = BatchFrame.Encode(component, batch, compress: true);
        if (frame.IsFailed)
            return frame.ToResult();
        await WriteAsync(BundleFormat.SectionHeader(BundleFormat.Batch, component), cancellationToken).ConfigureAwait(false);
        await WriteAsync(frame.Value, cancellationToken).ConfigureAwait(false);
        totals = totals with { Batches = totals.Batches + 1, Changes = totals.Changes + batch.Changes.Count };
        return Result.Ok();
    }

    public Task<Result<WrittenBundle>> FinishAsync(IReadOnlyList<BundleComponent> components, CancellationToken cancellationToken)
    {
        var manifest = opening with { Components = components, Totals = totals, BodyHash = ContentHash.FromBytes(hash.GetHashAndReset()) };
        var json = JsonSerializer.SerializeToUtf8Bytes(ManifestJson.Of(manifest), BundleJson.Default.ManifestJson);
        if (json.Length > reserved)
            throw new InvalidOperationException("The manifest outgrew the room that was kept for it");
        var bytes = stream.Position;
        try
        {
            stream.Seek(0, SeekOrigin.Begin);
            stream.Write(BundleEnvelope.Write(BundleEnvelope.Content.Bundle, json, reserved, signer));
            stream.Flush();
            KeyFile.Synchronise(stream.SafeFileHandle, temporary);
            stream.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, file, overwrite);
            KeyFile.SynchroniseDirectory(Path.GetDirectoryName(file)!);
        }
        catch (IOException) when (!overwrite && File.Exists(file) && File.Exists(temporary))
        {
            return Task.FromResult(Result.Fail<WrittenBundle>(new BundleFileExistsError(file)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CoreSyncException(KeyFile.Translate(exception, file), exception);
        }

        isFinished = true;
        return Task.FromResult(Result.Ok(new WrittenBundle(manifest, CertificateFingerprint.Of(signer.Certificate), bytes)));
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        signer.Dispose();
        hash.Dispose();
        if (!isFinished && File.Exists(temporary))
            File.Delete(temporary);
    }

    // The numbers and positions are not known yet: room for the largest.
    private static BundleManifest Largest(BundleManifest opening)
    {
        const long Most = long.MaxValue;
        return opening with
        {
            Totals = new BundleTotals(Most, Most, Most, Most, Most),
            Components = [.. opening.Components.Select(one => one with { From = new Sequence(Most), To = new Sequence(Most), Changes = Most })],
        };
    }

    private static async Task<int> ReadAsync(Stream content, byte[] buffer, ContentHash expected, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new CoreSyncException(new ContentUnreadableError(expected.ToString(), exception.Message), exception);
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        hash.AppendData(bytes.Span);
        try
        {
            await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new CoreSyncException(KeyFile.Translate(exception, file), exception);
        }

        totals = totals with { BodyBytes = totals.BodyBytes + bytes.Length };
    }
}
