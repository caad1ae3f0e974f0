using CoreSync.Application.Pipeline;
using CoreSync.Application.Targets;
using CoreSync.Servers;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Health;

/// <summary>Finds what is wrong with this core and names the cures (O6). Answers also when the store cannot be opened: that is a finding then.</summary>
/// <param name="Deep">Reads the store for damage and connects to every target; else only what is known is told.</param>
public sealed record CheckHealth(bool Deep = false) : IRequest<Result<HealthReport>>, IWorksWithoutStore;

/// <summary>How this core does: the one home of these facts for <c>doctor</c>, <c>status</c>, <c>/health/ready</c>, metrics and notifications.</summary>
/// <param name="Core">This core; null when its store cannot be opened.</param>
/// <param name="At">When it was looked at.</param>
/// <param name="Facts">What was looked at.</param>
/// <param name="Findings">What is not green, gravest first.</param>
/// <param name="Targets">The target cores.</param>
/// <param name="Tests">The connection test of each enabled target; empty unless asked for.</param>
/// <param name="IsComplete">Whether every probe could look; when not, what is not found may be there all the same.</param>
public sealed record HealthReport(
    LocalCore? Core, DateTimeOffset At, IReadOnlyList<HealthFact> Facts, IReadOnlyList<HealthFinding> Findings, IReadOnlyList<TargetView> Targets, IReadOnlyList<TargetTest> Tests,
    bool IsComplete = true)
{
    /// <summary>Whether this core itself can do its work; trouble with single targets, components or items does not count.</summary>
    public bool IsReady => !Findings.Any(finding => finding is { Severity: HealthSeverity.Failure, Area: not (HealthArea.Targets or HealthArea.Work) });

    /// <summary>Whether nobody has to act.</summary>
    public bool IsGreen => Findings.All(finding => finding.Severity == HealthSeverity.Notice);
}

/// <summary>The connection test of a target.</summary>
/// <param name="Fqdn">The target.</param>
/// <param name="Steps">Its steps, each with its verdict (C4).</param>
public sealed record TargetTest(Fqdn Fqdn, IReadOnlyList<ConnectionStep> Steps);
