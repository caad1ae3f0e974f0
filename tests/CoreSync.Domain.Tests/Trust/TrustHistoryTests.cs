using CoreSync.Errors;
using CoreSync.Trust;
using CsCheck;

namespace CoreSync.Domain.Tests.Trust;

public sealed class TrustHistoryTests
{
    [Fact]
    public void An_untouched_history_verifies()
    {
        Assert.True(TrustHistory.Verify([]).IsSuccess);
        Assert.True(TrustHistory.Verify(History(20)).IsSuccess);
    }

    [Fact]
    public void Entries_are_numbered_from_one_without_gaps_and_chained()
    {
        var history = History(3);

        Assert.Equal([1L, 2L, 3L], history.Select(entry => entry.Number));
        Assert.Equal(new byte[32], history[0].PreviousHash.ToArray());
        Assert.Equal(history[0].Hash.ToArray(), history[1].PreviousHash.ToArray());
    }

    [Fact]
    public void Times_are_kept_in_whole_milliseconds_so_that_storing_them_loses_nothing()
    {
        var local = new DateTimeOffset(2026, 5, 4, 14, 0, 0, TimeSpan.FromHours(2)).AddTicks(12_345);

        var entry = TrustHistory.Append(null, local, Some.Fqdn, Event(0), "alice", "console", "");

        Assert.Equal(TimeSpan.Zero, entry.At.Offset);
        Assert.Equal(0, entry.At.Ticks % TimeSpan.TicksPerMillisecond);
        Assert.Equal(local.ToUnixTimeMilliseconds(), entry.At.ToUnixTimeMilliseconds());
    }

