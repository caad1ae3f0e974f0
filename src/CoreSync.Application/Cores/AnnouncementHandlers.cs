using CoreSync.Trust;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Cores;

internal sealed class AnnounceNextCertificateHandler(
    ILocalCore local, IOwnCertificate certificate, INextCertificate next, ICurrentActor acting, ILogger<AnnounceNextCertificateHandler> logger)
    : IRequestHandler<AnnounceNextCertificate, Result<CoreIdentity>>
{
    public Task<Result<CoreIdentity>> Handle(AnnounceNextCertificate request, CancellationToken cancellationToken)
    {
        var prepared = next.Prepare(request.Source ?? OwnCertificateSource.Generated, local.Current.Name);
        if (prepared.IsFailed)
            return Task.FromResult(prepared.ToResult<CoreIdentity>());
        CoreLog.OwnNextAnnounced(logger, acting.Actor.Name, prepared.Value.Fingerprint.ToString());
        return Task.FromResult(certificate.IdentityOf(local.Current).Map(identity => identity with { Next = prepared.Value }));
    }
}

internal sealed class WithdrawAnnouncementHandler(
    ILocalCore local, IOwnCertificate certificate, INextCertificate next, ICurrentActor acting, ILogger<WithdrawAnnouncementHandler> logger)
    : IRequestHandler<WithdrawAnnouncement, Result<CoreIdentity>>
{
    public Task<Result<CoreIdentity>> Handle(WithdrawAnnouncement request, CancellationToken cancellationToken)
    {
        var withdrawn = next.Withdraw();
        if (withdrawn.IsFailed)
            return Task.FromResult(withdrawn.ToResult<CoreIdentity>());
        CoreLog.OwnNextAnnounced(logger, acting.Actor.Name, "withdrawn");
        return Task.FromResult(certificate.IdentityOf(local.Current));
    }
}

internal sealed class SwitchToAnnouncedHandler(
    ILocalCore local, IOwnCertificate certificate, INextCertificate next, ICurrentActor acting, ILogger<SwitchToAnnouncedHandler> logger)
    : IRequestHandler<SwitchToAnnounced, Result<CoreIdentity>>
{
    public Task<Result<CoreIdentity>> Handle(SwitchToAnnounced request, CancellationToken cancellationToken)
    {
        var switched = next.Switch(local.Current.Name);
        if (switched.IsFailed)
            return Task.FromResult(switched.ToResult<CoreIdentity>());
        CoreLog.OwnNextAnnounced(logger, acting.Actor.Name, "presented from now on");
        return Task.FromResult(certificate.IdentityOf(local.Current));
    }
}

/// <summary>The certificate that this core will present next, prepared with its key and announced to the cores that trust this one (T10).</summary>
public interface INextCertificate
{
    /// <summary>Prepares and announces it; replaces an earlier announcement.</summary>
    /// <returns>Fails as <see cref="IOwnCertificate.Use"/>, with all faults at once; nothing changed then.</returns>
    Result<PresentedCertificate> Prepare(OwnCertificateSource source, Servers.Fqdn name);

    /// <summary>What is announced; null when nothing is.</summary>
    PresentedCertificate? Describe();

    /// <summary>Announces nothing any more.</summary>
    /// <returns>Fails with <c>IdentityNothingAnnouncedError</c> or <c>StoreUnwritableError</c>.</returns>
    Result Withdraw();

    /// <summary>Makes it the own certificate.</summary>
    /// <returns>Fails with <c>IdentityNothingAnnouncedError</c>, or as <see cref="IOwnCertificate.Use"/>; nothing changed then.</returns>
    Result Switch(Servers.Fqdn name);

    /// <summary>The signed word for another core; null when nothing is announced or its key cannot be used.</summary>
    Announcement? Sign(Servers.CoreId core);
}
