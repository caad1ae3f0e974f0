using CoreSync.Application.Replication;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Application.Targets;

/// <summary>Opens connections to other cores. Nothing but the TLS handshake leaves this core before its certificate was judged.</summary>
public interface ITargetConnector
{
    /// <summary>Shakes hands and reads the certificate, nothing else; no application byte is sent (T4).</summary>
    /// <returns>Fails with <c>TargetUnresolvedError</c>, <c>TargetUnreachableError</c>, <c>TargetTimeoutError</c>, <c>TargetNotTlsError</c> or <c>TargetTlsFailedError</c>.</returns>
    Task<Result<CertificateSighting>> ProbeAsync(CoreAddress address, CancellationToken cancellationToken);

    /// <summary>Connects for a sync run: credential, TCP, TLS, trust, sign-in, protocol; a fresh handshake each time.</summary>
    /// <returns>Fails with <c>CredentialsMissingError</c> before any connection; with the errors of <see cref="ProbeAsync"/>, of <see cref="Trust.ITrustGate"/>, of sign-in, or <c>TargetNotACoreError</c>.</returns>
    Task<Result<ITargetConnection>> ConnectAsync(CoreServer target, CancellationToken cancellationToken);

    /// <summary>Goes through all steps of C4 and gives each its own verdict; steps after a failed one are skipped.</summary>
    Task<IReadOnlyList<ConnectionStep>> TestAsync(CoreServer target, CancellationToken cancellationToken);
}

/// <summary>A trusted, signed-in connection. Cut at once when the trust in the target ends (T6).</summary>
public interface ITargetConnection : IItemSink, IAsyncDisposable
{
    /// <summary>The core behind the name.</summary>
    CoreId Core { get; }

    /// <summary>What the target tells about what it holds; asking writes nothing.</summary>
    IReplicaInspection Inspection { get; }
}

/// <summary>What a TLS handshake showed.</summary>
/// <param name="Certificate">The leaf and what is known of its chain.</param>
/// <param name="RemoteEndpoint">The address that answered.</param>
/// <param name="TlsVersion">Such as <c>TLS 1.3</c>.</param>
/// <param name="At">When.</param>
public sealed record CertificateSighting(PresentedCertificate Certificate, string RemoteEndpoint, string TlsVersion, DateTimeOffset At);

/// <summary>One step of <see cref="TestConnection"/>.</summary>
/// <param name="Step">dns, tcp, tls, certificate, protocol, account, rights, clock, space.</param>
/// <param name="Verdict">How it went.</param>
/// <param name="Detail">What was seen, for people; invariant English facts such as an address or a duration.</param>
/// <param name="Error">The error with its cure; null when passed or skipped.</param>
public sealed record ConnectionStep(string Step, StepVerdict Verdict, string Detail, CoreSyncError? Error = null);

/// <summary>How a step went.</summary>
public enum StepVerdict
{
    /// <summary>Good.</summary>
    Passed,

    /// <summary>Works, with something to look at.</summary>
    Warning,

    /// <summary>Does not work.</summary>
    Failed,

    /// <summary>Not tried, since an earlier step failed.</summary>
    Skipped,
}
