using CoreSync.Application.Targets;
using CoreSync.Errors;

namespace CoreSync.Application.Health;

/// <summary>Looks at one part of a core. Hosts and adapters register theirs beside those of the use cases.</summary>
public interface IHealthProbe
{
    /// <summary>What it looks at; a probe that fails itself is a finding of that area.</summary>
    HealthArea Area { get; }

    /// <summary>Notes facts and findings; must be quick unless <see cref="HealthNotes.IsDeep"/>.</summary>
    /// <exception cref="CoreSyncException">The store or disk failed: the error becomes a finding.</exception>
    Task LookAsync(HealthNotes notes, CancellationToken cancellationToken);
}

/// <summary>Collects what the probes see in one look.</summary>
/// <param name="isDeep">Take the time that a thorough look needs.</param>
public sealed class HealthNotes(bool isDeep)
{
    private readonly List<HealthFact> facts = [];
    private readonly List<HealthFinding> findings = [];
    private readonly List<TargetView> targets = [];
    private readonly List<TargetTest> tests = [];

    /// <summary>Whether the look may read the whole store and connect to targets.</summary>
    public bool IsDeep => isDeep;

    /// <summary>The facts so far.</summary>
    public IReadOnlyList<HealthFact> Facts => facts;

    /// <summary>The findings so far.</summary>
    public IReadOnlyList<HealthFinding> Findings => findings;

    /// <summary>The targets seen so far.</summary>
    public IReadOnlyList<TargetView> Targets => targets;

    /// <summary>The connection tests so far.</summary>
    public IReadOnlyList<TargetTest> Tests => tests;

    /// <summary>Notes what was looked at.</summary>
    public void Fact(HealthArea area, string name, string value) => facts.Add(new HealthFact(area, name, value));

    /// <summary>Notes something that is not green.</summary>
    public void Find(HealthFinding finding) => findings.Add(finding);

    /// <summary>Notes something that is not green.</summary>
    public void Find(HealthArea area, HealthSeverity severity, CoreSyncError error, DateTimeOffset? since = null, string subject = "") =>
        findings.Add(new HealthFinding(area, severity, error, since, subject));

    /// <summary>Notes a target core as it is.</summary>
    public void Target(TargetView view) => targets.Add(view);

    /// <summary>Notes the connection test of a target.</summary>
    public void Test(TargetTest test) => tests.Add(test);
}
