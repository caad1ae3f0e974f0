using System.Text;
using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.WebConsole.Shell;
using CoreSync.WebConsole.Targets;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.ThisServer;

/// <summary>The cores that present their certificate here (T13): accepted one at a time, by the fingerprint that a person compared.</summary>
internal static class ClientPages
{
    private const string Path = "this-server/clients";

    public static void Map(ConsoleMap map)
    {
        map.Page("this-server/keys.txt", Rights.View, ExportAsync);
        map.Page("this-server/keys", Rights.Trust, exchange => ShowImportAsync(exchange, null));
        map.Act("this-server/keys", Rights.Trust, ImportAsync);
        map.Page(Path + "/{core}", Rights.View, exchange => ShowAsync(exchange, null));
        map.Act(Path + "/{core}/accept", Rights.Trust, AcceptAsync);
        map.Page(Path + "/{core}/remove", Rights.Trust, ConfirmAsync);
        map.Act(Path + "/{core}/remove", Rights.Trust, RemoveAsync);
    }

    private static async Task<IResult> ExportAsync(Exchange exchange)
    {
        var keys = await exchange.AskAsync(new ExportKeys()).ConfigureAwait(false);
        return keys.IsFailed ? await exchange.FailAsync(keys.FirstError()).ConfigureAwait(false) : Results.File(Encoding.UTF8.GetBytes(keys.Value), "text/plain; charset=utf-8", "coresync-keys.txt");
    }

    private static Task<IResult> ShowImportAsync(Exchange exchange, CoreSyncError? refused) =>
        exchange.PageAsync<KeysPage>(exchange.View.T("keys.title"), Section.ThisServer, new()
        {
            [nameof(KeysPage.File)] = exchange.Field("file"),
            [nameof(KeysPage.Told)] = exchange.Field("fingerprint"),
            [nameof(KeysPage.Account)] = exchange.Field("account"),
            [nameof(KeysPage.Error)] = refused,
        }, [new Crumb(exchange.View.T("section.ThisServer"), "this-server")], refused is null ? StatusCodes.Status200OK : Exchange.StatusOf(refused));

    private static async Task<IResult> ImportAsync(Exchange exchange)
    {
        var purpose = Enum.GetValues<KeysPurpose>().Where(value => Viewer.Name(value) == exchange.Field("as")).Select(value => (KeysPurpose?)value).FirstOrDefault();
        var imported = await exchange.AskAsync(new ImportKeys(exchange.Field("file"), Given(exchange, "account"), Given(exchange, "fingerprint"), purpose)).ConfigureAwait(false);
        return imported.IsFailed
            ? await ShowImportAsync(exchange, imported.FirstError()).ConfigureAwait(false)
            : exchange.See("this-server", Note.Done("keys.imported", imported.Value.Keys.Name.Display));
    }

    private static async Task<IResult> ShowAsync(Exchange exchange, CoreSyncError? refused)
    {
        var clients = await exchange.AskAsync(new ListClients()).ConfigureAwait(false);
        if (clients.IsFailed)
            return await exchange.FailAsync(clients.FirstError()).ConfigureAwait(false);
        if (clients.Value.FirstOrDefault(client => client.Core.ToString() == exchange.Route("core")) is not { } found)
            return await exchange.FailAsync(new ClientNotFoundError(exchange.Route("core"))).ConfigureAwait(false);
        return await exchange.PageAsync<ClientPage>(found.Name.Display, Section.ThisServer, new()
        {
            [nameof(ClientPage.Client)] = found,
            [nameof(ClientPage.Refused)] = refused,
            [nameof(ClientPage.Pasted)] = exchange.Field("pasted"),
        }, [new Crumb(exchange.View.T("section.ThisServer"), "this-server")], refused is null ? StatusCodes.Status200OK : Exchange.StatusOf(refused)).ConfigureAwait(false);
    }

    private static async Task<IResult> AcceptAsync(Exchange exchange)
    {
        var accepted = await exchange.AskAsync(new AcceptClient(exchange.Route("core"), exchange.Field("pasted"), Given(exchange, "account"), exchange.Field("reason"))).ConfigureAwait(false);
        return accepted.IsFailed
            ? await ShowAsync(exchange, accepted.FirstError()).ConfigureAwait(false)
            : exchange.See("this-server", Note.Done("clients.accepted", accepted.Value.Name.Display));
    }

    private static Task<IResult> ConfirmAsync(Exchange exchange)
    {
        var core = exchange.Route("core");
        return exchange.PageAsync<ConfirmPage>(exchange.View.T("verb.remove"), Section.ThisServer, new()
        {
            [nameof(ConfirmPage.Verb)] = "remove-client",
            [nameof(ConfirmPage.Name)] = exchange.Query("name") ?? core,
            [nameof(ConfirmPage.Path)] = $"{Path}/{Uri.EscapeDataString(core)}/remove",
            [nameof(ConfirmPage.Cancel)] = "this-server",
            [nameof(ConfirmPage.AsksReason)] = true,
        }, [new Crumb(exchange.View.T("section.ThisServer"), "this-server")]);
    }

    private static async Task<IResult> RemoveAsync(Exchange exchange)
    {
        var removed = await exchange.AskAsync(new RemoveClient(exchange.Route("core"), exchange.Field("reason"))).ConfigureAwait(false);
        return exchange.See("this-server", removed.IsFailed ? Note.Refused(removed.FirstError()) : Note.Done("clients.removed", removed.Value.Name.Display));
    }

    private static string? Given(Exchange exchange, string name) => exchange.Field(name) is { Length: > 0 } value ? value : null;
}
