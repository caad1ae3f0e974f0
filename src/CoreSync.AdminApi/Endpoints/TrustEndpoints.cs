using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Lists;
using CoreSync.Application.Trust;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>Certificates: what waits for a person, what a person decides, and the history of it. A fingerprint authorises; nothing else does (T7, T8).</summary>
internal static class TrustEndpoints
{
    private const string One = "/targets/{fqdn}/trust";
    private const string Pem = "application/x-pem-file";

    public static void Map(ApiMap api)
    {
        api.Get("/trust/pending", Rights.View, "Lists the certificates that wait for a person.",
            exchange => exchange.AnswerListAsync(new ListPendingReviews(), "trust-pending", CoreJson.Trust)).Answers(ApiShapes.TrustPending);
        api.Get("/trust/history", Rights.View, "Reads the history of trust, oldest first.", HistoryAsync)
            .Takes("target", "Only of this core.").Takes("verify", "true also checks the hash chain over all entries.").Takes("page", "Which page, from 1.")
            .Takes("size", "Entries per page: 1 to 500, 50 if not given.").Answers(ApiShapes.TrustHistory).Fails("trust.history-broken", "target.name-invalid");
        api.Get(One, Rights.View, "Shows what is recorded about the trust in a core, without contact.",
            exchange => exchange.AnswerAsync(new ShowTrust(exchange.Route("fqdn")), "trust-show", CoreJson.Trust)).Answers(ApiShapes.Trust.Named("trust-show")).Fails("target.not-found");
        api.Post(One + "/probe", Rights.Edit, "Looks at the certificate that the core presents now; asks nobody and authorises nothing.",
            exchange => exchange.AnswerAsync(new ProbeCertificate(exchange.Route("fqdn")), "trust-show", CoreJson.Trust))
            .Answers(ApiShapes.Trust.Named("trust-show")).Fails("target.not-found", "target.unreachable", "target.name-not-resolved", "target.timeout", "target.not-tls");
        api.Post(One + "/accept", Rights.Trust, "Authorises exactly the certificate with this fingerprint, provided the core presents it now.", AcceptAsync)
            .Reads<AcceptBody>().Answers(ApiShapes.Trust.Named("trust-accept"))
            .Fails("target.not-found", "trust.fingerprint-mismatch", "trust.fingerprint-malformed", "trust.fingerprint-sha1", "trust.concurrent-change", "target.unreachable");
        api.Post(One + "/decline", Rights.Trust, "Answers No: synchronisation with that core does not work.", DeclineAsync)
            .Reads<ReasonBody>().Answers(ApiShapes.Trust.Named("trust-decline")).Fails("target.not-found", "trust.concurrent-change");
        api.Post(One + "/remove", Rights.Trust, "Removes trust, at once and on open connections too.", RemoveAsync)
            .Reads<ReasonBody>().Answers(ApiShapes.Trust.Named("trust-remove")).Fails("target.not-found", "trust.concurrent-change");
        api.Post(One + "/approve-next", Rights.Trust, "Approves the certificate that a trusted core announced.", ApproveNextAsync)
            .Reads<AcceptBody>().Answers(ApiShapes.Trust.Named("trust-approve-next")).Fails("target.not-found", "trust.nothing-announced", "trust.fingerprint-mismatch");
        api.Put(One + "/certificate", Rights.Trust, "Authorises the certificate that is sent, before or without contact.", CertificateAsync)
            .ReadsBytes(Pem).Takes("reason", "Why, for the history.").Answers(ApiShapes.Trust.Named("trust-accept")).Fails("target.not-found", "trust.certificate-unreadable");
        MapClients(api);
    }

    private static void MapClients(ApiMap api)
    {
        api.Get("/clients", Rights.View, "Lists the cores that present, or ask to present, their certificate here.",
            exchange => exchange.AnswerListAsync(new ListClients(), "keys-list", CoreJson.Client)).Answers(ApiShapes.Clients);
        api.Post("/clients/{core}/accept", Rights.Trust, "Enrols a core that waits, by exactly the certificate that it presented.", AcceptClientAsync)
            .Reads<AcceptClientBody>().Answers(ApiShapes.Client.Named("keys-accept")).Fails("keys.client-not-found", "keys.nothing-pending", "trust.fingerprint-mismatch", "account.not-found");
        api.Post("/clients/{core}/remove", Rights.Trust, "Ends the enrolment of a core.", RemoveClientAsync)
            .Reads<ReasonBody>().Answers(ApiShapes.Client.Named("keys-remove")).Fails("keys.client-not-found");
        api.Get("/keys", Rights.View, "Gives the public part of this core's keys for another administrator.", ExportKeysAsync).AnswersBytes("text/plain");
        api.Post("/keys", Rights.Trust, "Takes the public keys of another core: enrols it as a source, or authorises it as a target.", ImportKeysAsync)
            .ReadsBytes("text/plain").Takes("account", "The account that it signs in with.").Takes("fingerprint", "What its administrator told.")
            .Takes("as", "source, target or both.").Answers(ApiShapes.KeysImport).Fails("keys.file-invalid", "trust.fingerprint-mismatch", "account.not-found", "target.is-self");
    }

