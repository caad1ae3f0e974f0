using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Conflicts;
using CoreSync.Conflicts;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class ConflictCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "conflict", List(globals), ShowVerb(globals), Resolve(globals), Link(globals));

    /// <summary>The table of changes that wait, or waited, for a person.</summary>
    public static void Print(Invocation run, IReadOnlyList<Conflict> conflicts)
    {
        if (conflicts.Count == 0)
        {
            run.Terminal.Note(T("conflict.none"));
            return;
        }

        run.Terminal.Table(
            ["Id", T("column.component"), T("column.name"), T("column.revision"), T("field.reason"), T("column.since"), T("column.decision")],
            conflicts.Select(conflict => new[]
            {
                conflict.Id.ToString(), conflict.Change.Item.Component.Value, conflict.Change.Item.Name, conflict.Change.Item.Revision.ToString(), Reason(conflict),
                Show.Time(conflict.FirstAt), Decision(conflict),
            }));
    }

    /// <summary>Says what became of changes that a person decided about.</summary>
    public static void Tell(IEnumerable<Conflict> conflicts)
    {
        foreach (var conflict in conflicts)
        {
            var kept = conflict is { IsAccepted: true, Change: { Content: not null } or { Item.Kind: not Items.ItemKind.Document } };
            var key = conflict.IsWaiting ? "conflict.still-waits" : kept ? "conflict.accepted-later" : conflict.IsAccepted ? "conflict.accepted" : "conflict.declined";
            Terminal.Data(conflict.IsWaiting ? T(key, conflict.Change.Item.Name, Label(conflict.Reason)) : T(key, conflict.Change.Item.Name));
        }
    }

    private static Verb List(GlobalOptions globals)
    {
        var all = Symbols.Flag("--all");
        all.Description = T("option.conflict-all");
        return Verb.Of(globals, "conflict list", [all], async run =>
        {
            var conflicts = await run.AskAsync(new ListConflicts(run.Get(all)));
            run.Answer("conflict-list", new JsonObject { ["items"] = Json.List(conflicts, ConflictJson.Of) }, () => Print(run, conflicts));
        });
    }

    private static Verb ShowVerb(GlobalOptions globals)
    {
        var id = Symbols.Argument("ID", "conflict");
        return Verb.Of(globals, "conflict show", [id], async run =>
        {
            var view = await run.AskAsync(new ShowConflict(run.Get(id)));
            run.Answer("conflict-show", ConflictJson.Of(view), () => Print(run, view));
        });
    }

    private static Verb Resolve(GlobalOptions globals)
    {
        var id = Symbols.Argument("ID", "conflict");
        var keep = Symbols.Choice("--keep", "mine", "theirs", "both");
        keep.Required = true;
        keep.Description = T("option.keep-decision");
        return Verb.Of(globals, "conflict resolve", [id, keep], async run =>
        {
            var conflict = await run.AskAsync(new ResolveConflict(run.Get(id), Enum.Parse<ConflictDecision>(run.Get(keep)!, ignoreCase: true)));
            run.Answer("conflict-resolve", ConflictJson.Of(conflict), () => Tell([conflict]));
        });
    }

    private static Verb Link(GlobalOptions globals)
    {
        var first = Symbols.Argument("ID", "link-first");
        var second = Symbols.Argument("ID2", "link-second");
        second.HelpName = "ID";
        return Verb.Of(globals, "conflict link", [first, second], async run =>
        {
            var link = await run.AskAsync(new LinkItems(run.Get(first), run.Get(second)));
            run.Answer("conflict-link", CoreJson.Link(link), () => Terminal.Data(T(link.IsInEffect ? "conflict.linked" : "conflict.linked-later", link.Mine.Name, link.Mine.Id, link.Theirs)));
        });
    }

    private static void Print(Invocation run, ConflictView view)
    {
        var conflict = view.Conflict;
        var item = conflict.Change.Item;
        Terminal.Facts(
            System.Console.Out,
            [
                (T("field.id"), conflict.Id.ToString()),
                (T("column.component"), item.Component.Value),
                (T("column.name"), item.Name),
                (T("field.group"), item.Group.Length == 0 ? null : item.Group),
                (T("field.reason"), Reason(conflict)),
                (T("column.since"), Show.Time(conflict.FirstAt)),
                (T("column.decision"), Decision(conflict)),
                (T("field.conflict-source"), $"{T("conflict.revision-of", item.Revision, item.Origin)}{(conflict.Change.Kind == Replication.ChangeKind.Delete ? $" · {T("conflict.deletes")}" : "")}"),
                (T("field.conflict-target"), view.Mine is { } mine ? $"{mine.Id} · {T("conflict.revision-of", mine.Revision, mine.Origin)}{(mine.IsEdited ? $" · {T("conflict.edited")}" : "")}" : T("none")),
            ]);
        if (view.Diff is not { Differences.Count: > 0 } diff)
        {
            run.Terminal.Note(T(view.Diff is null ? "conflict.no-content" : "conflict.same-content"));
            return;
        }

        Terminal.Data("");
        run.Terminal.Table(
            [T(diff.Kind == DiffKind.Lines ? "column.line" : "column.field"), T("field.conflict-source"), T("field.conflict-target")],
            diff.Differences.Select(difference => new[] { difference.Place, difference.Source ?? "–", difference.Target ?? "–" }));
        if (diff.IsCut)
            run.Terminal.Note(T("conflict.diff-cut", DocumentDiff.MaxDifferences));
    }

    private static string Reason(Conflict conflict) =>
        conflict is { Reason: ConflictReason.Approval, Other: { } other } ? T("conflict.needs", other) : Label(conflict.Reason);

    private static string Decision(Conflict conflict) => conflict.Decision is { } decision
        ? T("conflict.decided", Label(decision), conflict.DecidedBy ?? "", Show.Time(conflict.DecidedAt))
        : T("conflict.waits");
}
