using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Accounts;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class AccountCommands
{
    public static Verb Build(GlobalOptions globals) =>
        Verb.Noun(globals, "account", Add(globals), List(globals), Remove(globals), SetPassword(globals));

    private static Verb Add(GlobalOptions globals)
    {
        var name = Symbols.Argument("NAME", "account");
        var rights = Symbols.Choice("--rights", "view", "edit", "trust", "console-administrator");
        rights.Required = true;
        var components = Symbols.Text("--components", "A,B");
        var fromInput = Symbols.Flag("--password-stdin");
        return Verb.Of(globals, "account add", [name, rights, components, fromInput], async run =>
        {
            var limited = (run.Get(components) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var password = Passwords.Read(run, run.Get(fromInput), repeat: true);
            var account = await run.AskAsync(new AddAccount(run.Get(name), Parse(run.Get(rights)!), limited, password));
            run.Answer("account-add", CoreJson.Account(account), () => Terminal.Data(T("account.added", account.Name, CoreJson.Rights(account.Rights))));
        });
    }

    private static Verb List(GlobalOptions globals) => Verb.Of(globals, "account list", [], async run =>
    {
        var accounts = await run.AskAsync(new ListAccounts());
        run.Answer("account-list", new JsonObject { ["items"] = Json.List(accounts, CoreJson.Account) }, () => run.Terminal.Table(
            [T("column.name"), T("column.rights"), T("column.components")],
            accounts.Select(account => new[]
            {
                account.Name, CoreJson.Rights(account.Rights), account.Components.Count == 0 ? T("all") : string.Join(", ", account.Components),
            })));
    });

    private static Verb Remove(GlobalOptions globals)
    {
        var name = Symbols.Argument("NAME", "account");
        return Verb.Of(globals, "account remove", [name], async run =>
        {
            run.Confirm(T("account.remove-confirm", run.Get(name)));
            await run.TellAsync(new RemoveAccount(run.Get(name)));
            run.Answer("account-remove", new JsonObject { ["name"] = run.Get(name) }, () => Terminal.Data(T("account.removed", run.Get(name))));
        });
    }

    private static Verb SetPassword(GlobalOptions globals)
    {
        var name = Symbols.Argument("NAME", "account");
        var fromInput = Symbols.Flag("--password-stdin");
        return Verb.Of(globals, "account set-password", [name, fromInput], async run =>
        {
            var password = Passwords.Read(run, run.Get(fromInput), repeat: true);
            await run.TellAsync(new SetAccountPassword(run.Get(name), password));
            run.Answer("account-set-password", new JsonObject { ["name"] = run.Get(name) }, () => Terminal.Data(T("account.password-set", run.Get(name))));
        });
    }

    private static Rights Parse(string rights) => rights switch
    {
        "view" => Rights.View,
        "edit" => Rights.Edit,
        "trust" => Rights.Trust,
        _ => Rights.ConsoleAdministrator,
    };
}
