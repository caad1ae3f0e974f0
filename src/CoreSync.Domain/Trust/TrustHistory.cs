using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CoreSync.Errors;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Trust;

/// <summary>What happened to the trust in a core.</summary>
public enum TrustEventKind
{
    /// <summary>A certificate waits for a person.</summary>
    ReviewRequested,

    /// <summary>A person authorised a certificate.</summary>
    Trusted,

    /// <summary>A person declined.</summary>
    Declined,

    /// <summary>A person removed the trust.</summary>
    TrustRemoved,

    /// <summary>A trusted core presented another certificate.</summary>
    CertificateChanged,

    /// <summary>The authorised certificate got a new problem.</summary>
    ValidationFailed,

    /// <summary>An authorisation was refused: the fingerprint given was not the one presented.</summary>
    AuthorisationRefused,

    /// <summary>A trusted core announced its next certificate (T10).</summary>
    NextAnnounced,

    /// <summary>A person, or the policy, approved the announced certificate.</summary>
    NextApproved,

    /// <summary>A core announces nothing any more.</summary>
    AnnouncementWithdrawn,

    /// <summary>An announcement was not taken: not proven, replayed, of another core.</summary>
    AnnouncementRefused,

    /// <summary>A trusted core presented the certificate that was announced and approved.</summary>
    CertificateSwitched,

    /// <summary>A person chose chain mode for a core.</summary>
    ChainModeChosen,

    /// <summary>A person chose explicit trust for a core.</summary>
    ExplicitModeChosen,

    /// <summary>A certificate was accepted by its chain, as chosen for that core.</summary>
    TrustedByChain,

    /// <summary>The certificate of a core that signs in here waits for a person (T13).</summary>
    ClientReviewRequested,

    /// <summary>A person enrolled the certificate of a core that signs in here.</summary>
    ClientEnrolled,

    /// <summary>A person removed the enrolment of a core.</summary>
    ClientRemoved,

    /// <summary>An enrolled core presented another certificate.</summary>
    ClientChanged,

    /// <summary>The enrolled certificate got a new problem.</summary>
    ClientValidationFailed,

    /// <summary>An enrolment was refused: the fingerprint given was not that of the certificate.</summary>
    ClientAuthorisationRefused,
}

/// <summary>An event as the record saw it, before who, where and when are added.</summary>
public sealed record TrustEvent(
    TrustEventKind Kind, CertificateFingerprint? Fingerprint, CertificateFingerprint? PreviousFingerprint, IReadOnlyList<CertificateProblem> Problems);

/// <summary>One entry of the append-only history (T14): who, when, from where, what was shown, which decision, why.</summary>
/// <param name="Number">1 for the first; no gaps.</param>
/// <param name="At">When, UTC, whole milliseconds.</param>
/// <param name="Target">The target core.</param>
/// <param name="Event">What happened and what was shown.</param>
/// <param name="By">The account or OS user; <c>service</c> for observations.</param>
/// <param name="Origin">From where: <c>console</c>, <c>engine</c>, an address.</param>
/// <param name="Reason">What the person typed; empty when nothing.</param>
/// <param name="PreviousHash">Hash of the entry before; 32 zero bytes for the first.</param>
/// <param name="Hash">SHA-256 over all of the above.</param>
public sealed record TrustHistoryEntry(
    long Number, DateTimeOffset At, Fqdn Target, TrustEvent Event, string By, string Origin, string Reason, ReadOnlyMemory<byte> PreviousHash, ReadOnlyMemory<byte> Hash);

/// <summary>The hash chain of the trust history. Finds any edited, removed, inserted or reordered entry; with an anchor also missing last ones and a chain made anew.</summary>
public static class TrustHistory
{
    /// <summary>The hash before the first entry.</summary>
    public static ReadOnlyMemory<byte> Genesis { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>Makes the entry that follows <paramref name="last"/>.</summary>
    public static TrustHistoryEntry Append(TrustHistoryEntry? last, DateTimeOffset at, Fqdn target, TrustEvent what, string by, string origin, string reason)
    {
        var entry = new TrustHistoryEntry(
            (last?.Number ?? 0) + 1, DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()), target, what, by, origin, reason, last?.Hash ?? Genesis, default);
        return entry with { Hash = Hash(entry) };
    }

    /// <summary>Checks a whole history, oldest entry first.</summary>
    /// <param name="entries">All entries.</param>
    /// <param name="anchors">What it must hold.</param>
    /// <returns>Fails with <see cref="TrustHistoryBrokenError"/> naming the first entry that does not fit.</returns>
    public static Result Verify(IReadOnlyList<TrustHistoryEntry> entries, params IReadOnlyList<TrustAnchor> anchors)
    {
        var chain = VerifyChain(entries);
        if (chain.IsFailed)
            return chain;
        foreach (var anchor in anchors.OrderBy(anchor => anchor.Number))
        {
            if (anchor.Number > entries.Count)
                return Result.Fail(new TrustHistoryBrokenError(entries.Count + 1, $"it is missing, and so is all up to entry {anchor.Number}, which was written once"));
            if (!anchor.Fits(entries[(int)anchor.Number - 1]))
                return Result.Fail(new TrustHistoryBrokenError(anchor.Number, "it is another entry than the one that was written once"));
        }

        return chain;
    }

    private static Result VerifyChain(IReadOnlyList<TrustHistoryEntry> entries)
    {
        var number = 0L;
        var hash = Genesis;
        foreach (var entry in entries)
        {
            number++;
            if (entry.Number != number)
                return Result.Fail(new TrustHistoryBrokenError(number, $"found entry {entry.Number} in its place"));
            if (!entry.PreviousHash.Span.SequenceEqual(hash.Span))
                return Result.Fail(new TrustHistoryBrokenError(number, "it does not follow the entry before"));
            if (!entry.Hash.Span.SequenceEqual(Hash(entry)))
                return Result.Fail(new TrustHistoryBrokenError(number, "its content was altered"));
            hash = entry.Hash;
        }

        return Result.Ok();
    }

    // Each field is length-prefixed, so that no two different entries have the same bytes.
    private static byte[] Hash(TrustHistoryEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(entry.PreviousHash.Span);
        Field(entry.Number.ToString(CultureInfo.InvariantCulture));
        Field(entry.At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        Field(entry.Target.Ascii);
        Field(entry.Event.Kind.ToString());
        Field(entry.Event.Fingerprint?.ToString() ?? "");
        Field(entry.Event.PreviousFingerprint?.ToString() ?? "");
        Field(ProblemList.Text(entry.Event.Problems));
        Field(entry.By);
        Field(entry.Origin);
        Field(entry.Reason);
        return hash.GetHashAndReset();

        void Field(string text)
        {
            Span<byte> length = stackalloc byte[4];
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
    }
}
