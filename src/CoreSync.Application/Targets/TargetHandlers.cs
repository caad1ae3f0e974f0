using CoreSync.Application.Cores;
using CoreSync.Application.Jobs;
using CoreSync.Application.Trust;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using CoreSync.Verification;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Targets;

internal sealed class AddTargetCoreHandler(
    ITargetStore targets, TargetFinder finder, ITrustStore trust, TrustDesk desk, TrustedCertificates certificates, TargetViews views, ILocalCore local, IOwnCertificate files,
    IRandomSource random, TimeProvider time, ICurrentActor acting, ILogger<AddTargetCoreHandler> logger)
    : IRequestHandler<AddTargetCore, Result<AddedTarget>>
{
    public async Task<Result<AddedTarget>> Handle(AddTargetCore request, CancellationToken cancellationToken)
    {
        if (request.Direction == SyncDirection.Pull && finder.MayCollect() is { IsFailed: true } standard)
            return standard;
        // Everything that can be wrong with the input is found before anything is stored.
        var address = CoreAddress.Parse(request.Address);
        if (address.IsFailed)
            return address.ToResult<AddedTarget>();
        var dial = request.ConnectTo is null ? Result.Ok<DialAddress?>(null) : DialAddress.Parse(request.ConnectTo, address.Value.Port).Map(parsed => (DialAddress?)parsed);
        var fingerprint = request.Fingerprint is null ? Result.Ok<CertificateFingerprint?>(null) : CertificateFingerprint.Parse(request.Fingerprint).Map(parsed => (CertificateFingerprint?)parsed);
        var file = request.CertificatePem is null ? Result.Ok<PresentedCertificate?>(null) : files.ReadFile(request.CertificatePem).Map(read => (PresentedCertificate?)read);
        var input = Result.Merge(dial.ToResult(), fingerprint.ToResult(), file.ToResult());
        if (input.IsFailed)
            return input.ToResult<AddedTarget>();

        var target = CoreServer.Add(
            new TargetId(random.NewGuid()), address.Value with { Dial = dial.Value }, local.Current.Name, request.Description, request.Enabled, time.GetUtcNow(), request.Direction);
        if (target.IsFailed)
            return target.ToResult<AddedTarget>();
        var added = await targets.AddAsync(target.Value, TrustRecord.New(target.Value.Id, target.Value.Address.Fqdn), cancellationToken).ConfigureAwait(false);
        if (added.IsFailed)
            return added.ToResult<AddedTarget>();
        TargetLog.TargetAdded(logger, acting.Actor.Name, target.Value.Address.Fqdn.Ascii);

        var (trustError, contactError) = await ReviewAsync(target.Value, fingerprint.Value, file.Value, cancellationToken).ConfigureAwait(false);
        return new AddedTarget(await views.OfAsync(target.Value, cancellationToken).ConfigureAwait(false), trustError, contactError);
    }

    private async Task<(CoreSyncError? Trust, CoreSyncError? Contact)> ReviewAsync(
        CoreServer target, CertificateFingerprint? fingerprint, PresentedCertificate? file, CancellationToken cancellationToken)
    {
        // T9: a certificate from a file is authorised before first contact.
        if (file is not null)
        {
            var preTrust = await desk.AuthoriseAsync(target, file, file.Fingerprint, "certificate file", cancellationToken).ConfigureAwait(false);
            if (preTrust.IsFailed)
                return (preTrust.FirstError(), null);
        }

        var seen = await desk.LookAsync(target, cancellationToken).ConfigureAwait(false);
        if (seen.IsSuccess && fingerprint is not null)
        {
            var authorised = await desk.AuthoriseAsync(target, seen.Value.Certificate, fingerprint, "fingerprint given", cancellationToken).ConfigureAwait(false);
            if (authorised.IsFailed)
                return (authorised.FirstError(), null);
        }

        var record = await trust.FindAsync(target.Id, cancellationToken).ConfigureAwait(false) ?? TrustRecord.New(target.Id, target.Address.Fqdn);
        return (TrustErrorMap.Recorded(record, certificates.Holds(record), certificates.StoreName), seen.IsFailed ? seen.FirstError() : null);
    }
}

