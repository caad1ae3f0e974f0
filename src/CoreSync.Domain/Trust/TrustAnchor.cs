using System.Globalization;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Trust;

/// <summary>
/// How far the trust history had come at some moment: the number and the hash of its last entry, kept somewhere else. The chain alone cannot tell that entries are missing at
/// its end, or that somebody made all of it anew; an anchor can, for everything up to it.
/// </summary>
/// <param name="Number">The number of the entry.</param>
/// <param name="Hash">Its hash, 32 bytes.</param>
public sealed record TrustAnchor(long Number, ReadOnlyMemory<byte> Hash)
{
    /// <summary>The anchor of an entry.</summary>
    public static TrustAnchor Of(TrustHistoryEntry entry) => new(entry.Number, entry.Hash);

    /// <summary>Reads the text form.</summary>
    /// <returns>Fails with <see cref="TrustAnchorInvalidError"/>.</returns>
    public static Result<TrustAnchor> Parse(string text)
    {
        var parts = text.Trim().Split(':');
        return parts.Length == 2 && parts[1].Length == 64 && parts[1].All(char.IsAsciiHexDigit)
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? new TrustAnchor(number, Convert.FromHexString(parts[1]))
            : Result.Fail(new TrustAnchorInvalidError(text.Length > 100 ? text[..100] : text));
    }

    /// <summary>Whether this is the anchor of that entry.</summary>
    public bool Fits(TrustHistoryEntry entry) => entry.Number == Number && entry.Hash.Span.SequenceEqual(Hash.Span);

    /// <summary>The text form: the number, a colon, the hash as lower-case hexadecimal.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}:{Convert.ToHexStringLower(Hash.Span)}");
}
