using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using CoreSync.Replication;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Files;

/// <summary>Applies documents: their bodies live in the store and become effective with its commit, so there is nothing to do beside checking them.</summary>
internal sealed class DocumentApplier(IOptions<CoreSyncOptions> options) : IItemApplier
{
    public ComponentKind Kind => ComponentKind.Documents;

    public Task<IReadOnlyList<ItemOutcome>> StageAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ItemOutcome>>(Refused(changes));

    public Task<IReadOnlyList<ItemOutcome>> ApplyAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken)
    {
        // Content that came apart is in the inbox row by now.
        var apart = changes.Where(change => change.Change is { Kind: ChangeKind.Upsert, Content.Length: > ItemLimits.MaxInlineBytes }).ToList();
        if (apart.Count > 0)
            Discard(component, apart);
        return Task.FromResult<IReadOnlyList<ItemOutcome>>(Refused(changes));
    }

    public Task TidyAsync(Component component, CancellationToken cancellationToken) => Task.CompletedTask;

    private void Discard(Component component, List<IncomingChange> changes)
    {
        using var area = ReceiveArea.Find(component, options.Value.DataDirectory);
        try
        {
            foreach (var change in changes)
                StagedFiles.Remove(area!.Staging, ReceiveArea.ContentName(change.Change.Item.Hash));
        }
        catch (FileFaultException)
        {
            // It only takes space until it is purged.
        }
    }

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
