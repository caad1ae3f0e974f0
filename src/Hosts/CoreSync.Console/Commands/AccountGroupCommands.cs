using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Accounts;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>Groups of the LDAP directory and their rights on this core.</summary>
internal static class AccountGroupCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "group", Add(globals), List(globals), Remove(globals));

    private static Verb Add(GlobalOptions globals)
    {
        var name = Symbols.Argument("DN", "group-dn");
        var rights = Symbols.Choice("--rights", "view", "edit", "trust", "console-administrator");
        rights.Required = true;
        var components = Symbols.Text("--components", "A,B");
        return Verb.Of(globals, "account group add", [name, rights, components], async run =>
        {
            var group = await run.AskAsync(new AddDirectoryGroup(run.Get(name), AccountCommands.Parse(run.Get(rights)!), AccountCommands.Split(run.Get(components) ?? "")));
            run.Answer("account-group-add", CoreJson.DirectoryGroup(group), () => Terminal.Data(T("group.added", group.Name.Text, CoreJson.Rights(group.Rights))));
        });
    }

    private static Verb List(GlobalOptions globals) => Verb.Of(globals, "account group list", [], async run =>
    {
        var groups = await run.AskAsync(new ListDirectoryGroups());
        run.Answer("account-group-list", new JsonObject { ["items"] = Json.List(groups, CoreJson.DirectoryGroup) }, () => run.Terminal.Table(
            [T("column.group-dn"), T("column.rights"), T("column.components")],
            groups.Select(group => new[]
            {
                group.Name.Text, CoreJson.Rights(group.Rights), group.Components.Count == 0 ? T("all") : string.Join(", ", group.Components),
            })));
    });

    private static Verb Remove(GlobalOptions globals)
    {
        var name = Symbols.Argument("DN", "group-dn");
        return Verb.Of(globals, "account group remove", [name], async run =>
        {
            run.Confirm(T("group.remove-confirm", run.Get(name)));
            await run.TellAsync(new RemoveDirectoryGroup(run.Get(name)));
            run.Answer("account-group-remove", new JsonObject { ["name"] = run.Get(name) }, () => Terminal.Data(T("group.removed", run.Get(name))));
        });
    }
}
