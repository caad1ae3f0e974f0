using CoreSync.Application.Cores;
using CoreSync.Application.Targets;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Trust;

internal sealed class ProbeCertificateHandler(TargetFinder targets, TrustDesk desk) : IRequestHandler<ProbeCertificate, Result<TrustView>>
{
    public async Task<Result<TrustView>> Handle(ProbeCertificate request, CancellationToken cancellationToken)
    {
        var target = await targets.FindAsync(request.Fqdn, cancellationToken).ConfigureAwait(false);
        if (target.IsFailed)
            return target.ToResult<TrustView>();
        var seen = await desk.LookAsync(target.Value, cancellationToken).ConfigureAwait(false);
        if (seen.IsFailed)
            return seen.ToResult<TrustView>();
        return (await desk.ViewAsync(target.Value, cancellationToken).ConfigureAwait(false)).Map(view => view with { Sighting = seen.Value });
    }
}

internal sealed class ShowTrustHandler(TargetFinder targets, TrustDesk desk) : IRequestHandler<ShowTrust, Result<TrustView>>
{
    public async Task<Result<TrustView>> Handle(ShowTrust request, CancellationToken cancellationToken)
    {
        var target = await targets.FindAsync(request.Fqdn, cancellationToken).ConfigureAwait(false);
        return target.IsFailed ? target.ToResult<TrustView>() : await desk.ViewAsync(target.Value, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class ListPendingReviewsHandler(ITrustStore trust, TrustDesk desk) : IRequestHandler<ListPendingReviews, Result<IReadOnlyList<TrustView>>>
{
    public async Task<Result<IReadOnlyList<TrustView>>> Handle(ListPendingReviews request, CancellationToken cancellationToken)
    {
        var records = await trust.ListAsync(cancellationToken).ConfigureAwait(false);
        // A declined or removed core does not wait for anybody: a person has spoken.
        // An announced certificate waits beside a trust that goes on.
        return Result.Ok(await desk.ViewAsync(
            records.Where(record => record is { State: TrustState.Trusted, Announced.IsApproved: false } || record.Pending is not null && record.State is TrustState.NotReviewed or TrustState.Changed or TrustState.ValidationFailed),
            cancellationToken).ConfigureAwait(false));
    }
}

internal sealed class TrustTargetCoreHandler(TargetFinder targets, TrustDesk desk) : IRequestHandler<TrustTargetCore, Result<TrustView>>
{
    public Task<Result<TrustView>> Handle(TrustTargetCore request, CancellationToken cancellationToken) => targets.DecideAsync(
        desk, request.Fqdn, CertificateFingerprint.Parse(request.Fingerprint), (target, shown) => AuthoriseAsync(target, shown, request.Reason, cancellationToken), cancellationToken);

    // T7: what counts is what the core presents now, not what it presented when the review began.
    private async Task<Result> AuthoriseAsync(CoreServer target, CertificateFingerprint shown, string reason, CancellationToken cancellationToken)
    {
        var seen = await desk.LookAsync(target, cancellationToken).ConfigureAwait(false);
        return seen.IsFailed ? seen.ToResult() : await desk.AuthoriseAsync(target, seen.Value.Certificate, shown, reason, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class TrustCertificateFileHandler(TargetFinder targets, TrustDesk desk, IOwnCertificate files) : IRequestHandler<TrustCertificateFile, Result<TrustView>>
{
    public Task<Result<TrustView>> Handle(TrustCertificateFile request, CancellationToken cancellationToken) => targets.DecideAsync(
        desk, request.Fqdn, files.ReadFile(request.File),
        (target, certificate) => desk.AuthoriseAsync(target, certificate, certificate.Fingerprint, request.Reason, cancellationToken), cancellationToken);
}

internal sealed class ApproveNextCertificateHandler(TargetFinder targets, TrustDesk desk, Announcements announcements) : IRequestHandler<ApproveNextCertificate, Result<TrustView>>
{
    public Task<Result<TrustView>> Handle(ApproveNextCertificate request, CancellationToken cancellationToken) => targets.DecideAsync(
        desk, request.Fqdn, CertificateFingerprint.Parse(request.Fingerprint),
        (target, shown) => announcements.ApproveAsync(target, shown, request.Reason, cancellationToken), cancellationToken);
}

internal sealed class DeclineTrustHandler(TargetFinder targets, TrustDesk desk) : IRequestHandler<DeclineTrust, Result<TrustView>>
{
    public Task<Result<TrustView>> Handle(DeclineTrust request, CancellationToken cancellationToken) => targets.DecideAsync(
        desk, request.Fqdn, Result.Ok(request.Reason),
        (target, reason) => desk.EndAsync(target, reason, (record, now) => record.Decline(now), TrustLog.TargetDeclined, cancellationToken), cancellationToken);
}

internal sealed class RemoveTrustHandler(TargetFinder targets, TrustDesk desk) : IRequestHandler<RemoveTrust, Result<TrustView>>
{
    public Task<Result<TrustView>> Handle(RemoveTrust request, CancellationToken cancellationToken) => targets.DecideAsync(
        desk, request.Fqdn, Result.Ok(request.Reason),
        (target, reason) => desk.EndAsync(target, reason, (record, now) => record.Remove(now), TrustLog.TrustRemoved, cancellationToken), cancellationToken);
}

internal static class TrustDecisions
{
    /// <summary>What every decision of a person has in common: what was given must be readable, the target must be there, and the answer is how it stands then.</summary>
    public static async Task<Result<TrustView>> DecideAsync<T>(
        this TargetFinder targets, TrustDesk desk, string fqdn, Result<T> given, Func<CoreServer, T, Task<Result>> decide, CancellationToken cancellationToken)
    {
        if (given.IsFailed)
            return given.ToResult<TrustView>();
        var target = await targets.FindAsync(fqdn, cancellationToken).ConfigureAwait(false);
        if (target.IsFailed)
            return target.ToResult<TrustView>();
        var done = await decide(target.Value, given.Value).ConfigureAwait(false);
        return done.IsFailed ? done.ToResult<TrustView>() : await desk.ViewAsync(target.Value, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class ReadTrustHistoryHandler(ITrustStore trust) : IRequestHandler<ReadTrustHistory, Result<IReadOnlyList<TrustHistoryEntry>>>
{
    public async Task<Result<IReadOnlyList<TrustHistoryEntry>>> Handle(ReadTrustHistory request, CancellationToken cancellationToken)
    {
        Fqdn? fqdn = null;
        if (request.Fqdn is not null)
        {
            var parsed = Fqdn.Parse(request.Fqdn);
            if (parsed.IsFailed)
                return parsed.ToResult<IReadOnlyList<TrustHistoryEntry>>();
            fqdn = parsed.Value;
        }

        var expected = request.Expect is null ? Result.Ok<TrustAnchor>(null!) : TrustAnchor.Parse(request.Expect);
        if (expected.IsFailed)
            return expected.ToResult<IReadOnlyList<TrustHistoryEntry>>();
        if (request.Verify || request.Expect is not null)
        {
            var whole = await trust.HistoryAsync(null, cancellationToken).ConfigureAwait(false);
            // Read after the entries: while it is verified another process may add to both.
            var kept = await trust.AnchorAsync(cancellationToken).ConfigureAwait(false);
            if (kept is not null && kept.Number > whole.Count)
                whole = await trust.HistoryAsync(null, cancellationToken).ConfigureAwait(false);
            var verified = TrustHistory.Verify(whole, [.. new[] { kept, expected.Value }.OfType<TrustAnchor>()]);
            if (verified.IsFailed)
                return verified.ToResult<IReadOnlyList<TrustHistoryEntry>>();
        }

        return Result.Ok(await trust.HistoryAsync(fqdn, cancellationToken).ConfigureAwait(false));
    }
}
