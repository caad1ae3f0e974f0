using CoreSync.Items;
using CoreSync.Verification;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Reads answers about what another core holds; null when they do not fit what was asked.</summary>
internal static class InspectionAnswers
{
    /// <summary>The ranges asked for, each once.</summary>
    public static IReadOnlyList<RangeDigest>? Ranges(RangesAnswer answer, IdPrefix within, int digits)
    {
        var ranges = new Dictionary<IdPrefix, RangeDigest>();
        foreach (var one in answer.Ranges)
        {
            if (!IdPrefix.TryParse(one.Prefix, out var prefix) || prefix.Digits.Length != digits || !one.Prefix.StartsWith(within.Digits, StringComparison.Ordinal) || one.Items < 0
                || !Digest.TryParseSum(one.Sum, out var sum) || !ranges.TryAdd(prefix, new RangeDigest(prefix, new Digest(one.Items, sum))))
                return null;
        }

        return [.. ranges.Values];
    }

    /// <summary>The entries of the range asked for.</summary>
    public static IReadOnlyList<DigestEntry>? Entries(EntriesAnswer answer, IdPrefix within)
    {
        var entries = new List<DigestEntry>(answer.Entries.Count);
        foreach (var one in answer.Entries)
        {
            var id = new ItemId(one.Item);
            if (IdPrefix.Of(id, within.Digits.Length) != within || one.Revision < 0 || !Digest.TryParseSum(one.Sum, out var sum))
                return null;
            entries.Add(new DigestEntry(id, new Revision(one.Revision), sum));
        }

        return entries;
    }
}
