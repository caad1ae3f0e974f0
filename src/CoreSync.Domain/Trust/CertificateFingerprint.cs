using System.Security.Cryptography;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Trust;

/// <summary>The SHA-256 of a whole certificate in DER: what trust rests on. Parse, print, compare.</summary>
/// <remarks>Printed as upper-case hexadecimal pairs with colons, as openssl and browsers do.</remarks>
public sealed class CertificateFingerprint : IEquatable<CertificateFingerprint>
{
    /// <summary>Bytes in a SHA-256.</summary>
    public const int ByteLength = SHA256.HashSizeInBytes;

    private readonly byte[] bytes;

    private CertificateFingerprint(byte[] bytes) => this.bytes = bytes;

    /// <summary>The 32 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The first four pairs: for logs beside the name, never for a decision.</summary>
    public string ShortText => ToString()[..11];

    /// <summary>Computes the fingerprint of a certificate in DER.</summary>
    public static CertificateFingerprint Of(ReadOnlySpan<byte> der) => new(SHA256.HashData(der));

    /// <summary>Wraps 32 stored bytes.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static CertificateFingerprint FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == ByteLength ? new(bytes.ToArray()) : throw new ArgumentException("A fingerprint has 32 bytes", nameof(bytes));

    /// <summary>Parses what a person pasted: hexadecimal in any case, with or without colons, spaces and hyphens, or <c>SHA256:</c> and base64.</summary>
    /// <returns>Fails with <see cref="FingerprintSha1Error"/> for a SHA-1 length, else with <see cref="FingerprintMalformedError"/>.</returns>
    public static Result<CertificateFingerprint> Parse(string text)
    {
        var shown = text.Trim();
        var body = shown;
        if (body.StartsWith("SHA256:", StringComparison.OrdinalIgnoreCase) || body.StartsWith("SHA-256:", StringComparison.OrdinalIgnoreCase))
        {
            body = body[(body.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            if (FromBase64(body) is { } decoded)
                return decoded;
        }
        else if (body.StartsWith("SHA1:", StringComparison.OrdinalIgnoreCase) || body.StartsWith("SHA-1:", StringComparison.OrdinalIgnoreCase))
        {
            return Result.Fail(new FingerprintSha1Error(shown));
        }

        var digits = string.Concat(body.Where(c => c is not (':' or '-') && !char.IsWhiteSpace(c)));
        if (digits.Length == 0)
            return Result.Fail(new FingerprintMalformedError(shown, "it is empty"));
        if (!digits.All(char.IsAsciiHexDigit))
            return Result.Fail(new FingerprintMalformedError(shown, "it holds characters that are not hexadecimal"));
        return digits.Length switch
        {
            ByteLength * 2 => new CertificateFingerprint(Convert.FromHexString(digits)),
            SHA1.HashSizeInBytes * 2 => Result.Fail(new FingerprintSha1Error(shown)),
            < ByteLength * 2 => Result.Fail(new FingerprintMalformedError(shown, $"it is too short: {digits.Length} of {ByteLength * 2} digits")),
            _ => Result.Fail(new FingerprintMalformedError(shown, $"it is too long: {digits.Length} of {ByteLength * 2} digits")),
        };
    }

    /// <summary>Four lines of eight bytes, for reading side by side.</summary>
    public IReadOnlyList<string> ToGrid()
    {
        var text = ToString();
        return [.. Enumerable.Range(0, 4).Select(line => text.Substring(line * 24, 23))];
    }

    /// <inheritdoc/>
    public bool Equals(CertificateFingerprint? other) => other is not null && CryptographicOperations.FixedTimeEquals(bytes, other.bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CertificateFingerprint);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(bytes);

    /// <inheritdoc/>
    public override string ToString() => string.Join(':', bytes.Select(b => b.ToString("X2", null)));

    /// <summary>Compares by value.</summary>
    public static bool operator ==(CertificateFingerprint? left, CertificateFingerprint? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Compares by value.</summary>
    public static bool operator !=(CertificateFingerprint? left, CertificateFingerprint? right) => !(left == right);

    private static CertificateFingerprint? FromBase64(string text)
    {
        var buffer = new byte[ByteLength];
        return Convert.TryFromBase64String(text.TrimEnd('=') + "=", buffer, out var written) && written == ByteLength ? new(buffer) : null;
    }
}
