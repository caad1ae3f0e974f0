using System.Text.Json;
using CoreSync.Application.Bundles;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Infrastructure.Identity;
using FluentResults;

namespace CoreSync.Infrastructure.Bundles;

/// <inheritdoc cref="IBundleFiles"/>
internal sealed class BundleFiles(OwnCertificate own) : IBundleFiles
{
    public Result<IBundleWriter> Create(string file, bool overwrite, BundleManifest opening)
    {
        var signer = BundleSigner.Of(own);
        return signer.IsFailed ? signer.ToResult<IBundleWriter>() : BundleWriter.Create(file, overwrite, opening, signer.Value);
    }

    public Result<IBundleReader> Open(string file)
    {
        var stream = OpenStream(file);
        return stream.IsFailed ? stream.ToResult<IBundleReader>() : Attempt(file, () => BundleReader.Open(file, stream.Value));
    }

    public Result<bool> IsReceipt(string file)
    {
        var stream = OpenStream(file);
        if (stream.IsFailed)
            return stream.ToResult<bool>();
        using var opened = stream.Value;
        return Attempt(file, () =>
        {
            Span<byte> header = stackalloc byte[BundleEnvelope.HeaderBytes];
            return BundleEnvelope.ReadContent(file, header[..opened.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)])
                .Bind(content => Result.Ok(content == BundleEnvelope.Content.Receipt));
        });
    }

    public Result WriteReceipt(string file, BundleReceipt receipt)
    {
        var signer = BundleSigner.Of(own);
        if (signer.IsFailed)
            return signer.ToResult();
        using var signs = signer.Value;
        var json = JsonSerializer.SerializeToUtf8Bytes(ReceiptJson.Of(receipt), BundleJson.Default.ReceiptJson);
        try
        {
            KeyFile.Write(file, BundleEnvelope.Write(BundleEnvelope.Content.Receipt, json, json.Length, signs));
            return Result.Ok();
        }
        catch (CoreSyncException exception)
        {
            return Result.Fail(exception.Error);
        }
    }

    public Result<SignedReceipt> ReadReceipt(string file)
    {
        var stream = OpenStream(file);
        if (stream.IsFailed)
            return stream.ToResult<SignedReceipt>();
        using var opened = stream.Value;
        return Attempt(file, () =>
        {
            var envelope = BundleEnvelope.Read(file, opened, BundleEnvelope.Content.Receipt);
            if (envelope.IsFailed)
                return envelope.ToResult<SignedReceipt>();
            if (opened.Length != envelope.Value.Bytes)
                return Result.Fail(new BundleDamagedError(file, "bytes follow the receipt"));
            return envelope.Value.Parse(file, BundleJson.Default.ReceiptJson, json => new SignedReceipt(json.ToReceipt(), envelope.Value.Fingerprint));
        });
    }

    private static Result<FileStream> OpenStream(string file)
    {
        try
        {
            return new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = 0, Options = FileOptions.SequentialScan });
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Result.Fail(new BundleNotFoundError(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Result.Fail(new BundleUnreadableError(file, exception.Message));
        }
    }

    private static Result<T> Attempt<T>(string file, Func<Result<T>> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Result.Fail(new BundleUnreadableError(file, exception.Message));
        }
    }
}
