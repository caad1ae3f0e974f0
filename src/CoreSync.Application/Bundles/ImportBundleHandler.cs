using CoreSync.Accounts;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Verification;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Bundles;

internal sealed class ImportBundleHandler(
    BundleIntake intake, BundleApplication application, BundleTurn turn, BundleReceipts receipts, IBundleStore bundles, TimeProvider time, ICurrentActor acting,
    ILogger<ImportBundleHandler> logger) : IRequestHandler<ImportBundle, Result<ImportedBundle>>
{
    public async Task<Result<ImportedBundle>> Handle(ImportBundle request, CancellationToken cancellationToken)
    {
        var usage = Usage(request);
        if (usage.IsFailed)
            return usage.ToResult<ImportedBundle>();
        var admitted = await AdmitAsync(request, cancellationToken).ConfigureAwait(false);
        if (admitted.IsFailed)
        {
            BundleLog.BundleRefused(logger, request.File, admitted.FirstError().Code, admitted.FirstError().Message);
            return admitted.ToResult<ImportedBundle>();
        }

        using var bundle = admitted.Value;
        var answer = new ImportedBundle(bundle.Manifest, bundle.Reader.Signer, false, request.PlanOnly, 0, 0, 0, [], new Dictionary<ComponentName, Checkpoint>(), null);
        var importer = new Account(acting.Actor.Name, Rights.ConsoleAdministrator, [], "");
        if (request.PlanOnly)
        {
            var planned = await application.PlanAsync(bundle, importer, request, cancellationToken).ConfigureAwait(false);
            return planned.IsFailed ? planned.ToResult<ImportedBundle>() : Planned(answer, [.. planned.Value.Select(Of)]);
        }

        if (bundle.IsNewSigner)
            await RememberAsync(bundle, cancellationToken).ConfigureAwait(false);
        using var held = await turn.TakeAsync(cancellationToken).ConfigureAwait(false);
        var applied = request.Mode == ImportMode.Update
            ? await application.UpdateAsync(bundle, importer, cancellationToken).ConfigureAwait(false)
            : await application.InsertAsync(bundle, importer, request, cancellationToken).ConfigureAwait(false);
        if (applied.IsFailed)
            return applied.ToResult<ImportedBundle>();
        var done = applied.Value;
        BundleLog.BundleImported(logger, bundle.Manifest.Id, bundle.Manifest.Source.Core.ShortText, request.Mode.ToString(), done.Applied, done.Skipped, done.Exceptions.Count);
        answer = answer with
        {
            IsRemembered = bundle.IsNewSigner,
            Applied = done.Applied,
            Skipped = done.Skipped,
            Bytes = done.Bytes,
            Items = done.Exceptions,
            Positions = done.Positions,
        };
        return request.Receipt is null ? answer : receipts.Write(request.Receipt, answer);
    }

    private static Result Usage(ImportBundle request)
    {
        var chooses = request.Group is not null || request.Owner is not null;
        if (request.Mode == ImportMode.Insert && !chooses)
            return Result.Fail(new UsageInvalidError("--mode insert needs --group or --owner; insert-as-file keeps those of the file"));
        if (request.Mode != ImportMode.Insert && chooses)
            return Result.Fail(new UsageInvalidError("--group and --owner go with --mode insert"));
        if (request.Receipt is not null && (request.Mode != ImportMode.Update || request.PlanOnly))
            return Result.Fail(new UsageInvalidError("--receipt goes with --mode update and without --dry-run"));
        return Result.Ok();
    }

    private static ImportedBundle Planned(ImportedBundle answer, IReadOnlyList<ImportedItem> items)
    {
        var done = items.Where(item => item.Action is ImportAction.Create or ImportAction.Update or ImportAction.Delete or ImportAction.Release).ToList();
        return answer with { Applied = done.Count, Skipped = items.Count(item => item.Action == ImportAction.Skip), Bytes = done.Sum(item => item.Bytes), Items = items };
    }

    private static ImportedItem Of(PlanLine line) =>
        new(line.Item.Id, line.Item.Component, line.Item.Name, ActionOf(line.Change.Verb), line.Change.Bytes, line.Change.Code, line.Change.Message)
        {
            NewName = line.Change.Name,
            Replaces = line.Change.Replaces,
            Because = line.Because,
        };

    private static ImportAction ActionOf(PlanVerb verb) => verb switch
    {
        PlanVerb.Create => ImportAction.Create,
        PlanVerb.Update => ImportAction.Update,
        PlanVerb.Release => ImportAction.Release,
        PlanVerb.Delete => ImportAction.Delete,
        PlanVerb.Conflict => ImportAction.Conflict,
        PlanVerb.Reject => ImportAction.Reject,
        _ => ImportAction.Skip,
    };

    private async Task<Result<AdmittedBundle>> AdmitAsync(ImportBundle request, CancellationToken cancellationToken)
    {
        try
        {
            return await intake.AdmitAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (CoreSyncException refused)
        {
            return Result.Fail(refused.Error);
        }
    }

    private async Task RememberAsync(AdmittedBundle bundle, CancellationToken cancellationToken)
    {
        var actor = acting.Actor;
        var signer = new RememberedSigner(bundle.Reader.Signer, bundle.Reader.SignerSubject, bundle.Manifest.Source.Core, time.GetUtcNow(), actor.Name);
        await bundles.RememberAsync(signer, cancellationToken).ConfigureAwait(false);
        BundleLog.SignerRemembered(logger, actor.Name, signer.Fingerprint.ToString(), signer.Core.ShortText);
    }
}
