using CoreSync.Errors;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Trust;

/// <summary>What is recorded about the trust in one target core; its verbs are the transitions of T3 and answer what the history must remember.</summary>
/// <remarks>
/// <c>NotReviewed → Trusted | Declined</c>; <c>Trusted → Changed | ValidationFailed | Revoked</c>; each of these <c>→ Trusted</c> by <see cref="Authorise"/> alone.
/// </remarks>
public sealed class TrustRecord
{
    private TrustRecord(TargetId target, Fqdn fqdn)
    {
        Target = target;
        Fqdn = fqdn;
    }

    /// <summary>The list entry that this belongs to.</summary>
    public TargetId Target { get; }

    /// <summary>The name of the target core.</summary>
    public Fqdn Fqdn { get; }

    /// <summary>The present state.</summary>
    public TrustState State { get; private set; } = TrustState.NotReviewed;

    /// <summary>What the trust rests on.</summary>
    public TrustMode Mode { get; private set; } = TrustMode.Explicit;

    /// <summary>Whether a contact makes sense: nobody decided yet, it is trusted, or a sound certificate would heal it without a person (chain mode).</summary>
    public bool MayBeContacted => State is TrustState.NotReviewed or TrustState.Trusted || (Mode == TrustMode.Chain && State is TrustState.Changed or TrustState.ValidationFailed);

    /// <summary>Since when the state holds; null before the first event.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>What a person authorised; null unless <see cref="State"/> is Trusted or ValidationFailed.</summary>
    public Authorisation? Authorised { get; private set; }

    /// <summary>The authorisation that ended when the certificate changed or trust was removed: for showing both side by side (T5).</summary>
    public Authorisation? Previous { get; private set; }

    /// <summary>The last certificate seen that waits for a person; null when nothing waits.</summary>
    public PendingReview? Pending { get; private set; }

    /// <summary>The next certificate that the core announced; null when none is announced (T10).</summary>
    public AnnouncedCertificate? Announced { get; private set; }

    /// <summary>The time of the newest announcement ever taken from it: older ones are replays.</summary>
    public DateTimeOffset? AnnouncedAt { get; private set; }

    /// <summary>Counts saves: optimistic concurrency between processes; owned by the store.</summary>
    public long Version { get; init; }

    /// <summary>The certificates of that core that may see ours: the one authorised, and the next one when it is approved (T13, T10).</summary>
    public IReadOnlyList<CertificateFingerprint> Presentable() => State == TrustState.Trusted && Authorised is not null
        ? Announced is { IsApproved: true } next ? [Authorised.Fingerprint, next.Certificate.Fingerprint] : [Authorised.Fingerprint]
        : [];

    /// <summary>The record of a core nobody decided about.</summary>
    public static TrustRecord New(TargetId target, Fqdn fqdn) => new(target, fqdn);

    /// <summary>Rebuilds a record from its stored form.</summary>
    public static TrustRecord Restore(
        TargetId target, Fqdn fqdn, TrustState state, DateTimeOffset? since, Authorisation? authorised, Authorisation? previous, PendingReview? pending, long version,
        AnnouncedCertificate? announced = null, DateTimeOffset? announcedAt = null, TrustMode mode = TrustMode.Explicit) => new(target, fqdn)
        {
            State = state,
            Since = since,
            Authorised = authorised,
            Previous = previous,
            Pending = pending,
            Version = version,
            Announced = announced,
            AnnouncedAt = announcedAt,
            Mode = mode,
        };

    /// <summary>A core that is not trusted showed its certificate: remember it for a person (T4, T8).</summary>
    /// <returns>The event for the history, or null when this very certificate with these problems waits already (T27: no storm).</returns>
    public TrustEvent? Review(PresentedCertificate presented, IReadOnlyList<CertificateProblem> problems, DateTimeOffset now)
    {
        if (State == TrustState.Trusted)
            throw new InvalidOperationException("A trusted core's certificate is judged, not reviewed");
        if (Pending?.Certificate.Fingerprint == presented.Fingerprint && Pending.Problems.SequenceEqual(problems))
            return null;
        Pending = new PendingReview(presented, problems, now);
        return new TrustEvent(TrustEventKind.ReviewRequested, presented.Fingerprint, Authorised?.Certificate.Fingerprint ?? Previous?.Certificate.Fingerprint, problems);
    }

