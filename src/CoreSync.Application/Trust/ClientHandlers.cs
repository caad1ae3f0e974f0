using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Trust;

internal sealed class ExportKeysHandler(ILocalCore local, IOwnCertificate certificate) : IRequestHandler<ExportKeys, Result<string>>
{
    public Task<Result<string>> Handle(ExportKeys request, CancellationToken cancellationToken) => Task.FromResult(
        certificate.Describe().Bind(shown => certificate.ExportPem().Map(pem => PublicKeys.Text(local.Current.Id, local.Current.Name, shown.Fingerprint, pem))));
}

internal sealed class ImportKeysHandler(ILocalCore local, IOwnCertificate certificate, ITargetStore targets, TrustDesk desk, ClientDesk clients)
    : IRequestHandler<ImportKeys, Result<ImportedKeys>>
{
    public async Task<Result<ImportedKeys>> Handle(ImportKeys request, CancellationToken cancellationToken)
    {
        var read = certificate.ReadKeys(request.File);
        if (read.IsFailed)
            return read.ToResult<ImportedKeys>();
        var keys = read.Value;
        if (keys.Core == local.Current.Id)
            return Result.Fail(new TargetIsSelfError(keys.Name.Ascii));
        if (request.Fingerprint is not null)
        {
            var told = CertificateFingerprint.Parse(request.Fingerprint);
            if (told.IsFailed)
                return told.ToResult<ImportedKeys>();
            if (told.Value != keys.Certificate.Fingerprint)
                return Result.Fail(new FingerprintMismatchError(keys.Name.Ascii, told.Value.ToString(), keys.Certificate.Fingerprint.ToString()));
        }

        var target = await targets.FindAsync(keys.Name, cancellationToken).ConfigureAwait(false);
        var purpose = request.As ?? (target is null ? KeysPurpose.Source : KeysPurpose.Target);
        if (purpose != KeysPurpose.Source && target is null)
            return Result.Fail(new TargetNotFoundError(keys.Name.Ascii));

        ClientEnrolment? enrolled = null;
        TrustView? trusted = null;
        if (purpose != KeysPurpose.Target)
        {
            var done = await clients.EnrolAsync(keys, request.Account, cancellationToken).ConfigureAwait(false);
            if (done.IsFailed)
                return done.ToResult<ImportedKeys>();
            enrolled = done.Value;
        }

        if (purpose != KeysPurpose.Source)
        {
            var done = await desk.AuthoriseAsync(target!, keys.Certificate, keys.Certificate.Fingerprint, "keys file", cancellationToken).ConfigureAwait(false);
            var view = done.IsFailed ? done.ToResult<TrustView>() : await desk.ViewAsync(target!, cancellationToken).ConfigureAwait(false);
            if (view.IsFailed)
                return view.ToResult<ImportedKeys>();
            trusted = view.Value;
        }

        return new ImportedKeys(keys, enrolled, trusted);
    }
}

internal sealed class ListClientsHandler(IClientStore clients) : IRequestHandler<ListClients, Result<IReadOnlyList<ClientEnrolment>>>
{
    public async Task<Result<IReadOnlyList<ClientEnrolment>>> Handle(ListClients request, CancellationToken cancellationToken) =>
        Result.Ok(await clients.ListAsync(cancellationToken).ConfigureAwait(false));
}

internal sealed class AcceptClientHandler(ClientDesk clients) : IRequestHandler<AcceptClient, Result<ClientEnrolment>>
{
    public Task<Result<ClientEnrolment>> Handle(AcceptClient request, CancellationToken cancellationToken) =>
        clients.AcceptAsync(request.Core, request.Fingerprint, request.Account, request.Reason, cancellationToken);
}

internal sealed class RemoveClientHandler(ClientDesk clients) : IRequestHandler<RemoveClient, Result<ClientEnrolment>>
{
    public Task<Result<ClientEnrolment>> Handle(RemoveClient request, CancellationToken cancellationToken) => clients.RemoveAsync(request.Core, request.Reason, cancellationToken);
}

