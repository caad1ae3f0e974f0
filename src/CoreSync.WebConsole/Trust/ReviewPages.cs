using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Trust;
using CoreSync.WebConsole.Shell;
using CoreSync.WebConsole.Targets;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Trust;

/// <summary>Where a person decides about a certificate, one core at a time (T4, T7). The form carries the fingerprint of what was shown, and nothing else is authorised.</summary>
internal static class ReviewPages
{
    // For the history, which is the same for readers of every language.
    private const string ByPaste = "fingerprint pasted";

    public static void Map(ConsoleMap map)
    {
        map.Page("targets/{fqdn}/review", Rights.View, exchange => ShowAsync(exchange, Answer.None));
        map.Page("targets/{fqdn}/certificate.pem", Rights.View, PemAsync);
        map.Act("targets/{fqdn}/probe", Rights.Edit, ProbeAsync);
        map.Act("targets/{fqdn}/trust", Rights.Trust, TrustAsync);
        map.Act("targets/{fqdn}/decline", Rights.Trust, DeclineAsync);
        map.Act("targets/{fqdn}/approve-next", Rights.Trust, ApproveAsync);
        map.Page("targets/{fqdn}/remove-trust", Rights.Trust, exchange => TargetForms.ConfirmAsync(exchange, "remove-trust"));
        map.Act("targets/{fqdn}/remove-trust", Rights.Trust, RemoveAsync);
        TrustHistoryPages.Map(map);
    }

    private sealed record Answer(CoreSyncError? Refused = null, string? Fault = null, string? Pasted = null, bool IsOther = false, string? Reason = null)
    {
        public static Answer None { get; } = new();
    }

    private static async Task<IResult> ShowAsync(Exchange exchange, Answer answer)
    {
        var name = exchange.Route("fqdn");
        var target = await exchange.AskAsync(new ShowTargetCore(name)).ConfigureAwait(false);
        if (target.IsFailed)
            return await exchange.FailAsync(target.FirstError()).ConfigureAwait(false);
        var trust = await exchange.AskAsync(new ShowTrust(name)).ConfigureAwait(false);
        if (trust.IsFailed)
            return await exchange.FailAsync(trust.FirstError()).ConfigureAwait(false);
        var status = answer.Refused is { } refused ? Exchange.StatusOf(refused) : answer.Fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        return await exchange.PageAsync<ReviewPage>(exchange.View.T("review.page", target.Value.Target.Address.Fqdn.Display), Section.Targets, new()
        {
            [nameof(ReviewPage.Trust)] = trust.Value,
            [nameof(ReviewPage.Target)] = target.Value,
            [nameof(ReviewPage.Sighting)] = exchange.Note?.Attachment as CertificateSighting,
            [nameof(ReviewPage.FirstSeen)] = await FirstSeenAsync(exchange, trust.Value).ConfigureAwait(false),
            [nameof(ReviewPage.Refused)] = answer.Refused,
            [nameof(ReviewPage.Fault)] = answer.Fault,
            [nameof(ReviewPage.Pasted)] = answer.Pasted,
            [nameof(ReviewPage.IsOther)] = answer.IsOther,
            [nameof(ReviewPage.Reason)] = answer.Reason,
        }, [TargetPages.CrumbOf(target.Value)], status).ConfigureAwait(false);
    }

    private static async Task<DateTimeOffset?> FirstSeenAsync(Exchange exchange, TrustView trust)
    {
        if (trust.Shown is not { } shown)
            return null;
        var history = await exchange.AskAsync(new ReadTrustHistory(trust.Record.Fqdn.Ascii, Verify: false)).ConfigureAwait(false);
        return history.ValueOrDefault?.FirstOrDefault(entry => entry.Event.Fingerprint == shown.Fingerprint)?.At;
    }

