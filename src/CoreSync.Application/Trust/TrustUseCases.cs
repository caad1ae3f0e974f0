using CoreSync.Trust;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Trust;

/// <summary>Looks at the certificate that a target core presents now, and leaves a pending review when it is not trusted (T4). Asks nobody.</summary>
public sealed record ProbeCertificate(string Fqdn) : IRequest<Result<TrustView>>;

/// <summary>Shows what is recorded about the trust in a target core, without contact.</summary>
public sealed record ShowTrust(string Fqdn) : IRequest<Result<TrustView>>;

/// <summary>Lists the certificates that wait for a person.</summary>
public sealed record ListPendingReviews : IRequest<Result<IReadOnlyList<TrustView>>>;

/// <summary><i>Trust this target core</i>: authorises exactly the certificate with this fingerprint, provided the core presents it now (T7).</summary>
/// <param name="Fqdn">The core, in any state.</param>
/// <param name="Fingerprint">What the person compared.</param>
/// <param name="Reason">Why, for the history.</param>
public sealed record TrustTargetCore(string Fqdn, string Fingerprint, string Reason = "") : IRequest<Result<TrustView>>;

/// <summary>Authorises a certificate from a file, before or without contact (T9).</summary>
public sealed record TrustCertificateFile(string Fqdn, string File, string Reason = "") : IRequest<Result<TrustView>>;

/// <summary>Answers No: synchronisation with that core does not work (T4).</summary>
public sealed record DeclineTrust(string Fqdn, string Reason = "") : IRequest<Result<TrustView>>;

/// <summary><i>Remove trust</i> (T6): effective at once, on open connections too.</summary>
public sealed record RemoveTrust(string Fqdn, string Reason = "") : IRequest<Result<TrustView>>;

/// <summary>Approves the certificate that a trusted core announced: its switch then needs no stop (T10).</summary>
/// <param name="Fqdn">The core.</param>
/// <param name="Fingerprint">What the person compared.</param>
/// <param name="Reason">Why, for the history.</param>
public sealed record ApproveNextCertificate(string Fqdn, string Fingerprint, string Reason = "") : IRequest<Result<TrustView>>;

/// <summary>Reads the history of trust, oldest first; of one core or of all.</summary>
/// <param name="Fqdn">One core, or null.</param>
/// <param name="Verify">Also checks the hash chain over all entries, and that it holds what the anchor beside the keys says (T14).</param>
/// <param name="Expect">An anchor that a person noted elsewhere, which it must hold as well; implies <paramref name="Verify"/>.</param>
public sealed record ReadTrustHistory(string? Fqdn, bool Verify, string? Expect = null) : IRequest<Result<IReadOnlyList<TrustHistoryEntry>>>;

/// <summary>What a person needs to decide.</summary>
/// <param name="Record">The record, with pending, authorised and previous certificate.</param>
/// <param name="Shown">The certificate to look at: the pending one, else the authorised one; null when none was ever seen.</param>
/// <param name="Problems">What is wrong with <paramref name="Shown"/> now.</param>
/// <param name="IsInCertificateStore">Whether the authorised certificate is in the local store.</param>
/// <param name="StoreName">The name of that store.</param>
public sealed record TrustView(
    TrustRecord Record, PresentedCertificate? Shown, IReadOnlyList<CertificateProblem> Problems, bool IsInCertificateStore, string StoreName)
{
    /// <summary>What a probe has just seen, and how; null when nobody was asked now.</summary>
    public Targets.CertificateSighting? Sighting { get; init; }

    /// <summary>The certificate to compare with: the authorised one when another is shown, else the one before.</summary>
    public PresentedCertificate? Previous =>
        Record.Authorised is { } authorised && Shown is not null && authorised.Fingerprint != Shown.Fingerprint ? authorised.Certificate : Record.Previous?.Certificate;

    /// <summary>Whether key of <see cref="Shown"/> and <see cref="Previous"/> are one; null when there is nothing to compare.</summary>
    public bool? IsSameKeyAsPrevious => Shown is null || Previous is null ? null : Shown.Pin == Previous.Pin;
}
