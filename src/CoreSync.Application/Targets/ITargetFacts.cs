using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Trust;

namespace CoreSync.Application.Targets;

/// <summary>Reads what the store knows about many target cores in one look.</summary>
public interface ITargetFacts
{
    /// <summary>The facts of each, in the order of the questions.</summary>
    Task<IReadOnlyList<StoredFacts>> ReadAsync(IReadOnlyList<TargetQuestion> targets, CancellationToken cancellationToken);
}

/// <summary>What is asked about a target core.</summary>
/// <param name="Target">The target.</param>
/// <param name="KnownCore">The core behind it, whose own items never wait for it; null before the first trusted contact.</param>
/// <param name="Components">The components that go there: what waits is counted in these.</param>
public sealed record TargetQuestion(TargetId Target, CoreId? KnownCore, IReadOnlyList<ComponentName> Components);

/// <summary>What the store knows about a target core besides its entry.</summary>
/// <param name="Trust">What was decided about its certificate; null when there is no record.</param>
/// <param name="Waiting">Changes that it has not acknowledged.</param>
/// <param name="Failed">Items that it refused and that wait for no person.</param>
/// <param name="Conflicts">Items that wait for a person there.</param>
/// <param name="Quarantined">Refused items that are offered at the slow cadence only.</param>
public sealed record StoredFacts(TrustRecord? Trust, long Waiting, int Failed, int Conflicts, int Quarantined);