    /// <summary><i>Trust this target core</i>: a person authorises exactly this certificate with the problems shown (T4, T7).</summary>
    /// <returns>Fails with <see cref="FingerprintMismatchError"/> or <see cref="CertificateNotApprovableError"/>; nothing changed then.</returns>
    public Result<TrustEvent> Authorise(
        PresentedCertificate presented, IReadOnlyList<CertificateProblem> problems, CertificateFingerprint shown, string by, DateTimeOffset now)
    {
        if (presented.Fingerprint != shown)
            return Result.Fail(new FingerprintMismatchError(Fqdn.Ascii, shown.ToString(), presented.Fingerprint.ToString()));
        var forbidden = problems.Where(CertificateAssessment.NotApprovable.Contains).ToList();
        if (forbidden.Count > 0)
            return Result.Fail(new CertificateNotApprovableError(Fqdn.Ascii, ProblemList.Text(forbidden)));
        var replaced = Authorised ?? Previous;
        Authorised = new Authorisation(presented, problems, by, now);
        Previous = replaced?.Fingerprint == presented.Fingerprint ? Previous : replaced;
        Pending = null;
        Enter(TrustState.Trusted, now);
        return new TrustEvent(TrustEventKind.Trusted, presented.Fingerprint, Previous?.Fingerprint, problems);
    }

    /// <summary>A person answers No; sync with that core does not work.</summary>
    public TrustEvent Decline(DateTimeOffset now)
    {
        var shown = Pending?.Certificate.Fingerprint;
        Previous = Authorised ?? Previous;
        Authorised = null;
        Enter(TrustState.Declined, now);
        return new TrustEvent(TrustEventKind.Declined, shown, Previous?.Fingerprint, Pending?.Problems ?? []);
    }

    /// <summary><i>Remove trust</i> (T6).</summary>
    public TrustEvent Remove(DateTimeOffset now)
    {
        Previous = Authorised ?? Previous;
        Authorised = null;
        Enter(TrustState.Revoked, now);
        return new TrustEvent(TrustEventKind.TrustRemoved, null, Previous?.Fingerprint, []);
    }

    /// <summary>A trusted core completed a handshake with another certificate (T5). The certificate stored before must be removed by the caller.</summary>
    public TrustEvent ObserveChange(PresentedCertificate presented, IReadOnlyList<CertificateProblem> problems, DateTimeOffset now)
    {
        RequireTrusted();
        Previous = Authorised;
        Authorised = null;
        Pending = new PendingReview(presented, problems, now);
        Enter(TrustState.Changed, now);
        return new TrustEvent(TrustEventKind.CertificateChanged, presented.Fingerprint, Previous!.Fingerprint, problems);
    }

    /// <summary>The authorised certificate has a new problem (T4). It did not change, so it stays in the store.</summary>
    public TrustEvent ObserveValidationFailure(PresentedCertificate presented, IReadOnlyList<CertificateProblem> problems, DateTimeOffset now)
    {
        RequireTrusted();
        Pending = new PendingReview(presented, problems, now);
        Enter(TrustState.ValidationFailed, now);
        return new TrustEvent(TrustEventKind.ValidationFailed, presented.Fingerprint, Authorised!.Fingerprint, problems);
    }

    /// <summary>A person chooses what the trust rests on.</summary>
    /// <returns>The event for the history, or null when it was chosen before. Leaving chain mode ends an authorisation that no person gave.</returns>
    public TrustEvent? Choose(TrustMode mode, DateTimeOffset now)
    {
        if (mode == Mode)
            return null;
        Mode = mode;
        if (mode == TrustMode.Explicit && Authorised is { IsByChain: true } byChain)
        {
            Pending = new PendingReview(byChain.Certificate, byChain.Problems, now);
            Previous = byChain;
            Authorised = null;
            Enter(TrustState.NotReviewed, now);
        }

        return new TrustEvent(mode == TrustMode.Chain ? TrustEventKind.ChainModeChosen : TrustEventKind.ExplicitModeChosen, Authorised?.Fingerprint, Previous?.Fingerprint, []);
    }

    /// <summary>A core in chain mode presents a certificate without any problem: authorised by the mode that a person chose.</summary>
    public TrustEvent AuthoriseByChain(PresentedCertificate presented, DateTimeOffset now)
    {
        if (Mode != TrustMode.Chain || State is TrustState.Declined or TrustState.Revoked)
            throw new InvalidOperationException($"{Fqdn} is not trusted by its chain");
        var follows = State == TrustState.Trusted ? Authorised?.Fingerprint : null;
        Previous = Authorised ?? Previous;
        Authorised = new Authorisation(presented, [], "chain mode", now) { IsByChain = true, Follows = follows };
        Pending = null;
        Enter(TrustState.Trusted, now);
        return new TrustEvent(TrustEventKind.TrustedByChain, presented.Fingerprint, Previous?.Fingerprint, []);
    }