    private static async Task HistoryAsync(AdminExchange exchange)
    {
        // The chain goes over all entries, whatever is shown.
        var isVerified = exchange.Flag("verify");
        if (isVerified)
            await exchange.AskAsync(new ReadTrustHistory(null, Verify: true)).ConfigureAwait(false);
        var page = await exchange.AskAsync(new PageTrustHistory(exchange.Query("target"), Newest: false, exchange.Page())).ConfigureAwait(false);
        await exchange.AnswerAsync("trust-history", new JsonObject
        {
            ["verified"] = isVerified ? true : null,
            ["items"] = Json.List(page.Items, CoreJson.HistoryEntry),
            ["page"] = page.Number,
            ["size"] = page.Size,
            ["total"] = page.Total,
        }).ConfigureAwait(false);
    }

    private static async Task AcceptAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<AcceptBody>().ConfigureAwait(false);
        await exchange.AnswerAsync(new TrustTargetCore(exchange.Route("fqdn"), body.Fingerprint, body.Reason ?? ""), "trust-accept", CoreJson.Trust).ConfigureAwait(false);
    }

    private static async Task DeclineAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<ReasonBody>().ConfigureAwait(false);
        await exchange.AnswerAsync(new DeclineTrust(exchange.Route("fqdn"), body.Reason ?? ""), "trust-decline", CoreJson.Trust).ConfigureAwait(false);
    }

    private static async Task RemoveAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<ReasonBody>().ConfigureAwait(false);
        await exchange.AnswerAsync(new RemoveTrust(exchange.Route("fqdn"), body.Reason ?? ""), "trust-remove", CoreJson.Trust).ConfigureAwait(false);
    }

    private static async Task ApproveNextAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<AcceptBody>().ConfigureAwait(false);
        await exchange.AnswerAsync(new ApproveNextCertificate(exchange.Route("fqdn"), body.Fingerprint, body.Reason ?? ""), "trust-approve-next", CoreJson.Trust).ConfigureAwait(false);
    }

    private static async Task CertificateAsync(AdminExchange exchange)
    {
        using var file = await ApiFile.ReceiveAsync(exchange.Context).ConfigureAwait(false);
        await exchange.AnswerAsync(new TrustCertificateFile(exchange.Route("fqdn"), file.Path, exchange.Query("reason") ?? ""), "trust-accept", CoreJson.Trust).ConfigureAwait(false);
    }

    private static async Task AcceptClientAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<AcceptClientBody>().ConfigureAwait(false);
        await exchange.AnswerAsync(new AcceptClient(exchange.Route("core"), body.Fingerprint, body.Account, body.Reason ?? ""), "keys-accept", CoreJson.Client).ConfigureAwait(false);
    }

    private static async Task RemoveClientAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<ReasonBody>().ConfigureAwait(false);
        await exchange.AnswerAsync(new RemoveClient(exchange.Route("core"), body.Reason ?? ""), "keys-remove", CoreJson.Client).ConfigureAwait(false);
    }

    private static async Task ExportKeysAsync(AdminExchange exchange)
    {
        var text = await exchange.AskAsync(new ExportKeys()).ConfigureAwait(false);
        exchange.Context.Response.ContentType = "text/plain; charset=utf-8";
        await exchange.Context.Response.WriteAsync(text, exchange.Aborted).ConfigureAwait(false);
    }

    private static async Task ImportKeysAsync(AdminExchange exchange)
    {
        using var file = await ApiFile.ReceiveAsync(exchange.Context).ConfigureAwait(false);
        var request = new ImportKeys(file.Path, exchange.Query("account"), exchange.Query("fingerprint"), exchange.Choice<KeysPurpose>("as"));
        await exchange.AnswerAsync(request, "keys-import", CoreJson.ImportedKeys).ConfigureAwait(false);
    }
}

/// <summary>An authorisation.</summary>
/// <param name="Fingerprint">SHA-256 of the certificate that the person compared.</param>
/// <param name="Reason">Why, for the history.</param>
internal sealed record AcceptBody(string Fingerprint, string? Reason = null);

/// <summary>A decision about trust.</summary>
/// <param name="Reason">Why, for the history.</param>
internal sealed record ReasonBody(string? Reason = null);

/// <summary>An enrolment.</summary>
/// <param name="Fingerprint">SHA-256 of the certificate that the person compared.</param>
/// <param name="Account">The account that belongs to it; the one that it signed in with if not given.</param>
/// <param name="Reason">Why, for the history.</param>
internal sealed record AcceptClientBody(string Fingerprint, string? Account = null, string? Reason = null);
