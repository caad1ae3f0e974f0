using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Cores;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Servers;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class InitCommand
{
    public static Verb Build(GlobalOptions globals)
    {
        var name = Symbols.Required("--name", "FQDN");
        var role = Symbols.Choice("--role", "standard", "rollup");
        return Verb.Of(globals, "init", [name, role], async run =>
        {
            var identity = await run.AskAsync(new InitialiseCore(run.Get(name)!, run.Get(role) == "rollup" ? CoreRole.Rollup : CoreRole.Standard));
            var json = CoreJson.Identity(identity);
            json["dataDirectory"] = run.DataDirectory;
            run.Answer("init", json, () =>
            {
                Terminal.Data(T("init.done", identity.Core.Name.Display, run.DataDirectory));
                IdentityCommands.Print(identity);
            });
            run.Terminal.Note(T(identity.Core.Role == CoreRole.Rollup ? "init.next-rollup" : "init.next"));
        });
    }
}
