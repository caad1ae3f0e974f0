namespace CoreSync.Infrastructure.Files;

/// <summary>The order of the catalogue's file names: that of their UTF-8 bytes. UTF-16 order differs beyond the basic plane.</summary>
internal static class Utf8Order
{
    /// <summary>Compares two texts.</summary>
    public static int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var common = left.CommonPrefixLength(right);
        return common == left.Length || common == right.Length ? left.Length - right.Length : Rank(left[common]) - Rank(right[common]);
    }

    /// <summary>Compares two entries of one directory as their whole paths compare: what lies below a directory begins with its name and <c>/</c>.</summary>
    public static int CompareEntries(string left, bool leftBelow, string right, bool rightBelow)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        return At(left, leftBelow, common) - At(right, rightBelow, common);

        static int At(string name, bool below, int index) => index < name.Length ? Rank(name[index]) : below ? Rank('/') : -1;
    }

    // Surrogates stand for code points above U+FFFF and sort behind U+E000 to U+FFFF in UTF-8.
    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