    private static async Task<IResult> PemAsync(Exchange exchange)
    {
        var trust = await exchange.AskAsync(new ShowTrust(exchange.Route("fqdn"))).ConfigureAwait(false);
        if (trust.IsFailed)
            return await exchange.FailAsync(trust.FirstError()).ConfigureAwait(false);
        return trust.Value.Shown is { } shown
            ? Results.File(System.Text.Encoding.ASCII.GetBytes(CertificateFields.Pem(shown)), "application/x-pem-file", trust.Value.Record.Fqdn.Ascii + ".pem")
            : exchange.See($"targets/{trust.Value.Record.Fqdn.Ascii}/review");
    }

    private static async Task<IResult> ProbeAsync(Exchange exchange)
    {
        var name = exchange.Route("fqdn");
        var seen = await exchange.AskAsync(new ProbeCertificate(name)).ConfigureAwait(false);
        return exchange.See($"targets/{name}/review", seen, "done.probed", name);
    }

    private static async Task<IResult> TrustAsync(Exchange exchange)
    {
        var name = exchange.Route("fqdn");
        var answer = Read(exchange, out var reason);
        if (answer.Refused is not null || answer.Fault is not null)
            return await ShowAsync(exchange, answer).ConfigureAwait(false);
        var trusted = await exchange.AskAsync(new TrustTargetCore(name, exchange.Field("shown"), reason)).ConfigureAwait(false);
        return trusted.IsSuccess
            ? exchange.See("targets/" + name, Note.Done("done.trusted", name))
            : await ShowAsync(exchange, answer with { Refused = trusted.FirstError() }).ConfigureAwait(false);
    }

    // The browser compared already; what it says counts for nothing here.
    private static Answer Read(Exchange exchange, out string reason)
    {
        var pasted = exchange.Field("pasted");
        var answer = new Answer(Pasted: pasted, IsOther: exchange.IsTicked("other"), Reason: exchange.Field("reason"));
        reason = pasted.Length > 0 ? ByPaste : answer.Reason!;
        if (pasted.Length > 0)
        {
            var given = CertificateFingerprint.Parse(pasted);
            if (given.IsFailed)
                return answer with { Refused = given.FirstError() };
            var shown = CertificateFingerprint.Parse(exchange.Field("shown"));
            return shown.IsSuccess && shown.Value == given.Value ? answer : answer with { Fault = exchange.View.T("compare.differs") };
        }

        return answer.IsOther && answer.Reason!.Length > 0 ? answer : answer with { Fault = exchange.View.T(answer.IsOther ? "review.reason-needed" : "review.compare-needed") };
    }

    private static async Task<IResult> DeclineAsync(Exchange exchange)
    {
        var name = exchange.Route("fqdn");
        return exchange.See("targets/" + name, await exchange.AskAsync(new DeclineTrust(name, exchange.Field("reason"))).ConfigureAwait(false), "done.declined", name);
    }

    private static async Task<IResult> ApproveAsync(Exchange exchange)
    {
        var name = exchange.Route("fqdn");
        var given = CertificateFingerprint.Parse(exchange.Field("pasted"));
        if (given.IsFailed)
            return await ShowAsync(exchange, new Answer(Refused: given.FirstError())).ConfigureAwait(false);
        var approved = given.Value.ToString() == exchange.Field("shown")
            ? await exchange.AskAsync(new ApproveNextCertificate(name, exchange.Field("shown"), ByPaste)).ConfigureAwait(false)
            : null;
        if (approved is null)
            return await ShowAsync(exchange, new Answer(Fault: exchange.View.T("compare.differs"))).ConfigureAwait(false);
        return exchange.See($"targets/{name}/review", approved, "done.approved-next", name);
    }

    private static async Task<IResult> RemoveAsync(Exchange exchange)
    {
        var name = exchange.Route("fqdn");
        return exchange.See("targets/" + name, await exchange.AskAsync(new RemoveTrust(name, exchange.Field("reason"))).ConfigureAwait(false), "done.trust-removed", name);
    }
}
