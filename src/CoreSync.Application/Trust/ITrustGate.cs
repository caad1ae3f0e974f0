using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Application.Trust;

/// <summary>Judges completed TLS handshakes, and records what a judgement changes: the one place where trust meets I/O.</summary>
public interface ITrustGate
{
    /// <summary>Judges the certificate of a completed handshake for a sync run.</summary>
    /// <remarks>
    /// A change or a new problem of a trusted core is recorded, logged once, and the stored certificate removed (T5); a core that is not trusted gets a pending
    /// review (T8). Call only after the handshake completed: an aborted one proves nothing (T28).
    /// </remarks>
    /// <returns>Fails with the reason: <c>NotReviewedError</c>, <c>TrustDeclinedError</c>, <c>TrustRemovedError</c>, <c>CertificateChangedError</c>, <c>CertificateInvalidError</c>, <c>CertificateNotInStoreError</c>, <c>CertificateNotApprovableError</c>.</returns>
    Task<Result> JudgeAsync(TargetId target, PresentedCertificate presented, CancellationToken cancellationToken);

    /// <summary>Whether a connection that was accepted with this certificate may go on; records nothing. Asked on every change of the store (T6).</summary>
    Task<bool> IsStillTrustedAsync(TargetId target, CertificateFingerprint accepted, CancellationToken cancellationToken);
}
