using CoreSync.Trust;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Trust;

/// <summary>Gives the public part of this core's keys as a text file for another administrator (T13). Never a private key.</summary>
public sealed record ExportKeys : IRequest<Result<string>>;

/// <summary>Takes the public keys of another core from a file: enrols it as a source, or authorises its certificate as a target (T13, T9).</summary>
/// <param name="File">What <see cref="ExportKeys"/> gave there.</param>
/// <param name="Account">The account that it signs in with here; null when there is only one.</param>
/// <param name="Fingerprint">What its administrator told; null leaves the way of the file to be the proof.</param>
/// <param name="As">What it is for; null: a target when it is in the list of target cores, else a source.</param>
public sealed record ImportKeys(string File, string? Account = null, string? Fingerprint = null, KeysPurpose? As = null) : IRequest<Result<ImportedKeys>>;

/// <summary>What imported keys are for.</summary>
public enum KeysPurpose
{
    /// <summary>That core signs in here with its certificate.</summary>
    Source,

    /// <summary>This core sends to that one and trusts its certificate.</summary>
    Target,

    /// <summary>Both.</summary>
    Both,
}

/// <summary>The answer of <see cref="ImportKeys"/>.</summary>
/// <param name="Keys">What the file holds.</param>
/// <param name="Enrolled">The enrolment as a source; null when it was not asked for.</param>
/// <param name="Trusted">The trust as a target; null when it was not asked for.</param>
public sealed record ImportedKeys(PublicKeys Keys, ClientEnrolment? Enrolled, TrustView? Trusted);

/// <summary>Lists the cores that present, or ask to present, their certificate here.</summary>
public sealed record ListClients : IRequest<Result<IReadOnlyList<ClientEnrolment>>>;

/// <summary>Enrols a core that waits, by exactly the certificate that it presented.</summary>
/// <param name="Core">Its name or id.</param>
/// <param name="Fingerprint">What the person compared.</param>
/// <param name="Account">The account that belongs to it; null keeps the one that it signed in with.</param>
/// <param name="Reason">Why, for the history.</param>
public sealed record AcceptClient(string Core, string Fingerprint, string? Account = null, string Reason = "") : IRequest<Result<ClientEnrolment>>;

/// <summary>Ends the enrolment of a core; its tokens are void at its next request.</summary>
public sealed record RemoveClient(string Core, string Reason = "") : IRequest<Result<ClientEnrolment>>;
