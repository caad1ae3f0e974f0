using System.Text.Json.Nodes;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Servers;
using CoreSync.Trust;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Remote;

/// <summary>The verbs of <c>target</c> and <c>trust</c> against a running service.</summary>
internal static class RemoteTargets
{
    public static async Task ListAsync(Invocation run, RemoteCore core)
    {
        var items = await core.ListAsync("targets");
        run.Answer("target-list", new JsonObject { ["items"] = items }, () => Print(run, items));
    }

    /// <summary>The table of target cores.</summary>
    public static void Print(Invocation run, JsonArray targets)
    {
        if (targets.Count == 0)
        {
            run.Terminal.Note(T("target.none"));
            return;
        }

        RemoteView.Table(
            run, targets, RemoteColumn.Text(T("column.fqdn"), "fqdn"), RemoteColumn.Of<TrustState>(T("column.trusted"), "trustState", state => T("trusted." + state)),
            RemoteColumn.YesNo(T("column.enabled"), "enabled"), RemoteColumn.Of<ConnectionState>(T("column.connection"), "connection", state => Label(state)),
            RemoteColumn.Time(T("column.last-success"), "lastSuccess"), RemoteColumn.Number(T("column.days-left"), "certificateDaysLeft"));
    }

    public static Task ShowAsync(Invocation run, RemoteCore core, string fqdn) => TellAsync(run, "target-show", core.GetAsync(At(fqdn)));

    public static async Task AddAsync(Invocation run, RemoteCore core, string address, string? description, bool disabled, string? connectTo, string? fingerprint)
    {
        var added = await core.PostAsync("targets", new JsonObject
        {
            ["address"] = address,
            ["description"] = description,
            ["enabled"] = !disabled,
            ["connectTo"] = connectTo,
            ["fingerprint"] = fingerprint,
        });
        var refusal = RemoteProblem.Of((added["contactError"] ?? added["trustError"]) as JsonObject);
        added.Remove("schema");
        run.Answer("target-add", added, () => Terminal.Data(T("target.added", added["fqdn"]!.ToString(), added["id"]!.ToString())));
        if (refusal is not null)
            throw refusal;
    }

    public static async Task SwitchAsync(Invocation run, RemoteCore core, string fqdn, string verb)
    {
        var target = await core.PostAsync($"{At(fqdn)}/{verb}");
        Answer(run, "target-" + verb, target, T($"target.{verb}d", target["fqdn"]!.ToString()));
    }

    public static async Task RemoveAsync(Invocation run, RemoteCore core, string fqdn)
    {
        var target = await core.GetAsync(At(fqdn));
        var name = target["fqdn"]!.ToString();
        run.Confirm(T("target.remove-confirm", name));
        await core.DeleteAsync(At(fqdn));
        run.Answer("target-remove", new JsonObject { ["id"] = target["id"]!.DeepClone(), ["fqdn"] = name }, () => Terminal.Data(T("target.removed", name)));
    }

    public static async Task PendingAsync(Invocation run, RemoteCore core)
    {
        var reviews = core.Items(await core.GetAsync("trust/pending"));
        run.Answer("trust-pending", new JsonObject { ["items"] = reviews.DeepClone() }, () =>
        {
            if (reviews.Count == 0)
                run.Terminal.Note(T("trust.nothing-pending"));
            else
                RemoteView.Table(
                    run, reviews, RemoteColumn.Text(T("column.fqdn"), "fqdn"), RemoteColumn.Of<TrustState>(T("column.trusted"), "trustState", state => T("trusted." + state)),
                    RemoteColumn.Text(T("field.fingerprint"), "fingerprint"));
        });
    }

    public static async Task ShowTrustAsync(Invocation run, RemoteCore core, string fqdn)
    {
        var trust = await core.GetAsync(At(fqdn) + "/trust");
        if (trust["fingerprint"] is null)
        {
            run.Terminal.Note(T("trust.looking", fqdn));
            trust = await core.PostAsync(At(fqdn) + "/trust/probe");
        }

        Answer(run, "trust-show", trust, null);
    }

    public static async Task DecideAsync(Invocation run, RemoteCore core, string fqdn, string decision, JsonObject body, string done)
    {
        var trust = await core.PostAsync($"{At(fqdn)}/trust/{decision}", body);
        Answer(run, "trust-" + decision, trust, T(done, trust["fqdn"]!.ToString()));
    }

    public static async Task HistoryAsync(Invocation run, RemoteCore core, string? fqdn, bool verify)
    {
        if (verify)
            await core.GetAsync("trust/history?verify=true&size=1");
        var entries = await core.ListAsync("trust/history" + (fqdn is null ? "" : "?target=" + RemoteCore.Part(fqdn)));
        run.Answer("trust-history", new JsonObject { ["verified"] = verify ? true : null, ["items"] = entries }, () => RemoteView.Table(
            run, entries, RemoteColumn.Number("#", "number"), RemoteColumn.Time(T("column.time"), "at"), RemoteColumn.Text(T("column.fqdn"), "fqdn"),
            RemoteColumn.Of<TrustEventKind>(T("column.event"), "event", kind => Label(kind)), RemoteColumn.Text(T("field.fingerprint"), "fingerprint"),
            RemoteColumn.Text(T("column.by"), "by"), RemoteColumn.Text(T("field.reason"), "reason")));
        if (verify)
            run.Terminal.Note(T("trust.history-intact"));
    }

    /// <summary>Writes one thing: a sentence, or everything that is told of it.</summary>
    public static void Answer(Invocation run, string schema, JsonObject answer, string? sentence)
    {
        answer.Remove("schema");
        run.Answer(schema, answer, () =>
        {
            if (sentence is null)
                RemoteView.Facts(answer);
            else
                Terminal.Data(sentence);
        });
    }

    private static async Task TellAsync(Invocation run, string schema, Task<JsonObject> asked) => Answer(run, schema, await asked, null);

    private static string At(string fqdn) => "targets/" + RemoteCore.Part(fqdn);
}