internal sealed class ListTargetCoresHandler(ITargetStore targets, TargetViews views) : IRequestHandler<ListTargetCores, Result<IReadOnlyList<TargetView>>>
{
    public async Task<Result<IReadOnlyList<TargetView>>> Handle(ListTargetCores request, CancellationToken cancellationToken) =>
        Result.Ok(await views.OfAsync(await targets.ListAsync(cancellationToken).ConfigureAwait(false), SyncDirection.Push, cancellationToken).ConfigureAwait(false));
}

internal sealed class ListTargetNamesHandler(ITargetStore targets) : IRequestHandler<ListTargetNames, Result<IReadOnlyList<Fqdn>>>
{
    public async Task<Result<IReadOnlyList<Fqdn>>> Handle(ListTargetNames request, CancellationToken cancellationToken) => Result.Ok<IReadOnlyList<Fqdn>>(
        [.. (await targets.ListAsync(cancellationToken).ConfigureAwait(false)).Where(target => target.Direction == SyncDirection.Push).Select(target => target.Address.Fqdn)]);
}

internal sealed class ListRollupSourcesHandler(ITargetStore targets, TargetFinder finder, TargetViews views) : IRequestHandler<ListRollupSources, Result<IReadOnlyList<TargetView>>>
{
    public async Task<Result<IReadOnlyList<TargetView>>> Handle(ListRollupSources request, CancellationToken cancellationToken) => finder.MayCollect() is { IsFailed: true } standard
        ? standard
        : Result.Ok(await views.OfAsync(await targets.ListAsync(cancellationToken).ConfigureAwait(false), SyncDirection.Pull, cancellationToken).ConfigureAwait(false));
}

