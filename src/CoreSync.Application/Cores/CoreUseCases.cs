using CoreSync.Application.Pipeline;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Cores;

/// <summary>Makes the core of the data directory: id, store, default certificate (C1, T12).</summary>
/// <param name="Name">Its FQDN.</param>
/// <param name="Role">Its role.</param>
/// <param name="CertificateStoreName">Name of the platform certificate store; null chooses <c>CoreSync</c>, with the short id when another core of this account has it (T2).</param>
public sealed record InitialiseCore(string Name, CoreRole Role, string? CertificateStoreName = null) : IRequest<Result<CoreIdentity>>, IWorksWithoutStore;

/// <summary>Shows this core as the administrators of others must see it.</summary>
public sealed record ShowIdentity : IRequest<Result<CoreIdentity>>;

/// <summary>Gives the own certificate as PEM, without the key.</summary>
public sealed record ExportIdentity : IRequest<Result<string>>;

/// <summary>Makes a new default certificate. Cores that trusted the old one block until a person authorises the new one.</summary>
/// <param name="KeepKey">Keeps the private key.</param>
public sealed record RenewIdentity(bool KeepKey = false) : IRequest<Result<CoreIdentity>>;

/// <summary>Presents the certificate of another source from now on (T12); refused with all its faults at once.</summary>
public sealed record UseCertificate(OwnCertificateSource Source) : IRequest<Result<CoreIdentity>>;

/// <summary>Prepares the next certificate and announces it to the cores that trust this one (T10).</summary>
/// <param name="Source">Where it comes from; null makes one with a new key.</param>
public sealed record AnnounceNextCertificate(OwnCertificateSource? Source = null) : IRequest<Result<CoreIdentity>>;

/// <summary>Announces nothing any more.</summary>
public sealed record WithdrawAnnouncement : IRequest<Result<CoreIdentity>>;

/// <summary>Presents the announced certificate from now on: cores that approved it go on without a stop, the others block (T10).</summary>
public sealed record SwitchToAnnounced : IRequest<Result<CoreIdentity>>;

/// <summary>This core and its certificate.</summary>
/// <param name="Core">This core.</param>
/// <param name="Certificate">What it presents.</param>
/// <param name="Source">Where that comes from.</param>
/// <param name="Next">The certificate that it announces; null when it announces none.</param>
public sealed record CoreIdentity(LocalCore Core, PresentedCertificate Certificate, OwnCertificateSource Source, PresentedCertificate? Next = null);

/// <summary>One report of how this core does (O2): every non-green fact says why and what to do.</summary>
public sealed record GetStatus : IRequest<Result<CoreStatus>>;

/// <summary>The answer of <see cref="GetStatus"/>.</summary>
/// <param name="Core">This core.</param>
/// <param name="IsServiceRunning">A service or <c>serve</c> holds the engine of this data directory.</param>
/// <param name="ServiceHolder">Who it is; null when none.</param>
/// <param name="CertificateNotAfter">End of the own certificate's validity; null when unusable.</param>
/// <param name="HasCredential">An account for the sync service is set.</param>
/// <param name="Targets">The target cores.</param>
/// <param name="Items">Items in the catalogue, without tombstones.</param>
/// <param name="Problems">What is not green, gravest first: the findings of <see cref="Health.CheckHealth"/>.</param>
/// <param name="Decisions">What waits for a person on this core, and what was decided.</param>
public sealed record CoreStatus(
    LocalCore Core, bool IsServiceRunning, string? ServiceHolder, DateTimeOffset? CertificateNotAfter, bool HasCredential,
    IReadOnlyList<Targets.TargetView> Targets, long Items, IReadOnlyList<Health.HealthFinding> Problems, DecisionCounts Decisions)
{
    /// <summary>The source cores that this rollup core collects from.</summary>
    public IReadOnlyList<Targets.TargetView> Sources { get; init; } = [];

    /// <summary>The rollup cores that collect from this core.</summary>
    public IReadOnlyList<Rollup.FeedReader> Readers { get; init; } = [];
}

/// <summary>What people have to decide on this core, and have decided.</summary>
/// <param name="Conflicts">Conflicts that wait.</param>
/// <param name="Approvals">Changes that wait for an approval.</param>
/// <param name="Decided">What was decided.</param>
public sealed record DecisionCounts(int Conflicts, int Approvals, int Decided);
