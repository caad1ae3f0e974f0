using CoreSync.Application.Cores;
using CoreSync.Bundles;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Bundles;

/// <summary>Writes down, signed, where an import brought this core, for its source (B3).</summary>
internal sealed class BundleReceipts(IBundleFiles files, ILocalCore local, TimeProvider time)
{
    private const int MaxText = 500;

    public Result<ImportedBundle> Write(string file, ImportedBundle done)
    {
        var written = files.WriteReceipt(file, Of(done));
        return written.IsFailed ? written.ToResult<ImportedBundle>() : done with { Receipt = file };
    }

    private BundleReceipt Of(ImportedBundle done)
    {
        var refused = done.Items.Where(item => item.Action is ImportAction.Reject or ImportAction.Conflict)
            .Select(item => new RefusedItem(
                item.Item, item.Component, item.Action == ImportAction.Conflict ? ItemOutcomeKind.Conflict : ItemOutcomeKind.Rejected, item.Code,
                item.Message.Length <= MaxText ? item.Message : item.Message[..MaxText]))
            .ToList();
        // Too many to be told one by one: their components are sent again from where they stood.
        var untold = refused.Count > BundleReceipt.MaxRefused ? refused.Select(item => item.Component).ToHashSet() : [];
        var positions = done.Positions.Where(one => !untold.Contains(one.Key)).OrderBy(one => one.Key.Value, StringComparer.Ordinal);
        return new BundleReceipt(
            done.Manifest.Id, local.Current.Id, local.Current.Name.Ascii, done.Manifest.Source.Core, done.Manifest.Source.StoreId, time.GetUtcNow(),
            [.. positions.Select(one => new ReceivedComponent(one.Key, one.Value.Sequence, one.Value.Mark))], untold.Count > 0 ? [] : refused);
    }
}
