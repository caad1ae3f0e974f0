using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Infrastructure.Bundles;

/// <summary>What stands before the body of a bundle, and is the whole of a receipt: header, JSON, certificate, signature over the three (docs/bundle.md, 2 to 4).</summary>
/// <param name="Json">The JSON as it was signed, with the spaces that fill it up.</param>
/// <param name="Fingerprint">Of the certificate that signed.</param>
/// <param name="Subject">Subject of that certificate, printable.</param>
/// <param name="Bytes">Size of the envelope.</param>
internal sealed record BundleEnvelope(ReadOnlyMemory<byte> Json, CertificateFingerprint Fingerprint, string Subject, int Bytes)
{
    public const int HeaderBytes = 24;
    public const int MaxJsonBytes = 4 * 1024 * 1024;
    public const int MaxCertificateBytes = 64 * 1024;
    public const int MaxSignatureBytes = 1024;

    // Not text, broken by every conversion of line ends, and no other format.
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'C', (byte)'S', (byte)'Y', (byte)'N', (byte)'C', 0x0D, 0x0A];

    /// <summary>What the first bytes say a file is.</summary>
    public enum Content : byte
    {
        /// <summary>A bundle: a body follows.</summary>
        Bundle = 1,

        /// <summary>A receipt: nothing follows.</summary>
        Receipt = 2,
    }

    /// <summary>Writes an envelope of exactly the size that was planned.</summary>
    public static byte[] Write(Content content, ReadOnlySpan<byte> json, int jsonBytes, BundleSigner signer)
    {
        var envelope = new byte[HeaderBytes + jsonBytes + signer.Certificate.Length + signer.SignatureBytes];
        Magic.CopyTo(envelope);
        BinaryPrimitives.WriteUInt16LittleEndian(envelope.AsSpan(8), BundleManifest.Format);
        envelope[10] = (byte)content;
        BinaryPrimitives.WriteInt32LittleEndian(envelope.AsSpan(12), jsonBytes);
        BinaryPrimitives.WriteInt32LittleEndian(envelope.AsSpan(16), signer.Certificate.Length);
        BinaryPrimitives.WriteInt32LittleEndian(envelope.AsSpan(20), signer.SignatureBytes);
        json.CopyTo(envelope.AsSpan(HeaderBytes));
        envelope.AsSpan(HeaderBytes + json.Length, jsonBytes - json.Length).Fill((byte)' ');
        signer.Certificate.CopyTo(envelope.AsSpan(HeaderBytes + jsonBytes));
        signer.Sign(envelope.AsSpan(0, envelope.Length - signer.SignatureBytes), envelope.AsSpan(envelope.Length - signer.SignatureBytes));
        return envelope;
    }

    /// <summary>Which of the two a file is.</summary>
    /// <returns>Fails with <see cref="BundleMalformedError"/> or <see cref="BundleVersionError"/>.</returns>
    public static Result<Content> ReadContent(string file, ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderBytes || !header[..8].SequenceEqual(Magic))
            return Result.Fail(new BundleMalformedError(file, "it does not begin as one"));
        int version = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (version > BundleManifest.Format)
            return Result.Fail(new BundleVersionError(file, version, BundleManifest.Format));
        if (version < 1 || header[11] != 0 || !Enum.IsDefined((Content)header[10]))
            return Result.Fail(new BundleMalformedError(file, "its header holds values that are not known"));
        return (Content)header[10];
    }

    /// <summary>Reads an envelope from the beginning of a stream and verifies its signature.</summary>
    /// <returns>Fails with <see cref="BundleMalformedError"/>, <see cref="BundleVersionError"/> or <see cref="BundleDamagedError"/>.</returns>
    public static Result<BundleEnvelope> Read(string file, Stream stream, Content expected)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        var content = ReadContent(file, header[..stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false)]);
        if (content.IsFailed)
            return content.ToResult<BundleEnvelope>();
        if (content.Value != expected)
            return Result.Fail(new BundleMalformedError(file, content.Value == Content.Receipt ? "it is a receipt" : "it is a bundle, not a receipt"));
        var json = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        var certificate = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        var signature = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        if (json > MaxJsonBytes || certificate > MaxCertificateBytes || signature > MaxSignatureBytes)
            return Result.Fail(new BundleMalformedError(file, "its header announces sizes that are not allowed"));
        var signed = HeaderBytes + (int)json + (int)certificate;
        var bytes = new byte[signed + (int)signature];
        header.CopyTo(bytes);
        if (stream.ReadAtLeast(bytes.AsSpan(HeaderBytes), bytes.Length - HeaderBytes, throwOnEndOfStream: false) < bytes.Length - HeaderBytes)
            return Result.Fail(new BundleDamagedError(file, "it ends within its envelope"));
        var der = bytes.AsMemory(HeaderBytes + (int)json, (int)certificate);
        return BundleSigner.Verify(der, bytes.AsSpan(0, signed), bytes.AsSpan(signed)) is { } subject
            ? new BundleEnvelope(bytes.AsMemory(HeaderBytes, (int)json), CertificateFingerprint.Of(der.Span), subject, bytes.Length)
            : Result.Fail(new BundleDamagedError(file, "its signature does not fit"));
    }

    /// <summary>Reads the JSON strictly.</summary>
    /// <returns>Fails with <see cref="BundleMalformedError"/>.</returns>
    public Result<TDomain> Parse<TJson, TDomain>(string file, JsonTypeInfo<TJson> type, Func<TJson, TDomain> toDomain)
        where TJson : class
    {
        try
        {
            return JsonSerializer.Deserialize(Json.Span, type) is { } read ? toDomain(read) : Result.Fail(new BundleMalformedError(file, "its manifest is empty"));
        }
        catch (JsonException exception)
        {
            return Result.Fail(new BundleMalformedError(file, "its manifest does not fit: " + exception.Message).CausedBy(exception));
        }
    }
}