    public static TheoryData<string, Func<TrustHistoryEntry, TrustHistoryEntry>> Edits => new()
    {
        { "number", entry => entry with { Number = entry.Number + 1 } },
        { "time", entry => entry with { At = entry.At.AddMilliseconds(1) } },
        { "target", entry => entry with { Target = Some.FqdnOf("core3.example.net") } },
        { "kind", entry => entry with { Event = entry.Event with { Kind = TrustEventKind.AuthorisationRefused } } },
        { "fingerprint", entry => entry with { Event = entry.Event with { Fingerprint = Some.Fingerprint(99) } } },
        { "fingerprint removed", entry => entry with { Event = entry.Event with { Fingerprint = null } } },
        { "previous fingerprint", entry => entry with { Event = entry.Event with { PreviousFingerprint = Some.Fingerprint(99) } } },
        { "problems", entry => entry with { Event = entry.Event with { Problems = [CertificateProblem.Expired] } } },
        { "by", entry => entry with { By = "mallory" } },
        { "origin", entry => entry with { Origin = "engine" } },
        { "reason", entry => entry with { Reason = entry.Reason + " " } },
        { "previous hash", entry => entry with { PreviousHash = Flipped(entry.PreviousHash) } },
        { "hash", entry => entry with { Hash = Flipped(entry.Hash) } },
        { "text moved between fields", entry => entry with { By = entry.By + entry.Origin, Origin = "" } },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void An_edited_field_is_found_in_every_entry(string field, Func<TrustHistoryEntry, TrustHistoryEntry> edit)
    {
        for (var at = 0; at < 5; at++)
        {
            var history = History(5);
            history[at] = edit(history[at]);

            var error = Assert.Single(TrustHistory.Verify(history).Errors.OfType<TrustHistoryBrokenError>());
            Assert.True(error.Entry == at + 1, $"An edit of the {field} of entry {at + 1} was reported for entry {error.Entry}");
        }
    }

    [Fact]
    public void An_edit_with_a_hash_that_fits_is_found_at_the_next_entry()
    {
        var history = History(5);
        var forged = TrustHistory.Append(history[1], history[2].At, history[2].Target, history[2].Event, "mallory", history[2].Origin, history[2].Reason);
        history[2] = forged;

        var error = Assert.Single(TrustHistory.Verify(history).Errors.OfType<TrustHistoryBrokenError>());
        Assert.Equal(4, error.Entry);
    }

    [Fact]
    public void Removing_reordering_repeating_and_inserting_entries_is_found()
    {
        Gen.Select(Gen.Int[2, 12], Gen.Int[0, 3], Gen.Int[0, 1000], Gen.Int[0, 1000]).Sample((length, manipulation, first, second) =>
        {
            var history = History(length);
            var at = first % (length - 1);
            var other = (at + 1 + (second % (length - 1))) % length;
            switch (manipulation)
            {
                case 0: history.RemoveAt(at); break;
                case 1: (history[at], history[other]) = (history[other], history[at]); break;
                case 2: history.Insert(other, history[at]); break;
                default: history.Insert(at, TrustHistory.Append(at == 0 ? null : history[at - 1], Some.Now, Some.Fqdn, Event(77), "mallory", "console", "")); break;
            }

            Assert.True(TrustHistory.Verify(history).HasError<TrustHistoryBrokenError>());
        });
    }

    [Fact]
    public void An_anchor_finds_missing_last_entries_and_a_chain_made_anew_and_nothing_else()
    {
        var history = History(5);
        var anchors = history.Select(TrustAnchor.Of).ToList();
        var anew = new List<TrustHistoryEntry>();
        foreach (var entry in history)
            anew.Add(TrustHistory.Append(anew.LastOrDefault(), entry.At, entry.Target, entry.Event, entry.By, entry.Origin, entry.Number == 3 ? "other" : entry.Reason));

        Assert.True(TrustHistory.Verify(history, anchors).IsSuccess);
        for (var length = 0; length < 5; length++)
        {
            var rest = history.Take(length).ToList();
            Assert.True(TrustHistory.Verify(rest).IsSuccess);
            Assert.Equal(length + 1, Assert.Single(TrustHistory.Verify(rest, anchors[^1]).Errors.OfType<TrustHistoryBrokenError>()).Entry);
        }

        Assert.True(TrustHistory.Verify(anew, anchors[1]).IsSuccess);
        Assert.Equal(3, Assert.Single(TrustHistory.Verify(anew, anchors).Errors.OfType<TrustHistoryBrokenError>()).Entry);
    }

    [Fact]
    public void An_anchor_has_one_text_form()
    {
        var anchor = TrustAnchor.Of(History(2)[1]);

        Assert.Equal(anchor.ToString(), TrustAnchor.Parse($" {anchor}\n").Value.ToString());
        foreach (var text in (string[])["", "2", "2:", ":" + anchor.ToString()[2..], "0" + anchor.ToString()[1..], "-2" + anchor.ToString()[1..], anchor + "0", anchor + ":1", "2:" + new string('g', 64), "99999999999999999999" + anchor.ToString()[1..]])
            Assert.True(TrustAnchor.Parse(text).HasError<TrustAnchorInvalidError>(), text);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("  =1", "'  =1")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData(" space", "\" space\"")]
    [InlineData("a=b", "a=b")]
    public void A_value_of_the_export_is_never_a_formula_and_never_another_column(string reason, string cell)
    {
        var entry = TrustHistory.Append(null, Some.Now, Some.Fqdn, Event(1), "alice", "console", reason);

        Assert.Contains($",alice,console,{cell},", TrustHistoryText.Csv([entry]), StringComparison.Ordinal);
        Assert.Equal(reason, System.Text.Json.JsonDocument.Parse(TrustHistoryText.JsonLines([entry])).RootElement.GetProperty("reason").GetString());
        Assert.Single(TrustHistoryText.JsonLines([entry]).TrimEnd('\n').Split('\n'));
    }

    // A vector from another implementation (Python hashlib): stores of different versions must verify each other's entries.
    [Fact]
    public void The_hash_of_an_entry_never_changes()
    {
        var what = new TrustEvent(TrustEventKind.Trusted, CertificateFingerprint.Of("abc"u8), null, [CertificateProblem.SelfSigned, CertificateProblem.NameMismatch]);

        var entry = TrustHistory.Append(null, DateTimeOffset.FromUnixTimeMilliseconds(1_777_896_000_123), Some.Fqdn, what, "alice", "console", "called her: é");

        Assert.Equal("150d902510a2dd50d3e5a7dcb0098df413b01453f6da900ca49c97d9a0319917", Convert.ToHexStringLower(entry.Hash.Span));
    }

    private static List<TrustHistoryEntry> History(int length)
    {
        var entries = new List<TrustHistoryEntry>();
        for (var i = 0; i < length; i++)
            entries.Add(TrustHistory.Append(entries.LastOrDefault(), Some.Now.AddMinutes(i), Some.Fqdn, Event(i), "alice", "console", $"reason {i}"));
        return entries;
    }

    private static TrustEvent Event(int number) =>
        new((TrustEventKind)(number % 6), Some.Fingerprint(number), number % 2 == 0 ? null : Some.Fingerprint(number - 1), number % 3 == 0 ? [] : [CertificateProblem.SelfSigned]);

    private static byte[] Flipped(ReadOnlyMemory<byte> hash)
    {
        var bytes = hash.ToArray();
        bytes[^1] ^= 1;
        return bytes;
    }
}
