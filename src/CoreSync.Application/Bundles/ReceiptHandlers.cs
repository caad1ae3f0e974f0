using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Bundles;

internal sealed class LookAtFileHandler(IBundleFiles files) : IRequestHandler<LookAtFile, Result<bool>>
{
    public Task<Result<bool>> Handle(LookAtFile request, CancellationToken cancellationToken) => Task.FromResult(files.IsReceipt(request.File));
}

internal sealed class TakeReceiptHandler(
    IBundleFiles files, IBundleStore bundles, BundleSigners signers, ICheckpointStore checkpoints, ICatalogue catalogue, ISettingStore settings, ILocalCore local,
    IRandomSource random, TimeProvider time, ILogger<TakeReceiptHandler> logger) : IRequestHandler<TakeReceipt, Result<TakenReceipt>>
{
    public async Task<Result<TakenReceipt>> Handle(TakeReceipt request, CancellationToken cancellationToken)
    {
        var taken = await TakeAsync(request.File, cancellationToken).ConfigureAwait(false);
        if (taken.IsFailed && taken.FirstError() is not ReceiptOldError)
            BundleLog.BundleRefused(logger, request.File, taken.FirstError().Code, taken.FirstError().Message);
        return taken;
    }

    private async Task<Result<TakenReceipt>> TakeAsync(string file, CancellationToken cancellationToken)
    {
        var read = files.ReadReceipt(file);
        if (read.IsFailed)
            return read.ToResult<TakenReceipt>();
        var (receipt, signer) = read.Value;
        // A checkpoint is about one target of this core: no other signer can speak of it, remembered or not.
        if (await signers.TargetOfAsync(signer, cancellationToken).ConfigureAwait(false) is not { } target)
            return Result.Fail(new ReceiptNotTrustedError(file, receipt.TargetName, signer.ToString()));
        if (target.KnownCore is { } known && known != receipt.Target)
            return Result.Fail(new BundleSourceMismatchError(file, receipt.Target.ToString(), known.ToString()));
        if (await ForeignAsync(receipt, cancellationToken).ConfigureAwait(false) is { } reason)
            return Result.Fail(new ReceiptForeignError(file, reason));

        var moved = new Dictionary<ComponentName, Checkpoint>();
        foreach (var component in receipt.Components)
        {
            var ours = await checkpoints.FindAsync(target.Id, component.Name, cancellationToken).ConfigureAwait(false);
            if (ours.StoreId != receipt.StoreId || ours.Sequence < component.Sequence)
                moved[component.Name] = new Checkpoint(receipt.StoreId, component.Sequence) { Mark = component.Mark };
        }

        if (moved.Count == 0)
            return Result.Fail(new ReceiptOldError(file, target.Address.Fqdn.Ascii));
        await RecordAsync(target, receipt, moved, cancellationToken).ConfigureAwait(false);
        BundleLog.ReceiptTaken(logger, target.Address.Fqdn.Ascii, receipt.Bundle, moved.Count, receipt.Refused.Count);
        return new TakenReceipt(target.Address.Fqdn, moved.ToDictionary(one => one.Key, one => one.Value.Sequence), receipt.Refused);
    }

    private async Task<string?> ForeignAsync(BundleReceipt receipt, CancellationToken cancellationToken)
    {
        if (receipt.Source != local.Current.Id)
            return $"it is about core {receipt.Source}";
        if (receipt.StoreId != local.Current.StoreId)
            return "it is about an earlier store of this core";
        var exported = await bundles.ExportAsync(receipt.Bundle, cancellationToken).ConfigureAwait(false);
        if (exported.Count == 0)
            return $"no bundle {receipt.Bundle} was exported here";
        if (receipt.Components.FirstOrDefault(component => !exported.ContainsKey(component.Name)) is { } unknown)
            return $"bundle {receipt.Bundle} held no component {unknown.Name}";
        var head = await catalogue.HeadAsync(cancellationToken).ConfigureAwait(false);
        return receipt.Components.FirstOrDefault(component => component.Sequence > head) is { } beyond
            ? $"component {beyond.Name} cannot stand at {beyond.Sequence}: the newest sequence of this core is {head}"
            : null;
    }

    // Refusals first: a crash in between offers those items once more, which harms nobody.
    private async Task RecordAsync(CoreServer target, BundleReceipt receipt, Dictionary<ComponentName, Checkpoint> moved, CancellationToken cancellationToken)
    {
        var before = await checkpoints.FailuresAsync(target.Id, cancellationToken).ConfigureAwait(false);
        var book = new FailureBook(before, await settings.ReadRetryPolicyAsync(cancellationToken).ConfigureAwait(false), random, time);
        var failures = receipt.Refused.Where(item => moved.ContainsKey(item.Component) || receipt.Components.All(component => component.Name != item.Component))
            .Select(item => book.Count(new ItemOutcome(item.Item, Sequence.Zero, item.Kind, item.Code, item.Message), item.Component)).ToList();
        await checkpoints.SaveFailuresAsync(target.Id, failures, [], cancellationToken).ConfigureAwait(false);
        foreach (var (component, checkpoint) in moved)
            await checkpoints.SaveAsync(target.Id, component, checkpoint, cancellationToken).ConfigureAwait(false);
    }
}
