using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Application.Verification;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Hosting;
using CoreSync.Verification;
using FluentResults;
using MediatR;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>What would happen at a target, what differs there, and what is done about it.</summary>
internal static class VerifyCommands
{
    public static Verb Plan(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        var component = Symbols.Text("--component", "C");
        var exitCode = Symbols.Flag("--exit-code");
        return Verb.Of(globals, "target plan", [fqdn, component, exitCode], async run =>
        {
            var plan = await run.AskAsync(new PlanTarget(run.Get(fqdn), run.Get(component)));
            run.Answer("target-plan", VerifyJson.Of(plan), () => Print(run, plan));
            if (run.Get(exitCode) && plan.Changes)
                throw new CommandExit(HostExitCode.Drift);
        });
    }

    /// <summary>Plans of what is due for several targets: those named, or all enabled ones.</summary>
    public static async Task PlanAsync(Invocation run, IReadOnlyList<string> targets, bool exitCode)
    {
        var names = targets.Count > 0
            ? targets
            : [.. (await run.AskAsync(new ListTargetCores())).Where(view => view.Target.IsEnabled).Select(view => view.Target.Address.Fqdn.Ascii)];
        await PlanAsync(run, "sync-plan", names, name => new PlanTarget(name), exitCode);
    }

    /// <summary>Plans of one kind, target by target.</summary>
    public static async Task PlanAsync(Invocation run, string schema, IReadOnlyList<string> targets, Func<string, IRequest<Result<TargetPlan>>> question, bool exitCode)
    {
        var plans = new List<TargetPlan>();
        foreach (var name in targets)
            plans.Add(await run.AskAsync(question(name)));
        run.Answer(schema, new JsonObject { ["items"] = Json.List(plans, VerifyJson.Of) }, () => plans.ForEach(plan => Print(run, plan)));
        if (exitCode && plans.Any(plan => plan.Changes))
            throw new CommandExit(HostExitCode.Drift);
    }

    public static Verb Verify(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        var component = Symbols.Text("--component", "C");
        return Verb.Of(globals, "target verify", [fqdn, component], async run =>
        {
            var drift = await run.AskAsync(new VerifyTarget(run.Get(fqdn), run.Get(component)));
            run.Answer("target-verify", VerifyJson.Of(drift), () => Print(run, drift));
            if (drift.Drifts.Count > 0)
                throw new CommandExit(HostExitCode.Drift);
        });
    }

    public static Verb Override(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        var component = Symbols.Text("--component", "C");
        var items = Items();
        return Verb.Of(globals, "target override", [fqdn, component, items], async run =>
        {
            await run.TellAsync(new OverrideTarget(run.Get(fqdn), run.Get(component), run.Get(items) ?? []));
            var jobs = await JobProgressView.WhileAsync(run, run.Services, run.AskAsync(new SyncNow([run.Get(fqdn)], Wait: true)));
            run.Answer("target-override", new JsonObject { ["items"] = Json.List(jobs, CoreJson.Job) }, () => JobCommands.Print(run, jobs));
            run.Stop.ThrowIfCancellationRequested();
            var code = JobExitCode.Of(jobs);
            if (code != HostExitCode.Done)
                JobCommands.Throw(jobs, code);
        });
    }

    public static Verb Detach(GlobalOptions globals, bool detach)
    {
        var name = detach ? "detach" : "attach";
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        var items = Items();
        items.Required = true;
        return Verb.Of(globals, $"target {name}", [fqdn, items], async run =>
        {
            var detached = await run.AskAsync(new DetachItems(run.Get(fqdn), run.Get(items) ?? [], detach));
            run.Answer(
                $"target-{name}",
                new JsonObject
                {
                    ["fqdn"] = run.Get(fqdn),
                    ["items"] = Json.List(detached, item => new JsonObject { ["id"] = item.Id.ToString(), ["component"] = item.Component.Value, ["name"] = item.Name }),
                },
                () =>
                {
                    foreach (var item in detached)
                        Terminal.Data(T($"target.{name}ed", item.Name, run.Get(fqdn)));
                });
        });
    }

    private static System.CommandLine.Option<string[]> Items()
    {
        var items = Symbols.Texts("--item", "ID");
        items.Description = T("option.target-item");
        return items;
    }

    private static void Print(Invocation run, TargetPlan plan)
    {
        if (plan.Lines.Count == 0)
        {
            Terminal.Data(T("plan.nothing", plan.Fqdn));
            return;
        }

        var names = plan.Lines.ToDictionary(line => line.Item.Id, line => line.Item.Name);
        run.Terminal.Table(
            [T("column.action"), T("column.component"), T("column.name"), T("column.size"), T("field.reason")],
            plan.Lines.Select(line => new[]
            {
                Label(line.Change.Verb), line.Item.Component.Value, line.Because.Count > 0 ? "└ " + line.Item.Name : line.Item.Name, Show.Bytes(line.Change.Bytes), Reason(line, names),
            }));
        Terminal.Data(T("plan.total", plan.Fqdn, plan.Lines.Count(line => line.Change.Verb is not (PlanVerb.Skip or PlanVerb.Conflict or PlanVerb.Reject)), Show.Bytes(plan.Lines.Sum(line => line.Change.Bytes))));
    }

    private static string Reason(PlanLine line, Dictionary<Items.ItemId, string> names) =>
        PlanReason(line.Change.Code, line.Change.Message, line.Change.Name, line.Change.Replaces, line.Because, names);

    /// <summary>Why something would happen with an item, in one line.</summary>
    public static string PlanReason(
        string code, string message, string newName, Items.ItemId? replaces, IReadOnlyList<Items.ItemId> because, IReadOnlyDictionary<Items.ItemId, string> names)
    {
        var reasons = new List<string>();
        if (because.Count > 0)
            reasons.Add(T("plan.for", string.Join(", ", because.Select(id => names.GetValueOrDefault(id, id.ToString())))));
        if (newName.Length > 0)
            reasons.Add(T("plan.named", newName));
        if (replaces is { } other)
            reasons.Add(T("plan.replaces", other));
        if (code.Length > 0)
            reasons.Add($"{message} ({code})");
        return string.Join("; ", reasons);
    }

    private static void Print(Invocation run, TargetDrift drift)
    {
        if (drift.Drifts.Count == 0)
        {
            Terminal.Data(T("verify.equal", drift.Fqdn, drift.Compared));
        }
        else
        {
            run.Terminal.Table(
                [T("column.difference"), T("column.component"), T("column.name"), T("column.here"), T("column.there")],
                drift.Drifts.Select(one => new[]
                {
                    one.Damage is { } damage ? Label(damage) : Label(one.Kind), one.Component.Value, one.Name, one.Here?.Revision.ToString() ?? "–", one.There?.Revision.ToString() ?? "–",
                }));
            foreach (var one in drift.Drifts.Where(one => one.Differences.Count > 0))
            {
                Terminal.Data(one.Name);
                foreach (var field in one.Differences)
                    Terminal.Data(T("verify.difference", field.Field, field.Source ?? T("verify.absent"), field.Target ?? T("verify.absent")));
            }

            Terminal.Data(T("verify.drift", drift.Fqdn, drift.Drifts.Count, drift.Compared));
        }

        if (drift.Waiting > 0)
            Terminal.Data(T("verify.waiting", drift.Waiting));
        if (drift.Detached > 0)
            Terminal.Data(T("verify.detached", drift.Detached));
    }
}
