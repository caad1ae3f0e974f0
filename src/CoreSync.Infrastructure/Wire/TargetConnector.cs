using System.Security.Cryptography;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Jobs;
using CoreSync.Application.Rollup;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;
using CoreSync.Settings;
using CoreSync.Trust;
using FluentResults;
using Microsoft.Extensions.Logging;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Connects to target and source cores: credential, TLS, judgement, sign-in, who answers. In this order, so that a missing credential costs no connection and an untrusted core gets none.</summary>
internal sealed class TargetConnector(
    TlsConnector tls, CertificateReader reader, IAnnouncements announcements, ITrustGate gate, ITrustStore trust, IStoreMonitor monitor, ICredentialStore credentials,
    ISettingStore settings, ITargetStore targets, ILocalCore core, IOwnCertificate own, TransferBudget budget, TimeProvider time, ILogger<TargetConnector> logger) : ITargetConnector, ISourceConnector
{
    public Task<Result<CertificateSighting>> ProbeAsync(CoreAddress address, CancellationToken cancellationToken) => tls.ProbeAsync(address, cancellationToken);

    public async Task<Result<ITargetConnection>> ConnectAsync(CoreServer target, CancellationToken cancellationToken)
    {
        var connected = await EnterAsync(target, new ConnectionTrace(), cancellationToken).ConfigureAwait(false);
        if (connected.IsFailed)
            return connected.ToResult<ITargetConnection>();
        var (peer, answer) = connected.Value;
        var compress = await settings.ReadAsync(Setting.Compression, cancellationToken).ConfigureAwait(false) == "on";
        return Result.Ok<ITargetConnection>(new HttpItemSink(peer, answer, target.Address.Fqdn.Ascii, core.Current.Id, compress));
    }

    public async Task<Result<ISourceConnection>> ConnectToSourceAsync(CoreServer source, CancellationToken cancellationToken)
    {
        var connected = await EnterAsync(source, new ConnectionTrace(), cancellationToken).ConfigureAwait(false);
        return connected.IsFailed
            ? connected.ToResult<ISourceConnection>()
            : new HttpSource(connected.Value.Peer, connected.Value.Answer, source.Address.Fqdn.Ascii);
    }

    public async Task<IReadOnlyList<ConnectionStep>> TestAsync(CoreServer target, CancellationToken cancellationToken)
    {
        var trace = new ConnectionTrace();
        var entered = await EnterAsync(target, trace, cancellationToken).ConfigureAwait(false);
        if (entered.HasError<CredentialsMissingError>() || entered.HasError<SecretUnreadableError>())
        {
            // Without a credential the steps before it can still be tried; nothing is sent on that connection.
            var connected = await tls.ConnectAsync(target, trace, cancellationToken).ConfigureAwait(false);
            if (connected.IsFailed)
                return ConnectionTest.Failed(trace, connected.FirstError());
            connected.Value.Dispose();
        }

        if (entered.IsFailed)
            return ConnectionTest.Failed(trace, entered.FirstError());
        var (peer, answer) = entered.Value;
        await using (peer.ConfigureAwait(false))
            return ConnectionTest.Passed(trace, target, core.Current.Name, answer, time.GetUtcNow());
    }

    private async Task<Result<(PeerClient Peer, CoreAnswer Answer)>> EnterAsync(CoreServer target, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var credential = await FindCredentialAsync(target, cancellationToken).ConfigureAwait(false);
        if (credential.IsFailed)
            return credential.ToResult();

        var seconds = await settings.ReadNumberAsync(Setting.NetworkTimeout, cancellationToken).ConfigureAwait(false);
        var watch = new TrustWatch(target, core.Current.CertificateStoreName, gate, trust, monitor, time, logger);
        var peer = new PeerClient(target, core.Current, credential.Value, tls, watch, trace, TimeSpan.FromSeconds(seconds), new UploadPace(budget, target.Id), time);
        var entered = false;
        try
        {
            var answer = await IntroduceAsync(target, peer, trace, cancellationToken).ConfigureAwait(false);
            await RecordAsync(target, answer, cancellationToken).ConfigureAwait(false);
            if (answer.IsFailed)
                return answer.ToResult();
            entered = true;
            return (peer, answer.Value);
        }
        finally
        {
            if (!entered)
                await peer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<Result<Credential>> FindCredentialAsync(CoreServer target, CancellationToken cancellationToken)
    {
        try
        {
            var found = await credentials.ForAsync(target, cancellationToken).ConfigureAwait(false);
            return found is null ? Result.Fail(new CredentialsMissingError(target.Address.Fqdn.Ascii)) : found;
        }
        catch (CoreSyncException ex) when (ex.Error is SecretUnreadableError)
        {
            return Result.Fail(ex.Error);
        }
    }

    private async Task<Result<CoreAnswer>> IntroduceAsync(CoreServer target, PeerClient peer, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var signedIn = await peer.SignInAsync(cancellationToken).ConfigureAwait(false);
        if (signedIn.HasError<TargetNotACoreError>() && await HasOwnCertificateAsync(target, cancellationToken).ConfigureAwait(false))
            return Result.Fail(new TargetIsSelfError(target.Address.Fqdn.Ascii));
        if (signedIn.IsFailed)
            return signedIn;
        trace.Pass("account", "");
        var answer = await peer.GetAsync("core", WireJson.Tolerant.CoreAnswer, cancellationToken).ConfigureAwait(false);
        if (answer.IsFailed)
            return answer;
        var theirs = answer.Value;
        if (theirs.ProtocolMin > Protocol.MaxVersion || theirs.ProtocolMax < Protocol.MinVersion)
        {
            return Result.Fail(new ProtocolMismatchError(
                target.Address.Fqdn.Ascii, $"{Protocol.MinVersion} to {Protocol.MaxVersion}", $"{theirs.ProtocolMin} to {theirs.ProtocolMax}"));
        }

        var met = target.Meet(new CoreId(theirs.Id), core.Current.Id);
        if (met.IsFailed)
            return met;
        await HearAsync(target, theirs, peer.Accepted, cancellationToken).ConfigureAwait(false);
        trace.Pass("protocol", $"version {Protocol.MaxVersion}, CoreSync {theirs.Version}");
        if (target.Direction == SyncDirection.Push)
            return answer;
        // A source says by itself what an account lacks, and writes it into its log (R6).
        var head = await peer.GetAsync("feed/head", WireJson.Tolerant.FeedHeadAnswer, cancellationToken).ConfigureAwait(false);
        return head.IsFailed ? head.ToResult<CoreAnswer>() : answer;
    }

    // A core answers under its own name alone. What holds this core's certificate and key, and answers to another name than that, is this core (C6).
    private async Task<bool> HasOwnCertificateAsync(CoreServer target, CancellationToken cancellationToken)
    {
        var record = await trust.FindAsync(target.Id, cancellationToken).ConfigureAwait(false);
        return own.Describe() is { IsSuccess: true, Value: var certificate } && record?.Authorised?.Fingerprint == certificate.Fingerprint;
    }

    // Heard on a connection that was accepted, and on no other (T10).
    private async Task HearAsync(CoreServer target, CoreAnswer theirs, CertificateFingerprint? accepted, CancellationToken cancellationToken)
    {
        if (accepted is null)
            return;
        // It switched while this connection was open: what was announced is neither withdrawn nor stale, the next connection shows it.
        if (theirs.Presents is { } text && CertificateFingerprint.Parse(text) is { IsSuccess: true, Value: var presents } && presents != accepted)
            return;
        Announcement? announcement = null;
        if (theirs.Next is { } next)
        {
            try
            {
                announcement = new Announcement(
                    reader.Read(Convert.FromBase64String(next.Certificate), [], askRevocation: false), DateTimeOffset.FromUnixTimeMilliseconds(next.At), Convert.FromBase64String(next.Proof));
            }
            catch (Exception ex) when (ex is CryptographicException or FormatException or ArgumentOutOfRangeException)
            {
                await announcements.RefuseAsync(target, accepted, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        await announcements.HearAsync(target, new CoreId(theirs.Id), accepted, announcement, cancellationToken).ConfigureAwait(false);
    }

    private async Task RecordAsync(CoreServer target, Result<CoreAnswer> outcome, CancellationToken cancellationToken)
    {
        if (outcome.IsSuccess)
        {
            target.RecordContact(new Contact(ConnectionState.Reachable, time.GetUtcNow()));
        }
        else
        {
            var error = outcome.FirstError();
            target.RecordContact(new Contact(StateOf(error), time.GetUtcNow(), error.Code, error.Message));
        }

        await targets.RecordContactAsync(target, cancellationToken).ConfigureAwait(false);
    }

    private static ConnectionState StateOf(CoreSyncError error) => error switch
    {
        { Kind: ErrorKind.NotTrusted } or CertificateStoreUnavailableError => ConnectionState.NotTrusted,
        CredentialsRejectedError or ClientCertificateRefusedError or SignInThrottledError or RightsMissingError or TokenInvalidError => ConnectionState.AuthenticationRefused,
        TargetNotACoreError or TargetReplacedError or TargetIsSelfError or TargetRedirectedError or ProtocolMismatchError => ConnectionState.WrongPeer,
        PeerFailedError or AccountDirectoryUnavailableError => ConnectionState.Reachable,
        _ => ConnectionState.Unreachable,
    };
}
