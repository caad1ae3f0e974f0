using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Conflicts;
using CoreSync.Conflicts;
using CoreSync.Console.CommandLine;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class ApprovalCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "approval", List(globals), Accept(globals), Decline(globals));

    private static Verb List(GlobalOptions globals) => Verb.Of(globals, "approval list", [], async run =>
    {
        var waiting = await run.AskAsync(new ListConflicts(Reason: ConflictReason.Approval));
        run.Answer("approval-list", new JsonObject { ["items"] = Json.List(waiting, ConflictJson.Of) }, () => ConflictCommands.Print(run, waiting));
    });

    private static Verb Accept(GlobalOptions globals)
    {
        var ids = Symbols.Many("ID", "approvals", atLeastOne: false);
        var all = Symbols.Flag("--all");
        all.Description = T("option.approval-all");
        return Verb.Of(globals, "approval accept", [ids, all], async run =>
        {
            var chosen = run.Get(ids) ?? [];
            if (chosen.Length > 0 == run.Get(all))
                throw CommandFailure.Usage(T("approval.all-or-ids"));
            var accepted = await run.AskAsync(new AcceptChanges(run.Get(all) ? null : chosen));
            run.Answer("approval-accept", new JsonObject { ["items"] = Json.List(accepted, ConflictJson.Of) }, () => Told(run, accepted));
        });
    }

    private static Verb Decline(GlobalOptions globals)
    {
        var ids = Symbols.Many("ID", "approvals");
        return Verb.Of(globals, "approval decline", [ids], async run =>
        {
            var declined = await run.AskAsync(new DeclineChanges(run.Get(ids)));
            run.Answer("approval-decline", new JsonObject { ["items"] = Json.List(declined, ConflictJson.Of) }, () => Told(run, declined));
        });
    }

    private static void Told(Invocation run, IReadOnlyList<Conflict> decided)
    {
        if (decided.Count == 0)
            run.Terminal.Note(T("conflict.none"));
        ConflictCommands.Tell(decided);
    }
}
