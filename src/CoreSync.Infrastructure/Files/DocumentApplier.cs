using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.Infrastructure.Files;

/// <summary>Applies documents: their bodies live in the store and become effective with its commit, so there is nothing to do beside checking them.</summary>
internal sealed class DocumentApplier : IItemApplier
{
    public ComponentKind Kind => ComponentKind.Documents;

    public Task<IReadOnlyList<ItemOutcome>> StageAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ItemOutcome>>(Refused(changes));

    public Task<IReadOnlyList<ItemOutcome>> ApplyAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ItemOutcome>>(Refused(changes));

    public Task TidyAsync(Component component, CancellationToken cancellationToken) => Task.CompletedTask;

    private static List<ItemOutcome> Refused(IReadOnlyList<IncomingChange> changes)
    {
        var outcomes = new List<ItemOutcome>();
        foreach (var change in changes)
        {
            if (ChangeVerdict.OnDocument(change.Change.Item) is { } error)
                outcomes.Add(ChangeVerdict.Rejected(change, error));
        }

        return outcomes;
    }
}
