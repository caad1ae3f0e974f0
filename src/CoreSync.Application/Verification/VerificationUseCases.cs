using CoreSync.Verification;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Verification;

/// <summary>Asks a target what it would do with what is due for it; nothing is written anywhere (J10).</summary>
/// <param name="Fqdn">The target.</param>
/// <param name="Component">One component; null for all.</param>
public sealed record PlanTarget(string Fqdn, string? Component = null) : IRequest<Result<TargetPlan>>;

/// <summary>What a target would do.</summary>
/// <param name="Fqdn">The target.</param>
/// <param name="Lines">In the order in which it would happen.</param>
public sealed record TargetPlan(string Fqdn, IReadOnlyList<PlanLine> Lines)
{
    /// <summary>Whether anything would change there.</summary>
    public bool Changes => Lines.Any(line => line.Change.Verb is not (PlanVerb.Skip or PlanVerb.Conflict or PlanVerb.Reject));
}

/// <summary>Compares a target with this core, item by item where they differ (J11).</summary>
/// <param name="Fqdn">The target.</param>
/// <param name="Component">One component; null for all.</param>
public sealed record VerifyTarget(string Fqdn, string? Component = null) : IRequest<Result<TargetDrift>>;

/// <summary>How a target differs.</summary>
/// <param name="Fqdn">The target.</param>
/// <param name="Compared">Items of this core that are kept in sync there, in the components compared.</param>
/// <param name="Drifts">What differs, by component and name.</param>
/// <param name="Waiting">Items that differ since their change was not sent yet; the next job brings them.</param>
/// <param name="Detached">Items that a person detached from that target; they are not compared.</param>
public sealed record TargetDrift(string Fqdn, long Compared, IReadOnlyList<Drift> Drifts, int Waiting, int Detached);

/// <summary>Lets the next job push this core's state over what differs at a target (J11).</summary>
/// <param name="Fqdn">The target.</param>
/// <param name="Component">One component; null for all.</param>
/// <param name="Items">Only these; empty for all.</param>
public sealed record OverrideTarget(string Fqdn, string? Component, IReadOnlyList<string> Items) : IRequest<Result>;

/// <summary>Stops keeping items in sync at one target: the copies there are released at the next job, and changes no longer go there; or attaches them again.</summary>
/// <param name="Fqdn">The target.</param>
/// <param name="Items">Ids.</param>
/// <param name="Detach">False attaches them again.</param>
public sealed record DetachItems(string Fqdn, IReadOnlyList<string> Items, bool Detach = true) : IRequest<Result<IReadOnlyList<CoreSync.Items.Item>>>;

/// <summary>Lists the items that a person detached from a target, by component and name.</summary>
/// <param name="Fqdn">The target.</param>
public sealed record ListDetachedItems(string Fqdn) : IRequest<Result<IReadOnlyList<CoreSync.Items.Item>>>;
