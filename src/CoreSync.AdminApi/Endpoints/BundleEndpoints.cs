using System.Globalization;
using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Bundles;
using CoreSync.Bundles;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>Items in files: an export is streamed to the caller, an import is sent by it. Neither is kept here.</summary>
internal static class BundleEndpoints
{
    /// <summary>The largest bundle through the API; larger ones go by the command line. What is imported is limited further by <c>bundle.max-gib</c>.</summary>
    public const long MaxBundleBytes = 64L * 1024 * 1024 * 1024;

    private const string MediaType = "application/octet-stream";

    public static void Map(ApiMap api)
    {
        api.Post("/bundles/export", Rights.Edit, "Streams a bundle: the feed of components, or chosen items with what they need.", ExportAsync, AdminScope.Nothing)
            .Reads<ExportBody>().AnswersBytes(MediaType).Fails("component.not-found", "item.not-found", "content.unstable", "store.full");
        api.Post("/bundles/import", Rights.ConsoleAdministrator, "Imports the bundle that is sent, or plans it. It is verified as a whole before anything is applied.", ImportAsync, maxBodyBytes: MaxBundleBytes)
            .ReadsBytes(MediaType).Takes("mode", "update, insert or insertAsFile.").Takes("group", "The group of all items; with insert.").Takes("owner", "The owner of all items; with insert.")
            .Takes("plan", "true tells what would happen and writes nothing.").Takes("fingerprint", "Of the certificate that signed, as a person compared it.")
            .Answers(ApiShapes.Imported)
            .Fails("bundle.malformed", "bundle.damaged", "bundle.version-unknown", "bundle.signer-unknown", "bundle.signer-mismatch", "bundle.gap", "bundle.too-large", "bundle.source-mismatch");
        api.Post("/bundles/receipts", Rights.ConsoleAdministrator, "Takes in a receipt: the signed word of a target moves its checkpoint.", ReceiptAsync, maxBodyBytes: 64 * 1024 * 1024)
            .ReadsBytes(MediaType).Answers(ApiShapes.Receipt).Fails("bundle.malformed", "bundle.receipt-not-trusted", "bundle.receipt-old");
        api.Get("/signers", Rights.View, "Lists signers of bundles that were authorised by a fingerprint.",
            exchange => exchange.AnswerListAsync(new ListSigners(), "signer-list", BundleJson.Signer)).Answers(ApiShapes.Signers);
        api.Delete("/signers/{fingerprint}", Rights.Trust, "Forgets a signer: its bundles are refused from now on.",
            exchange => exchange.DoAsync(new ForgetSigner(exchange.Route("fingerprint")))).Fails("bundle.signer-not-found", "trust.fingerprint-malformed");
    }

    private static async Task ExportAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<ExportBody>().ConfigureAwait(false);
        using var file = ApiFile.Reserve(exchange.Context);
        var done = await exchange.AskAsync(new ExportBundle(file.Path, body.Components ?? [], body.Items ?? [], body.Since)).ConfigureAwait(false);
        var headers = exchange.Context.Response.Headers;
        headers["CoreSync-Signer"] = done.Bundle.Signer.ToString();
        headers["CoreSync-Changes"] = done.Bundle.Manifest.Totals.Changes.ToString(CultureInfo.InvariantCulture);
        headers["CoreSync-Left-Out"] = done.LeftOut.Count.ToString(CultureInfo.InvariantCulture);
        if (done.Next is { } next)
            headers["CoreSync-Next"] = next.Value.ToString(CultureInfo.InvariantCulture);
        await file.SendAsync(exchange.Context, MediaType, $"{done.Bundle.Manifest.Id:D}.coresync").ConfigureAwait(false);
    }

    private static async Task ImportAsync(AdminExchange exchange)
    {
        var mode = exchange.Choice<ImportMode>("mode") ?? throw AdminExchange.Invalid("mode is needed: update, insert or insertAsFile");
        var hasGroup = exchange.Query("group") is not null || exchange.Query("owner") is not null;
        if (mode == ImportMode.Insert != hasGroup)
            throw AdminExchange.Invalid("group or owner belong to the mode insert, which needs one of them");
        using var file = await ApiFile.ReceiveAsync(exchange.Context).ConfigureAwait(false);
        var request = new ImportBundle(file.Path, mode, exchange.Query("group"), exchange.Query("owner"), exchange.Flag("plan"), exchange.Query("fingerprint"));
        await exchange.AnswerAsync(request, exchange.Flag("plan") ? "import-plan" : "import", BundleJson.Imported).ConfigureAwait(false);
    }

    private static async Task ReceiptAsync(AdminExchange exchange)
    {
        using var file = await ApiFile.ReceiveAsync(exchange.Context).ConfigureAwait(false);
        await exchange.AnswerAsync(new TakeReceipt(file.Path), "import-receipt", BundleJson.Taken).ConfigureAwait(false);
    }
}

/// <summary>What to export.</summary>
/// <param name="Components">Components; all if neither they nor items are given.</param>
/// <param name="Items">Ids of chosen items, with what they need.</param>
/// <param name="Since">Only what changed after this sequence, which an earlier export told; not with items.</param>
internal sealed record ExportBody(IReadOnlyList<string>? Components = null, IReadOnlyList<string>? Items = null, long? Since = null);
