using System.CommandLine;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using Microsoft.Extensions.DependencyInjection;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>The verbs of <c>item</c> about previous versions (A9).</summary>
internal static class RevisionCommands
{
    public static Verb List(GlobalOptions globals)
    {
        var id = Symbols.Argument("ID", "item");
        return Verb.Of(globals, "item revisions", [id], async run =>
        {
            var revisions = await run.AskAsync(new ListRevisions(run.Get(id)));
            run.Answer("item-revisions", CoreJson.Revisions(revisions), () =>
            {
                if (revisions.Previous.Count == 0)
                {
                    run.Terminal.Note(T("revision.none", revisions.Item.Name));
                    return;
                }

                run.Terminal.Table(
                    [T("column.revision"), T("column.name"), T("column.size"), "SHA-256", T("column.edited-here"), T("column.kept-since")],
                    revisions.Previous.Select(revision => new[]
                    {
                        revision.Label, revision.Item.Name, Show.Bytes(revision.Item.Size), revision.Item.Hash.ToString()[..16], Show.YesNo(revision.Edit > 0), Show.Time(revision.KeptAt),
                    }));
            });
        });
    }

    public static Verb RollBack(GlobalOptions globals)
    {
        var id = Symbols.Argument("ID", "item");
        var to = new Option<string?>("--to") { Description = T("option.to-revision"), HelpName = "REVISION" };
        return Verb.Of(globals, "item roll-back", [id, to], async run =>
        {
            var item = await run.AskAsync(new RollBackItem(run.Get(id), run.Get(to)));
            var here = run.Services.GetRequiredService<ILocalCore>().Current.Id;
            run.Answer("item-roll-back", CoreJson.Item(item, item.IsReadOnlyOn(here)), () =>
            {
                Terminal.Data(T("revision.rolled-back", item.Name, item.Id, item.Revision));
                if (item.IsEdited)
                    run.Terminal.Note(T("revision.edited-until-next"));
            });
        });
    }
}