internal sealed class ShowTargetCoreHandler(TargetFinder finder, TargetViews views) : IRequestHandler<ShowTargetCore, Result<TargetView>>
{
    public async Task<Result<TargetView>> Handle(ShowTargetCore request, CancellationToken cancellationToken)
    {
        var target = await finder.FindAsync(request.Fqdn, request.Direction, cancellationToken).ConfigureAwait(false);
        return target.IsFailed ? target.ToResult<TargetView>() : await views.OfAsync(target.Value, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class EditTargetCoreHandler(
    TargetFinder finder, ITargetStore targets, TargetRulesEditor editor, TrustDesk desk, IPaceStore paces, TargetViews views, ILocalCore local, IDoubtStore doubts, TimeProvider time,
    ICurrentActor acting, ILogger<EditTargetCoreHandler> logger)
    : IRequestHandler<EditTargetCore, Result<TargetView>>
{
    public async Task<Result<TargetView>> Handle(EditTargetCore request, CancellationToken cancellationToken)
    {
        var found = await finder.FindAsync(request.Fqdn, request.Direction, cancellationToken).ConfigureAwait(false);
        if (found.IsFailed)
            return found.ToResult<TargetView>();
        var target = found.Value;
        var dial = request.ConnectTo is null ? Result.Ok<DialAddress?>(null) : DialAddress.Parse(request.ConnectTo, target.Address.Port).Map(parsed => (DialAddress?)parsed);
        if (dial.IsFailed)
            return dial.ToResult<TargetView>();
        var edited = target.Edit(request.Description, dial.Value);
        if (edited.IsFailed)
            return edited.ToResult<TargetView>();
        if (request.AcceptCore is not null)
        {
            if (!CoreId.TryParse(request.AcceptCore, out var core))
                return Result.Fail(new UsageInvalidError($"'{request.AcceptCore}' is not the id of a core"));
            if (core == local.Current.Id)
                return Result.Fail(new TargetIsSelfError(target.Address.Fqdn.Ascii));
            target.AcceptReplacement(core);
        }

        if (request.TrustMode is { } mode && await desk.ChooseAsync(target, mode, cancellationToken).ConfigureAwait(false) is { IsFailed: true } unchanged)
            return unchanged.ToResult<TargetView>();
        if (request.TakeOver)
        {
            var writer = await doubts.WriterAsync(target.Id, cancellationToken).ConfigureAwait(false);
            await doubts.SaveWriterAsync(target.Id, new TargetWriter(writer.Epoch, Guid.Empty), cancellationToken).ConfigureAwait(false);
        }

        if (request.Rules is { } edit)
        {
            var rules = await editor.ApplyAsync(target.Rules, edit, cancellationToken).ConfigureAwait(false);
            if (rules.IsFailed)
                return rules.ToResult<TargetView>();
            target.Follow(rules.Value);
            // What was expected of the old schedule says nothing about the new one.
            var pace = await paces.FindAsync(target.Id, cancellationToken).ConfigureAwait(false);
            await paces.SaveFiresAsync([(target.Id, pace with { ExpectedAt = null, MissedAt = null })], cancellationToken).ConfigureAwait(false);
        }

        await targets.SaveAsync(target, cancellationToken).ConfigureAwait(false);
        if (request.ConnectTo is not null || request.AcceptCore is not null)
            await paces.ReleaseAsync(target.Id, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        TargetLog.TargetEdited(logger, acting.Actor.Name, target.Address.Fqdn.Ascii);
        return await views.OfAsync(target, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class EnableTargetCoreHandler(
    TargetFinder finder, ITargetStore targets, IPaceStore paces, TargetViews views, TimeProvider time, ICurrentActor acting, ILogger<EnableTargetCoreHandler> logger)
    : IRequestHandler<EnableTargetCore, Result<TargetView>>
{
    public async Task<Result<TargetView>> Handle(EnableTargetCore request, CancellationToken cancellationToken)
    {
        var target = await finder.FindAsync(request.Fqdn, request.Direction, cancellationToken).ConfigureAwait(false);
        if (target.IsFailed)
            return target.ToResult<TargetView>();
        target.Value.Enable(request.Enabled);
        await targets.SaveAsync(target.Value, cancellationToken).ConfigureAwait(false);
        if (request.Enabled)
            await paces.ReleaseAsync(target.Value.Id, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (request.Enabled)
            TargetLog.TargetEnabled(logger, acting.Actor.Name, target.Value.Address.Fqdn.Ascii);
        else
            TargetLog.TargetDisabled(logger, acting.Actor.Name, target.Value.Address.Fqdn.Ascii);
        return await views.OfAsync(target.Value, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class RemoveTargetCoreHandler(
    TargetFinder finder, ITargetStore targets, ITrustStore trust, TrustDesk desk, ISyncJobStore jobs, ICurrentActor acting,
    ILogger<RemoveTargetCoreHandler> logger) : IRequestHandler<RemoveTargetCore, Result>
{
    public async Task<Result> Handle(RemoveTargetCore request, CancellationToken cancellationToken)
    {
        var target = await finder.FindAsync(request.Fqdn, request.Direction, cancellationToken).ConfigureAwait(false);
        if (target.IsFailed)
            return target.ToResult();
        var active = (await jobs.ActiveAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(job => job.Target == target.Value.Id);
        if (active is not null)
            return Result.Fail(new TargetBusyError(target.Value.Address.Fqdn.Ascii, active.Id.ToString()));
        if (await trust.FindAsync(target.Value.Id, cancellationToken).ConfigureAwait(false) is { Authorised: not null })
        {
            var ended = await desk.EndAsync(target.Value, "target core removed", (record, now) => record.Remove(now), TrustLog.TrustRemoved, cancellationToken).ConfigureAwait(false);
            if (ended.IsFailed)
                return ended;
        }

        await targets.RemoveAsync(target.Value.Id, cancellationToken).ConfigureAwait(false);
        TargetLog.TargetRemoved(logger, acting.Actor.Name, target.Value.Address.Fqdn.Ascii);
        return Result.Ok();
    }
}

internal sealed class TestConnectionHandler(TargetFinder finder, ITargetConnector connector) : IRequestHandler<TestConnection, Result<IReadOnlyList<ConnectionStep>>>
{
    public async Task<Result<IReadOnlyList<ConnectionStep>>> Handle(TestConnection request, CancellationToken cancellationToken)
    {
        var target = await finder.FindAsync(request.Fqdn, request.Direction, cancellationToken).ConfigureAwait(false);
        return target.IsFailed
            ? target.ToResult<IReadOnlyList<ConnectionStep>>()
            : Result.Ok(await connector.TestAsync(target.Value, cancellationToken).ConfigureAwait(false));
    }
}
