using CoreSync.Application.Accounts;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Conflicts;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
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
    ILocalCore local, IEngineLock engineLock, EngineLease lease, IOwnCertificate certificate, ICredentialStore credentials, ITargetStore targets, TargetViews views,
    TrustedCertificates certificates, ICatalogue catalogue, IComponentStore components, IContentUpkeep contents, IClientStore clients,
    IConflictStore conflicts, IReadOnlyAttemptStore attempts, TimeProvider time)
    : IRequestHandler<GetStatus, Result<CoreStatus>>
{
    public async Task<Result<CoreStatus>> Handle(GetStatus request, CancellationToken cancellationToken)
    {
        var problems = new List<StatusProblem>();
        var own = certificate.Describe();
        // A service may still present the certificate before; what is wrong with the one chosen now needs somebody all the same.
        problems.AddRange(certificate.Faults(local.Current.Name).Select(fault => new StatusProblem(fault, null)));
        if (own.IsSuccess && CertificateExpiry.Passed(own.Value.NotAfter, time.GetUtcNow()) > 0)
            problems.Add(new StatusProblem(new IdentityExpiringError(CertificateExpiry.DaysLeft(own.Value.NotAfter, time.GetUtcNow()), OwnCertificateCheck.Text(own.Value.NotAfter)), null));

        if (contents.Damaged() is { Count: > 0 } damaged)
            problems.Add(new StatusProblem(new ContentsDamagedError(damaged.Count), null));

        var list = new List<TargetView>();
        var known = await credentials.ListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var target in await targets.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            var view = await views.OfAsync(target, cancellationToken).ConfigureAwait(false);
            list.Add(view);
            if (!target.IsEnabled)
                continue;
            if (TrustErrorMap.Recorded(view.Trust, view.IsInCertificateStore, certificates.StoreName) is { } distrust)
                problems.Add(new StatusProblem(distrust, view.Trust.Since));
            if (view is { IsTrusted: true, Trust.Announced: { IsApproved: false } announced })
                problems.Add(new StatusProblem(new NextAnnouncedError(target.Address.Fqdn.Ascii, announced.Certificate.Fingerprint.ToString()), announced.SeenAt));
            if (view is { IsTrusted: true, Trust.Authorised.Certificate.NotAfter: var end } && CertificateExpiry.Passed(end, time.GetUtcNow()) > 0)
                problems.Add(new StatusProblem(new CertificateExpiringError(target.Address.Fqdn.Ascii, CertificateExpiry.DaysLeft(end, time.GetUtcNow()), OwnCertificateCheck.Text(end)), null));
            if (!known.Any(entry => entry.Scope == CredentialScope.Default || entry.Scope.Target == target.Id))
                problems.Add(new StatusProblem(new CredentialsMissingError(target.Address.Fqdn.Ascii), null));
            if (view.Attempts is { IsQuarantined: true } attempts)
            {
                problems.Add(new StatusProblem(
                    new TargetQuarantinedError(target.Address.Fqdn.Ascii, attempts.Failed, Moments.Text(attempts.NextAt), attempts.ErrorMessage ?? ""), attempts.QuarantinedSince));
            }

            if (view.ScheduleMissedAt is { } missed)
                problems.Add(new StatusProblem(new ScheduleMissedError(target.Address.Fqdn.Ascii, Moments.Text(missed)), missed));
            if (view.QuarantinedItems > 0)
                problems.Add(new StatusProblem(new ItemsQuarantinedError(target.Address.Fqdn.Ascii, view.QuarantinedItems), null));
            if (view.Failed > 0)
                problems.Add(new StatusProblem(new ItemsFailedError(view.Failed, view.Failed), target.LastContact.At));
            if (view.Conflicts > 0)
                problems.Add(new StatusProblem(new ItemsWaitingError(view.Conflicts), target.LastContact.At));
        }

        foreach (var client in (await clients.ListAsync(cancellationToken).ConfigureAwait(false)).Where(client => client.Trust is { Pending: not null, State: TrustState.NotReviewed or TrustState.Changed or TrustState.ValidationFailed }))
            problems.Add(new StatusProblem(new ClientWaitsError(client.Name.Ascii, client.Trust.Pending!.Certificate.Fingerprint.ToString()), client.Trust.Pending.SeenAt));

        foreach (var component in (await components.ListAsync(cancellationToken).ConfigureAwait(false)).Where(component => component.IsEnabled))
        {
            foreach (var problem in (await catalogue.ScanProblemsAsync(component.Name, cancellationToken).ConfigureAwait(false)).Take(10))
                problems.Add(new StatusProblem(new ScanProblemError(component.Name.Value, problem.Path, problem.Message), null));
        }

        var decisions = await DecisionsAsync(problems, cancellationToken).ConfigureAwait(false);
        var holder = Holder();
        var items = (await catalogue.CountAsync(cancellationToken).ConfigureAwait(false)).Values.Sum();
        return new CoreStatus(
            local.Current, holder is not null, holder, own.IsSuccess ? own.Value.NotAfter : null, known.Any(entry => entry.Scope.Kind == CredentialKind.Default), list, items, problems, decisions);
    }

    private async Task<DecisionCounts> DecisionsAsync(List<StatusProblem> problems, CancellationToken cancellationToken)
    {
        var all = await conflicts.ListAsync(decided: true, cancellationToken).ConfigureAwait(false);
        var waiting = all.Where(conflict => conflict.IsWaiting).ToList();
        if (waiting.Count > 0)
            problems.Add(new StatusProblem(new ConflictsWaitingError(waiting.Count), waiting[0].FirstAt));
        if (await attempts.SumAsync(cancellationToken).ConfigureAwait(false) is { } tried)
            problems.Add(new StatusProblem(new ReadOnlyAttemptedError(tried.Attempts, tried.Items), tried.LastAt));
        var approvals = waiting.Count(conflict => conflict.Reason == ConflictReason.Approval);
        return new DecisionCounts(waiting.Count - approvals, approvals, all.Count - waiting.Count);
    }

    private string? Holder()
    {
        if (lease.IsHeld)
            return "this process";
        var taken = engineLock.TryAcquire();
        if (taken.IsFailed)
            return taken.Errors.OfType<StoreLockedError>().FirstOrDefault()?.Holder;
        taken.Value.Dispose();
        return null;
    }
}