    /// <summary>The trusted core announced its next certificate and proved that it holds the key (T10). Nothing changes before somebody approves.</summary>
    /// <returns>The event for the history, or null when this very announcement is known already.</returns>
    public TrustEvent? Announce(Announcement announcement, IReadOnlyList<CertificateProblem> problems, DateTimeOffset now)
    {
        RequireTrusted();
        if (Announced?.Certificate.Fingerprint == announcement.Next.Fingerprint && AnnouncedAt == announcement.At)
            return null;
        AnnouncedAt = announcement.At;
        if (Announced?.Certificate.Fingerprint == announcement.Next.Fingerprint)
            return null;
        Announced = new AnnouncedCertificate(announcement.Next, problems, now);
        return new TrustEvent(TrustEventKind.NextAnnounced, announcement.Next.Fingerprint, Authorised!.Fingerprint, problems);
    }

    /// <summary>Approves the switch to exactly the certificate announced, with the problems shown (T10).</summary>
    /// <returns>Fails with <see cref="NothingAnnouncedError"/> or <see cref="FingerprintMismatchError"/>; nothing changed then.</returns>
    public Result<TrustEvent> ApproveNext(CertificateFingerprint shown, string by, DateTimeOffset now)
    {
        if (State != TrustState.Trusted || Announced is not { } next)
            return Result.Fail(new NothingAnnouncedError(Fqdn.Ascii));
        if (next.Certificate.Fingerprint != shown)
            return Result.Fail(new FingerprintMismatchError(Fqdn.Ascii, shown.ToString(), next.Certificate.Fingerprint.ToString()));
        Announced = next with { ApprovedBy = by, ApprovedAt = now };
        return new TrustEvent(TrustEventKind.NextApproved, shown, Authorised!.Fingerprint, next.Problems);
    }

    /// <summary>The core announces nothing any more.</summary>
    /// <returns>The event for the history, or null when nothing was announced.</returns>
    public TrustEvent? Withdraw()
    {
        if (Announced is not { } next)
            return null;
        Announced = null;
        return new TrustEvent(TrustEventKind.AnnouncementWithdrawn, next.Certificate.Fingerprint, Authorised?.Fingerprint, []);
    }

    /// <summary>The trusted core presents the certificate that it announced and somebody approved: trusted as before, with another certificate (T10).</summary>
    public TrustEvent SwitchToAnnounced(DateTimeOffset now)
    {
        RequireTrusted();
        if (Announced is not { IsApproved: true } next)
            throw new InvalidOperationException($"No certificate of {Fqdn} is approved");
        Previous = Authorised;
        Authorised = new Authorisation(next.Certificate, next.Problems, next.ApprovedBy!, next.ApprovedAt!.Value) { Follows = Previous!.Fingerprint };
        Announced = null;
        Since = now;
        return new TrustEvent(TrustEventKind.CertificateSwitched, Authorised.Fingerprint, Previous.Fingerprint, next.Problems);
    }

    private void Enter(TrustState state, DateTimeOffset now)
    {
        // What was announced belongs to the trust that it was announced to.
        Announced = null;
        State = state;
        Since = now;
    }

    private void RequireTrusted()
    {
        if (State != TrustState.Trusted || Authorised is null)
            throw new InvalidOperationException($"Only a trusted core can change; {Fqdn} is {State}");
    }
}

/// <summary>What a person authorised: this certificate, with the problems shown at that time.</summary>
/// <param name="Certificate">The certificate, with its public details.</param>
/// <param name="Problems">The problems shown; others that appear later block again.</param>
/// <param name="By">Who authorised it.</param>
/// <param name="At">When.</param>
public sealed record Authorisation(PresentedCertificate Certificate, IReadOnlyList<CertificateProblem> Problems, string By, DateTimeOffset At)
{
    /// <summary>The fingerprint that trust rests on.</summary>
    public CertificateFingerprint Fingerprint => Certificate.Fingerprint;

    /// <summary>The certificate that this one followed by a planned switch: connections that were accepted with it may end their work (T10). Null otherwise.</summary>
    public CertificateFingerprint? Follows { get; init; }

    /// <summary>No person looked at it: the chain mode that a person chose stands for it.</summary>
    public bool IsByChain { get; init; }

    /// <summary>Whether the person saw this problem when authorising.</summary>
    public bool Covers(CertificateProblem problem) => Problems.Contains(problem);
}

/// <summary>A certificate that waits for a person.</summary>
public sealed record PendingReview(PresentedCertificate Certificate, IReadOnlyList<CertificateProblem> Problems, DateTimeOffset SeenAt);
