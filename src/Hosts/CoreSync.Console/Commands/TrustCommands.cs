using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Console.Remote;
using CoreSync.Console.Trust;
using CoreSync.Errors;
using CoreSync.Trust;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class TrustCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(
        globals, "trust", Pending(globals), ShowVerb(globals), Accept(globals), ApproveNext(globals), Decline(globals), Remove(globals), History(globals));

    private static Verb Pending(GlobalOptions globals) => Verb.Of(globals, "trust pending", [], async run =>
    {
        var reviews = await run.AskAsync(new ListPendingReviews());
        run.Answer("trust-pending", new JsonObject { ["items"] = Json.List(reviews, CoreJson.Trust) }, () =>
        {
            if (reviews.Count == 0)
            {
                run.Terminal.Note(T("trust.nothing-pending"));
                return;
            }

            run.Terminal.Table(
                [T("column.fqdn"), T("column.trusted"), T("column.problems"), T("column.seen"), T("field.fingerprint")],
                reviews.Select(view => new[]
                {
                    view.Record.Fqdn.Display, view.Record.Announced is { IsApproved: false } ? T("trusted.announced") : Show.Trusted(view.Record, view.IsInCertificateStore),
                    Show.Problems(view.Record.Announced?.Problems ?? view.Problems), Show.Time(view.Record.Announced?.SeenAt ?? view.Record.Pending?.SeenAt),
                    (view.Record.Announced is { IsApproved: false } next ? next.Certificate : view.Shown)?.Fingerprint.ToString() ?? "–",
                }));
        });
    },
    RemoteTargets.PendingAsync);

    private static Verb ShowVerb(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        return Verb.Of(globals, "trust show", [fqdn], async run =>
        {
            var view = await run.AskAsync(new ShowTrust(run.Get(fqdn)));
            if (view.Shown is null)
            {
                // Nothing to look at is recorded (trust was removed, or the core was never seen): look now.
                run.Terminal.Note(T("trust.looking", run.Get(fqdn)));
                view = await run.AskAsync(new ProbeCertificate(run.Get(fqdn)));
            }

            run.Answer("trust-show", CoreJson.Trust(view), () => Print(view));
        },
        (run, core) => RemoteTargets.ShowTrustAsync(run, core, run.Get(fqdn)));
    }

    private static void Print(TrustView view)
    {
        var facts = new List<(string, string?)>
        {
            (T("field.core"), view.Record.Fqdn.Display),
            (T("column.trusted"), Show.Trusted(view.Record, view.IsInCertificateStore)),
            (T("field.since"), view.Record.Since is null ? null : Show.Time(view.Record.Since)),
            (T("field.reasons"), Show.Problems(view.Problems)),
        };
        if (view.Shown is { } shown)
        {
            facts.AddRange(Show.Certificate(shown));
            facts.Add((T("field.fingerprint"), shown.Fingerprint.ToString()));
        }

        foreach (var problem in view.Problems)
            facts.Add((T("field.cure"), $"{Label(problem)}: {ApiTexts.CureOf(problem)}"));
        if (view.Record.Authorised is { } authorised)
            facts.Add((T("field.authorised"), T("trust.authorised-by", authorised.By, Show.Time(authorised.At))));
        if (view.Previous is { } previous && previous.Fingerprint != view.Shown?.Fingerprint)
        {
            facts.Add((T("field.previous"), previous.Fingerprint.ToString()));
            facts.Add((T("field.key-verdict"), T(view.IsSameKeyAsPrevious == true ? "trust.same-key" : "trust.new-key")));
        }

        if (view.Record.Announced is { } next)
        {
            facts.Add((T("field.announced"), next.Certificate.Fingerprint.ToString()));
            facts.Add((T("field.announced-valid"), $"{Show.Date(next.Certificate.NotBefore)} – {Show.Date(next.Certificate.NotAfter)}"));
            facts.Add((T("field.announced-problems"), Show.Problems(next.Problems)));
            facts.Add((T("field.announced-approved"), next.IsApproved ? T("trust.authorised-by", next.ApprovedBy!, Show.Time(next.ApprovedAt)) : T("no")));
        }

        Terminal.Facts(System.Console.Out, facts);
    }

    private static Verb ApproveNext(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        var fingerprint = Symbols.Required("--fingerprint", "FP");
        var reason = Symbols.Text("--reason", "TEXT");
        return Verb.Of(globals, "trust approve-next", [fqdn, fingerprint, reason], async run =>
        {
            var view = await run.AskAsync(new ApproveNextCertificate(run.Get(fqdn), run.Get(fingerprint)!, run.Get(reason) ?? ""));
            run.Answer("trust-approve-next", CoreJson.Trust(view), () => Terminal.Data(T("trust.next-approved", view.Record.Fqdn.Display)));
        });
    }

    private static Verb Accept(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        var fingerprint = Symbols.Text("--fingerprint", "FP");
        var reason = Symbols.Text("--reason", "TEXT");
        return Verb.Of(globals, "trust accept", [fqdn, fingerprint, reason], async run =>
        {
            var name = run.Get(fqdn);
            TrustView view;
            if (run.Get(fingerprint) is { } given)
            {
                view = await run.AskAsync(new TrustTargetCore(name, given, run.Get(reason) ?? ""));
            }
            else if (run.MayAsk)
            {
                var target = await run.AskAsync(new ShowTargetCore(name));
                var seen = await run.AskAsync(new ProbeCertificate(name));
                view = await new TrustDialog(run.Services, Terminal.Ask, Terminal.Tell).RunAsync(name, target.Target.Address.ToString(), seen, run.Stop);
            }
            else
            {
                throw CommandFailure.Usage(T("trust.fingerprint-needed"));
            }

            run.Answer("trust-accept", CoreJson.Trust(view), () => Terminal.Data(T("trust.trusted", view.Record.Fqdn.Display)));
        },
        (run, core) => RemoteTargets.DecideAsync(
            run, core, run.Get(fqdn), "accept",
            new JsonObject { ["fingerprint"] = run.Get(fingerprint) ?? throw CommandFailure.Usage(T("trust.fingerprint-needed")), ["reason"] = run.Get(reason) }, "trust.trusted"));
    }

    private static Verb Decline(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        var reason = Symbols.Text("--reason", "TEXT");
        return Verb.Of(globals, "trust decline", [fqdn, reason], async run =>
        {
            var view = await run.AskAsync(new DeclineTrust(run.Get(fqdn), run.Get(reason) ?? ""));
            run.Answer("trust-decline", CoreJson.Trust(view), () => Terminal.Data(T("trust.declined", view.Record.Fqdn.Display)));
        },
        (run, core) => RemoteTargets.DecideAsync(run, core, run.Get(fqdn), "decline", new JsonObject { ["reason"] = run.Get(reason) }, "trust.declined"));
    }

    private static Verb Remove(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        var reason = Symbols.Text("--reason", "TEXT");
        return Verb.Of(globals, "trust remove", [fqdn, reason], async run =>
        {
            var view = await run.AskAsync(new RemoveTrust(run.Get(fqdn), run.Get(reason) ?? ""));
            run.Answer("trust-remove", CoreJson.Trust(view), () => Terminal.Data(T("trust.removed", view.Record.Fqdn.Display)));
        },
        (run, core) => RemoteTargets.DecideAsync(run, core, run.Get(fqdn), "remove", new JsonObject { ["reason"] = run.Get(reason) }, "trust.removed"));
    }

    private static Verb History(GlobalOptions globals)
    {
        var fqdn = Symbols.Optional("FQDN", "fqdn");
        var verify = Symbols.Flag("--verify");
        var expect = Symbols.Text("--expect", "N:HASH");
        var export = Symbols.Text("--export", "FILE");
        return Verb.Of(globals, "trust history", [fqdn, verify, expect, export], async run =>
        {
            var isVerified = run.Get(verify) || run.Get(expect) is not null;
            var entries = await run.AskAsync(new ReadTrustHistory(run.Get(fqdn), run.Get(verify), run.Get(expect)));
            var anchor = isVerified && await run.AskAsync(new ReadTrustHistory(null, Verify: false)) is [.., var last] ? TrustAnchor.Of(last).ToString() : null;
            if (run.Get(export) is { } file)
            {
                var path = await ExportAsync(run, file, entries);
                run.Answer(
                    "trust-history-export", new JsonObject { ["file"] = path, ["entries"] = entries.Count, ["verified"] = isVerified ? true : null, ["anchor"] = anchor },
                    () => Terminal.Data(T("trust.history-exported", entries.Count, path)));
                Tell(run, isVerified, anchor);
                return;
            }

            var json = new JsonObject { ["verified"] = isVerified ? true : null, ["anchor"] = anchor, ["items"] = Json.List(entries, CoreJson.HistoryEntry) };
            run.Answer("trust-history", json, () => run.Terminal.Table(
                ["#", T("column.time"), T("column.fqdn"), T("column.event"), T("field.fingerprint"), T("column.by"), T("field.reason")],
                entries.Select(entry => new[]
                {
                    entry.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), Show.Time(entry.At), entry.Target.Display, Label(entry.Event.Kind),
                    entry.Event.Fingerprint?.ShortText ?? "–", $"{entry.By} ({entry.Origin})", ErrorTexts.TextIn(entry.Reason, System.Globalization.CultureInfo.CurrentUICulture),
                })));
            Tell(run, isVerified, anchor);
        },
        (run, core) => run.Get(expect) is null && run.Get(export) is null
            ? RemoteTargets.HistoryAsync(run, core, run.Get(fqdn), run.Get(verify))
            : throw new CommandFailure(new ServerCommandUnavailableError("trust history --export, --expect")));
    }

    private static void Tell(Invocation run, bool isVerified, string? anchor)
    {
        if (!isVerified)
            return;
        run.Terminal.Note(T("trust.history-intact"));
        if (anchor is not null)
            run.Terminal.Note(T("trust.history-anchor", anchor));
    }

    // The name chooses the form: .csv for a spreadsheet, everything else gets JSON lines.
    private static async Task<string> ExportAsync(Invocation run, string file, IReadOnlyList<TrustHistoryEntry> entries)
    {
        var path = Path.GetFullPath(file);
        var text = path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? TrustHistoryText.Csv(entries) : TrustHistoryText.JsonLines(entries);
        try
        {
            await File.WriteAllTextAsync(path, text, run.Stop);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(new StoreUnwritableError(path, failure.Message));
        }

        return path;
    }
}
