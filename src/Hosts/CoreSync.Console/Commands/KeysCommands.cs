using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Trust;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Errors;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>Client-certificate security (T13): public keys as files, and the list of enrolled cores.</summary>
internal static class KeysCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "keys", Export(globals), Import(globals), List(globals), Accept(globals), Remove(globals));

    private static Verb Export(GlobalOptions globals)
    {
        var file = Symbols.Argument("FILE", "keys-file");
        return Verb.Of(globals, "keys export", [file], async run =>
        {
            var text = await run.AskAsync(new ExportKeys());
            var path = Path.GetFullPath(run.Get(file));
            try
            {
                await File.WriteAllTextAsync(path, text, run.Stop);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new CommandFailure(new StoreUnwritableError(path, failure.Message));
            }

            run.Answer("keys-export", new JsonObject { ["file"] = path }, () => Terminal.Data(T("keys.exported", path)));
            run.Terminal.Note(T("keys.export-next"));
        });
    }

    private static Verb Import(GlobalOptions globals)
    {
        var file = Symbols.Argument("FILE", "keys-file");
        var account = Symbols.Text("--account", "NAME");
        var fingerprint = Symbols.Text("--fingerprint", "FP");
        var purpose = Symbols.Choice("--as", "source", "target", "both");
        return Verb.Of(globals, "keys import", [file, account, fingerprint, purpose], async run =>
        {
            KeysPurpose? wanted = run.Get(purpose) is { } text ? Enum.Parse<KeysPurpose>(text, ignoreCase: true) : null;
            var done = await run.AskAsync(new ImportKeys(Path.GetFullPath(run.Get(file)), run.Get(account), run.Get(fingerprint), wanted));
            run.Answer("keys-import", CoreJson.ImportedKeys(done), () =>
            {
                if (done.Enrolled is { } client)
                    Terminal.Data(T("keys.enrolled", client.Name.Display, client.Account));
                if (done.Trusted is { } view)
                    Terminal.Data(T("trust.trusted", view.Record.Fqdn.Display));
                Terminal.Data($"{T("field.fingerprint")}  {done.Keys.Certificate.Fingerprint}");
            });
        });
    }

    private static Verb List(GlobalOptions globals) => Verb.Of(globals, "keys list", [], async run =>
    {
        var clients = await run.AskAsync(new ListClients());
        run.Answer("keys-list", new JsonObject { ["items"] = Json.List(clients, CoreJson.Client) }, () =>
        {
            if (clients.Count == 0)
            {
                run.Terminal.Note(T("keys.none"));
                return;
            }

            run.Terminal.Table(
                [T("column.fqdn"), T("field.core-id"), T("column.enrolled"), T("column.account"), T("column.days-left"), T("field.fingerprint"), T("column.waiting-fingerprint")],
                clients.Select(client => new[]
                {
                    client.Name.Display, client.Core.ToString(), T("enrolled." + client.Trust.State), client.Account, Show.DaysLeft(client.Trust, Invocation.Time.GetUtcNow()),
                    client.Trust.Authorised?.Fingerprint.ToString() ?? "–", client.Trust.Pending?.Certificate.Fingerprint.ToString() ?? "–",
                }));
        });
    });

    private static Verb Accept(GlobalOptions globals)
    {
        var core = Symbols.Argument("CORE", "client");
        var fingerprint = Symbols.Required("--fingerprint", "FP");
        var account = Symbols.Text("--account", "NAME");
        var reason = Symbols.Text("--reason", "TEXT");
        return Verb.Of(globals, "keys accept", [core, fingerprint, account, reason], async run =>
        {
            var client = await run.AskAsync(new AcceptClient(run.Get(core), run.Get(fingerprint)!, run.Get(account), run.Get(reason) ?? ""));
            run.Answer("keys-accept", CoreJson.Client(client), () => Terminal.Data(T("keys.enrolled", client.Name.Display, client.Account)));
        });
    }

    private static Verb Remove(GlobalOptions globals)
    {
        var core = Symbols.Argument("CORE", "client");
        var reason = Symbols.Text("--reason", "TEXT");
        return Verb.Of(globals, "keys remove", [core, reason], async run =>
        {
            var client = await run.AskAsync(new RemoveClient(run.Get(core), run.Get(reason) ?? ""));
            run.Answer("keys-remove", CoreJson.Client(client), () => Terminal.Data(T("keys.removed", client.Name.Display)));
        });
    }
}
