using System.Globalization;
using CoreSync.Items;
using CoreSync.Servers;

namespace CoreSync.Verification;

/// <summary>What a set of items adds up to: the number of items, and the sum of their digests modulo 2^128. Detects accidents, not an adversary.</summary>
/// <param name="Items">How many.</param>
/// <param name="Sum">The sum.</param>
public readonly record struct Digest(long Items, UInt128 Sum)
{
    /// <summary>No item.</summary>
    public static Digest None => default;

    /// <summary>The set with one more item, or without one when <paramref name="items"/> is negative.</summary>
    public Digest Plus(long items, UInt128 sum) => new(Items + items, unchecked(Sum + sum));

    /// <summary>The sum as 32 hexadecimal digits.</summary>
    public string SumText => Sum.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Reads <see cref="SumText"/>.</summary>
    public static bool TryParseSum(string? text, out UInt128 sum)
    {
        sum = default;
        return text is { Length: 32 } && text.All(char.IsAsciiHexDigit) && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out sum);
    }
}

/// <summary>What one component holds of the live auto-synced items that one core made.</summary>
public sealed record OriginDigest(ComponentName Component, CoreId Origin, Digest Digest);

/// <summary>What the items add up to whose ids begin with <paramref name="Prefix"/>.</summary>
public sealed record RangeDigest(IdPrefix Prefix, Digest Digest);

/// <summary>One item as the comparison sees it. Its local name, group and owner do not count.</summary>
/// <param name="Id">The item.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Sum">Its digest: id, revision, content and payloads.</param>
public readonly record struct DigestEntry(ItemId Id, Revision Revision, UInt128 Sum);

/// <summary>The first hexadecimal digits of an item id in its text form without dashes: a range of ids.</summary>
public readonly record struct IdPrefix : IComparable<IdPrefix>
{
    /// <summary>Digits of a whole id.</summary>
    public const int MaxDigits = 32;

    private readonly string? digits;

    // No digits are null, as in the default value: equality compares the field.
    private IdPrefix(string digits) => this.digits = digits.Length == 0 ? null : digits;

    /// <summary>All ids.</summary>
    public static IdPrefix All => default;

    /// <summary>The digits, lower-case.</summary>
    public string Digits => digits ?? "";

    /// <summary>The first id of the range.</summary>
    public ItemId First => new(Guid.ParseExact(Digits.PadRight(MaxDigits, '0'), "N"));

    /// <summary>The last id of the range.</summary>
    public ItemId Last => new(Guid.ParseExact(Digits.PadRight(MaxDigits, 'f'), "N"));

    /// <summary>Reads digits.</summary>
    public static bool TryParse(string? text, out IdPrefix prefix)
    {
        prefix = text is { Length: <= MaxDigits } && text.All(char.IsAsciiHexDigitLower) ? new IdPrefix(text) : default;
        return text is not null && prefix.Digits == text;
    }

    /// <summary>The range of this many digits that holds an id.</summary>
    public static IdPrefix Of(ItemId id, int digits) => new(id.Value.ToString("N")[..digits]);

    /// <summary>The range that holds both ids, as narrow as can be.</summary>
    public static IdPrefix Of(ItemId one, ItemId other)
    {
        var (left, right) = (one.Value.ToString("N"), other.Value.ToString("N"));
        return new IdPrefix(left[..left.AsSpan().CommonPrefixLength(right)]);
    }

    /// <inheritdoc/>
    public int CompareTo(IdPrefix other) => string.CompareOrdinal(Digits, other.Digits);

    /// <inheritdoc/>
    public override string ToString() => Digits;

    /// <summary>Before.</summary>
    public static bool operator <(IdPrefix left, IdPrefix right) => left.CompareTo(right) < 0;

    /// <summary>After.</summary>
    public static bool operator >(IdPrefix left, IdPrefix right) => left.CompareTo(right) > 0;

    /// <summary>Before or equal.</summary>
    public static bool operator <=(IdPrefix left, IdPrefix right) => left.CompareTo(right) <= 0;

    /// <summary>After or equal.</summary>
    public static bool operator >=(IdPrefix left, IdPrefix right) => left.CompareTo(right) >= 0;
}
