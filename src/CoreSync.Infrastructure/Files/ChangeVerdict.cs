using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Infrastructure.Files;

/// <summary>Judges a received item by itself, before anything is touched: what another core sends is hostile.</summary>
internal static class ChangeVerdict
{
    /// <summary>Why a document component refuses the item; null when it does not.</summary>
    public static CoreSyncError? OnDocument(Item item) =>
        item.Kind != ItemKind.Document ? new ItemInvalidError(item.Name, "a component of documents holds no files") : Error(item.Validate());

    /// <summary>Why a files component refuses the change; null when it does not.</summary>
    public static CoreSyncError? OnFile(Component component, ItemChange change)
    {
        var item = change.Item;
        if (item.Kind is not (ItemKind.File or ItemKind.Directory or ItemKind.Link))
            return new ItemInvalidError(item.Name, "a component of files holds no documents");
        if (change.Kind != ChangeKind.Upsert)
            return null;
        if (Error(item.Validate()) is { } error)
            return error;
        if ((item.Size == 0) != (item.Hash == ContentHash.Empty) || (item.Size != 0 && item.Kind != ItemKind.File))
            return new ItemInvalidError(item.Name, "its size and its hash contradict one another");
        if (change.Content is { } content && content.Length != item.Size)
            return new ItemInvalidError(item.Name, "its content does not have its size");
        if (item.Kind != ItemKind.Link)
            return null;
        if (!component.Files!.RecordLinks)
            return new ItemRejectedError(item.Name, "this component takes no symbolic links");
        return LinkTarget.Refusal(item.Name, item.LinkTarget) is { } reason ? new PathInvalidError(item.Name, reason) : null;
    }

    /// <summary>The outcome of a refusal.</summary>
    public static ItemOutcome Rejected(IncomingChange change, CoreSyncError error, ItemOutcomeKind kind = ItemOutcomeKind.Rejected) =>
        new(change.Change.Item.Id, change.Change.Sequence, kind, error.Code, error.Message);

    /// <summary>The outcome of content that is not there.</summary>
    public static ItemOutcome Missing(IncomingChange change) => new(change.Change.Item.Id, change.Change.Sequence, ItemOutcomeKind.ContentMissing, "", "");

    private static CoreSyncError? Error(Result result) => result.IsFailed ? (CoreSyncError)result.Errors[0] : null;
}
