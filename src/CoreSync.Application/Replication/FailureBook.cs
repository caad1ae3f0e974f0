using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;

namespace CoreSync.Application.Replication;

/// <summary>Counts how often a target refused an item, and says when it is offered again: soon when time can cure the reason, else at the slow cadence (J7).</summary>
internal sealed class FailureBook(IEnumerable<ItemFailure> before, RetryPolicy policy, IRandomSource random, TimeProvider time)
{
    private readonly Dictionary<ItemId, ItemFailure> known = before.ToDictionary(failure => failure.Item);

    /// <summary>The entry after one more refusal.</summary>
    public ItemFailure Count(ItemOutcome outcome, ComponentName component)
    {
        var now = time.GetUtcNow();
        var state = known.TryGetValue(outcome.Item, out var failure) ? failure.Retries : RetryState.None;
        // What waits for a person is no failure: it is asked about at its own cadence, and this is only for when nobody asks.
        if (outcome.Kind == ItemOutcomeKind.Conflict)
            return new ItemFailure(outcome.Item, component, outcome.Kind, outcome.Code, outcome.Message, state.Failed + 1, now, now + policy.Probe(random.NextDouble()));
        var next = state.Fail(PassingCodes.Contains(outcome.Code), outcome.Code, outcome.Message, policy, now, random.NextDouble());
        return new ItemFailure(outcome.Item, component, outcome.Kind, outcome.Code, outcome.Message, next.Failed, now, next.NextAt, next.QuarantinedSince);
    }
}
