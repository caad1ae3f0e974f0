using CoreSync.Application.Accounts;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Health;
using CoreSync.Application.Items;
using CoreSync.Application.Rollup;
using CoreSync.Conflicts;
using CoreSync.Servers;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Cores;

internal sealed class InitialiseCoreHandler(
    ICoreStore store, StoreGate gate, IOwnCertificate certificate, ICertificateStoreNames storeNames, IRandomSource random, TimeProvider time)
    : IRequestHandler<InitialiseCore, Result<CoreIdentity>>
{
    public async Task<Result<CoreIdentity>> Handle(InitialiseCore request, CancellationToken cancellationToken)
    {
        var name = Fqdn.Parse(request.Name);
        if (name.IsFailed)
            return name.ToResult<CoreIdentity>();
        var id = new CoreId(random.NewGuid());
        var core = new LocalCore(id, name.Value, request.Role, random.NewGuid(), request.CertificateStoreName ?? storeNames.Choose(id), time.GetUtcNow());
        var created = await store.CreateAsync(core, cancellationToken).ConfigureAwait(false);
        if (created.IsFailed)
            return created.ToResult<CoreIdentity>();
        var opened = await gate.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (opened.IsFailed)
            return opened.ToResult<CoreIdentity>();
        var made = certificate.Create(name.Value);
        if (made.IsFailed)
            return made.ToResult<CoreIdentity>();
        var shown = certificate.Describe();
        return shown.IsFailed ? shown.ToResult<CoreIdentity>() : new CoreIdentity(core, shown.Value, OwnCertificateSource.Generated);
    }
}

internal sealed class ShowIdentityHandler(ILocalCore local, IOwnCertificate certificate, INextCertificate next) : IRequestHandler<ShowIdentity, Result<CoreIdentity>>
{
    public Task<Result<CoreIdentity>> Handle(ShowIdentity request, CancellationToken cancellationToken) =>
        Task.FromResult(certificate.IdentityOf(local.Current).Map(identity => identity with { Next = next.Describe() }));
}

internal sealed class ExportIdentityHandler(IOwnCertificate certificate) : IRequestHandler<ExportIdentity, Result<string>>
{
    public Task<Result<string>> Handle(ExportIdentity request, CancellationToken cancellationToken) => Task.FromResult(certificate.ExportPem());
}

internal sealed class RenewIdentityHandler(ILocalCore local, IOwnCertificate certificate) : IRequestHandler<RenewIdentity, Result<CoreIdentity>>
{
    public Task<Result<CoreIdentity>> Handle(RenewIdentity request, CancellationToken cancellationToken) =>
        Task.FromResult(certificate.Renew(local.Current.Name, request.KeepKey).Bind(() => certificate.IdentityOf(local.Current)));
}

internal sealed class UseCertificateHandler(ILocalCore local, IOwnCertificate certificate, ICurrentActor acting, ILogger<UseCertificateHandler> logger)
    : IRequestHandler<UseCertificate, Result<CoreIdentity>>
{
    public Task<Result<CoreIdentity>> Handle(UseCertificate request, CancellationToken cancellationToken)
    {
        var used = certificate.Use(request.Source, local.Current.Name);
        if (used.IsFailed)
            return Task.FromResult(used.ToResult<CoreIdentity>());
        CoreLog.OwnCertificateSourceChanged(logger, acting.Actor.Name, request.Source.Kind, request.Source.Text, used.Value.Fingerprint.ToString());
        return Task.FromResult(Result.Ok(new CoreIdentity(local.Current, used.Value, request.Source)));
    }
}

internal static class OwnIdentity
{
    public static Result<CoreIdentity> IdentityOf(this IOwnCertificate certificate, LocalCore core)
    {
        var source = certificate.Source();
        return source.IsFailed ? source.ToResult<CoreIdentity>() : certificate.Describe().Map(shown => new CoreIdentity(core, shown, source.Value));
    }
}

internal sealed class GetStatusHandler(
    ILocalCore local, IHealthBoard health, EngineHolder engine, IOwnCertificate certificate, ICredentialStore credentials, ICatalogue catalogue, IConflictStore conflicts,
    IReaderStore readers)
    : IRequestHandler<GetStatus, Result<CoreStatus>>
{
    public async Task<Result<CoreStatus>> Handle(GetStatus request, CancellationToken cancellationToken)
    {
        var report = await health.CurrentAsync(cancellationToken).ConfigureAwait(false);
        var own = certificate.Describe();
        var known = await credentials.ListAsync(cancellationToken).ConfigureAwait(false);
        var decisions = await DecisionsAsync(cancellationToken).ConfigureAwait(false);
        var holder = engine.Find();
        var items = (await catalogue.CountAsync(cancellationToken).ConfigureAwait(false)).Values.Sum();
        return new CoreStatus(
            local.Current, holder is not null, holder, own.IsSuccess ? own.Value.NotAfter : null, known.Any(entry => entry.Scope.Kind == CredentialKind.Default),
            [.. report.Targets.Where(view => view.Target.Direction == SyncDirection.Push)], items, report.Findings, decisions)
        {
            Sources = [.. report.Targets.Where(view => view.Target.Direction == SyncDirection.Pull)],
            Readers = await readers.ListAsync(cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<DecisionCounts> DecisionsAsync(CancellationToken cancellationToken)
    {
        var all = await conflicts.ListAsync(decided: true, cancellationToken).ConfigureAwait(false);
        var waiting = all.Where(conflict => conflict.IsWaiting).ToList();
        var approvals = waiting.Count(conflict => conflict.Reason == ConflictReason.Approval);
        return new DecisionCounts(waiting.Count - approvals, approvals, all.Count - waiting.Count);
    }
}