/// <summary>Where a person decides about the certificates of clients: loads, lets the record decide, saves, logs.</summary>
internal sealed class ClientDesk(
    IClientStore clients, IAccountStore accounts, TrustPolicies policies, ITrustStore history, ICurrentActor acting, TimeProvider time, ILogger<ClientDesk> logger)
{
    private Actor Actor => acting.Actor;

    public async Task<Result<ClientEnrolment>> EnrolAsync(PublicKeys keys, string? account, CancellationToken cancellationToken)
    {
        var known = await clients.FindAsync(keys.Core, cancellationToken).ConfigureAwait(false);
        var owner = await AccountAsync(account ?? known?.Account, cancellationToken).ConfigureAwait(false);
        if (owner.IsFailed)
            return owner.ToResult<ClientEnrolment>();
        var client = known?.Named(keys.Name, owner.Value) ?? ClientEnrolment.New(keys.Core, keys.Name, owner.Value);
        return await AuthoriseAsync(client, keys.Certificate, keys.Certificate.Fingerprint, "keys file", cancellationToken).ConfigureAwait(false);
    }

    public async Task<Result<ClientEnrolment>> AcceptAsync(string core, string fingerprint, string? account, string reason, CancellationToken cancellationToken)
    {
        var shown = CertificateFingerprint.Parse(fingerprint);
        if (shown.IsFailed)
            return shown.ToResult<ClientEnrolment>();
        var found = await FindAsync(core, cancellationToken).ConfigureAwait(false);
        if (found.IsFailed)
            return found;
        if (found.Value.Trust.Pending is not { } pending)
            return Result.Fail(new NothingPendingError(found.Value.Name.Ascii));
        var owner = await AccountAsync(account ?? found.Value.Account, cancellationToken).ConfigureAwait(false);
        return owner.IsFailed
            ? owner.ToResult<ClientEnrolment>()
            : await AuthoriseAsync(found.Value.Named(found.Value.Name, owner.Value), pending.Certificate, shown.Value, reason, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Result<ClientEnrolment>> RemoveAsync(string core, string reason, CancellationToken cancellationToken)
    {
        var found = await FindAsync(core, cancellationToken).ConfigureAwait(false);
        if (found.IsFailed)
            return found;
        var now = time.GetUtcNow();
        var what = ClientEnrolment.Told(found.Value.Trust.Remove(now));
        var saved = await clients.SaveAsync(found.Value, new TrustHistoryDraft(now, found.Value.Name, what, Actor, reason), cancellationToken).ConfigureAwait(false);
        if (saved.IsFailed)
            return saved;
        TrustLog.ClientRemoved(logger, Actor.Name, found.Value.Name.Ascii);
        return found;
    }

    private async Task<Result<ClientEnrolment>> AuthoriseAsync(
        ClientEnrolment client, PresentedCertificate certificate, CertificateFingerprint shown, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var problems = CertificateAssessment.Assess(certificate, client.Name, now, await policies.ReadAsync(cancellationToken).ConfigureAwait(false), CertificateUse.Client);
        var authorised = client.Trust.Authorise(certificate, problems, shown, Actor.Name, now);
        if (authorised.IsFailed)
        {
            var refused = new TrustEvent(TrustEventKind.ClientAuthorisationRefused, certificate.Fingerprint, shown, problems);
            await history.AppendAsync(new TrustHistoryDraft(now, client.Name, refused, Actor, reason), cancellationToken).ConfigureAwait(false);
            return authorised.ToResult<ClientEnrolment>();
        }

        var saved = await clients.SaveAsync(client, new TrustHistoryDraft(now, client.Name, ClientEnrolment.Told(authorised.Value), Actor, reason), cancellationToken).ConfigureAwait(false);
        if (saved.IsFailed)
            return saved;
        TrustLog.ClientEnrolled(logger, Actor.Name, client.Name.Ascii, certificate.Fingerprint.ToString(), client.Account);
        return client;
    }

    private async Task<Result<ClientEnrolment>> FindAsync(string text, CancellationToken cancellationToken)
    {
        var all = await clients.ListAsync(cancellationToken).ConfigureAwait(false);
        var name = Fqdn.Parse(text);
        var found = CoreId.TryParse(text, out var id)
            ? all.Where(client => client.Core == id).ToList()
            : [.. all.Where(client => name.IsSuccess && client.Name == name.Value)];
        return found switch
        {
            [var only] => only,
            [] => Result.Fail(new ClientNotFoundError(text)),
            // Names are what certificates say about themselves: two may say the same.
            _ => Result.Fail(new UsageInvalidError($"More than one core calls itself {text}; name it by its id: {string.Join(", ", found.Select(client => client.Core))}")),
        };
    }

    private async Task<Result<string>> AccountAsync(string? name, CancellationToken cancellationToken)
    {
        if (name is not null)
            return await accounts.FindAsync(name, cancellationToken).ConfigureAwait(false) is { Account: var found } ? found.Name : Result.Fail(new AccountNotFoundError(name));
        var all = await accounts.ListAsync(cancellationToken).ConfigureAwait(false);
        return all is [var only]
            ? only.Name
            : Result.Fail(new UsageInvalidError(
                all.Count == 0 ? "There is no account that the certificate could belong to: 'coresync account add' first" : $"Say with --account which account the certificate belongs to: {string.Join(", ", all.Select(one => one.Name))}"));
    }
}
