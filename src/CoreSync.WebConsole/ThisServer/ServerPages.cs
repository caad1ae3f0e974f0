using System.Text;
using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Application.Health;
using CoreSync.Application.Trust;
using CoreSync.WebConsole.Shell;
using CoreSync.WebConsole.Targets;
using FluentResults;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.ThisServer;

/// <summary>The identity of this core as administrators of others must see it, its health, and its own certificate (T10, T12).</summary>
internal static class ServerPages
{
    private const string Path = "this-server";

    public static void Map(ConsoleMap map)
    {
        map.Page(Path, Rights.View, ShowAsync);
        map.Page(Path + "/certificate.pem", Rights.View, PemAsync);
        map.Look(Path + "/check", Rights.Edit, CheckAsync);
        foreach (var verb in new[] { "renew", "switch" })
            map.Page($"{Path}/{verb}", Rights.ConsoleAdministrator, exchange => ConfirmAsync(exchange, verb));
        map.Act(Path + "/renew", Rights.ConsoleAdministrator, exchange => ChangeAsync(exchange, new RenewIdentity(exchange.IsTicked("keep-key")), "server.renewed"));
        map.Act(Path + "/announce", Rights.ConsoleAdministrator, exchange => ChangeAsync(exchange, new AnnounceNextCertificate(), "server.announced"));
        map.Act(Path + "/withdraw", Rights.ConsoleAdministrator, exchange => ChangeAsync(exchange, new WithdrawAnnouncement(), "server.withdrawn"));
        map.Act(Path + "/switch", Rights.ConsoleAdministrator, exchange => ChangeAsync(exchange, new SwitchToAnnounced(), "server.switched"));
        ClientPages.Map(map);
    }

    private static async Task<IResult> ShowAsync(Exchange exchange)
    {
        var identity = await exchange.AskAsync(new ShowIdentity()).ConfigureAwait(false);
        if (identity.IsFailed)
            return await exchange.FailAsync(identity.FirstError()).ConfigureAwait(false);
        var clients = await exchange.AskAsync(new ListClients()).ConfigureAwait(false);
        var health = exchange.Note?.Attachment is HealthReport deep ? Result.Ok(deep) : await exchange.AskAsync(new CheckHealth()).ConfigureAwait(false);
        return await exchange.PageAsync<ServerPage>(exchange.View.T("section.ThisServer"), Section.ThisServer, new()
        {
            [nameof(ServerPage.Identity)] = identity.Value,
            [nameof(ServerPage.Clients)] = clients.ValueOrDefault ?? [],
            [nameof(ServerPage.Health)] = health.ValueOrDefault,
        }).ConfigureAwait(false);
    }

    private static async Task<IResult> PemAsync(Exchange exchange)
    {
        var pem = await exchange.AskAsync(new ExportIdentity()).ConfigureAwait(false);
        return pem.IsFailed ? await exchange.FailAsync(pem.FirstError()).ConfigureAwait(false) : Results.File(Encoding.ASCII.GetBytes(pem.Value), "application/x-pem-file", "coresync.pem");
    }

    // Reads the whole store and connects to every target: asked for by a person, never by a page alone.
    private static async Task<IResult> CheckAsync(Exchange exchange)
    {
        var report = await exchange.AskAsync(new CheckHealth(Deep: true)).ConfigureAwait(false);
        return exchange.See(Path, report.IsFailed ? Note.Refused(report.FirstError()) : Note.Done("server.checked") with { Attachment = report.Value });
    }

    private static Task<IResult> ConfirmAsync(Exchange exchange, string verb) =>
        exchange.PageAsync<ConfirmPage>(exchange.View.T("server." + verb), Section.ThisServer, new()
        {
            [nameof(ConfirmPage.Verb)] = verb + "-identity",
            [nameof(ConfirmPage.Name)] = "",
            [nameof(ConfirmPage.Path)] = $"{Path}/{verb}",
            [nameof(ConfirmPage.Cancel)] = Path,
        }, [new Crumb(exchange.View.T("section.ThisServer"), Path)]);

    private static async Task<IResult> ChangeAsync(Exchange exchange, MediatR.IRequest<Result<CoreIdentity>> change, string done) =>
        exchange.See(Path, await exchange.AskAsync(change).ConfigureAwait(false), done);
}
