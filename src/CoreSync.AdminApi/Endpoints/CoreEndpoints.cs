using CoreSync.Accounts;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Cores;
using CoreSync.Application.Health;
using CoreSync.Application.Logs;
using CoreSync.Application.Settings;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>This core: who it is, its certificate, its settings, how it does, what it logs.</summary>
internal static class CoreEndpoints
{
    private static readonly string[] Levels = ["DBG", "INF", "WRN", "ERR", "FTL"];

    public static void Map(ApiMap api)
    {
        api.Get("/core", Rights.View, "Shows this core and its certificate as administrators of others must see it.",
            exchange => exchange.AnswerAsync(new ShowIdentity(), "identity-show", CoreJson.Identity)).Answers(ApiShapes.Identity.Named("identity-show")).Fails("identity.unusable");
        api.Get("/core/certificate", Rights.View, "The own certificate as PEM, without the key.", CertificateAsync).AnswersBytes("application/x-pem-file").Fails("identity.unusable");
        api.Post("/core/certificate/renew", Rights.ConsoleAdministrator, "Makes a new default certificate. Cores that trusted the old one block until a person authorises the new one.", RenewAsync)
            .Reads<RenewBody>().Answers(ApiShapes.Identity.Named("identity-renew")).Fails("identity.not-generated");
        api.Post("/core/certificate/announce", Rights.ConsoleAdministrator, "Prepares a next certificate with a new key and announces it to the cores that trust this one.",
            exchange => exchange.AnswerAsync(new AnnounceNextCertificate(), "identity-announce", CoreJson.Identity)).Answers(ApiShapes.Identity.Named("identity-announce"));
        api.Post("/core/certificate/withdraw", Rights.ConsoleAdministrator, "Announces nothing any more.",
            exchange => exchange.AnswerAsync(new WithdrawAnnouncement(), "identity-announce", CoreJson.Identity)).Answers(ApiShapes.Identity.Named("identity-announce")).Fails("identity.nothing-announced");
        api.Post("/core/certificate/switch", Rights.ConsoleAdministrator, "Presents the announced certificate from now on.",
            exchange => exchange.AnswerAsync(new SwitchToAnnounced(), "identity-renew", CoreJson.Identity)).Answers(ApiShapes.Identity.Named("identity-renew")).Fails("identity.nothing-announced");
        api.Get("/status", Rights.View, "One report of how this core does: whatever is not green says why and what to do.",
            exchange => exchange.AnswerAsync(new GetStatus(), "status", CoreJson.Status)).Answers(ApiShapes.Status);
        api.Get("/health", Rights.View, "Finds what is wrong with this core and names the cures; connects to nobody.",
            exchange => exchange.AnswerAsync(new CheckHealth(), "health", HealthJson.Report)).Answers(ApiShapes.Health);
        api.Get("/settings", Rights.View, "Lists all settings with their values.",
            exchange => exchange.AnswerListAsync(new ListSettings(), "settings-list", CoreJson.Setting)).Answers(ApiShapes.Settings);
        api.Get("/settings/{key}", Rights.View, "Reads one setting.",
            exchange => exchange.AnswerAsync(new GetSetting(exchange.Route("key")), "settings-get", CoreJson.Setting)).Answers(ApiShapes.Setting.Named("settings-get")).Fails("settings.unknown-key");
        api.Put("/settings/{key}", Rights.ConsoleAdministrator, "Changes one setting; effective within a second.", SetAsync)
            .Reads<SettingBody>().Answers(ApiShapes.Setting.Named("settings-set")).Fails("settings.unknown-key", "settings.value-invalid");
        api.Get("/log", Rights.View, "Reads the end of the log, oldest first.", LogAsync)
            .Takes("lines", "Most events: 1 to 5000, 200 if not given.").Takes("level", "INF, WRN or ERR: of this level or graver.").Takes("event", "Only of this name or with this id.")
            .Takes("job", "Only of this job.").Takes("text", "Only with this text.").Takes("before", "Only before this moment (ISO 8601).").Answers(ApiShapes.Log);
    }

    private static async Task CertificateAsync(AdminExchange exchange)
    {
        var pem = await exchange.AskAsync(new ExportIdentity()).ConfigureAwait(false);
        exchange.Context.Response.ContentType = "application/x-pem-file";
        exchange.Context.Response.Headers.ContentDisposition = "attachment; filename=\"core.pem\"";
        await exchange.Context.Response.WriteAsync(pem, exchange.Aborted).ConfigureAwait(false);
    }

    private static async Task RenewAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<RenewBody>().ConfigureAwait(false);
        await exchange.AnswerAsync(new RenewIdentity(body.KeepKey ?? false), "identity-renew", CoreJson.Identity).ConfigureAwait(false);
    }

    private static async Task SetAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<SettingBody>().ConfigureAwait(false);
        // Whoever sits elsewhere names no file of this machine.
        if (Path.IsPathRooted(body.Value))
            throw AdminExchange.Invalid("paths of this machine are set on its command line: coresync settings set");
        await exchange.AnswerAsync(new SetSetting(exchange.Route("key"), body.Value), "settings-set", CoreJson.Setting).ConfigureAwait(false);
    }

    private static Task LogAsync(AdminExchange exchange)
    {
        if (exchange.Query("level") is { } level && !Levels.Contains(level))
            throw AdminExchange.Invalid($"level is one of {string.Join(", ", Levels)}, not '{level}'");
        DateTimeOffset? before = null;
        if (exchange.Query("before") is { } text)
        {
            before = DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var moment)
                ? moment
                : throw AdminExchange.Invalid($"before is a time such as 2026-01-31T12:00:00Z, not '{text}'");
        }

        var filter = new LogFilter(exchange.Number("lines", 200, 1, 5000), exchange.Query("level"), exchange.Query("event"), exchange.Query("job"), exchange.Query("text"), before, exchange.Query("target"));
        return exchange.AnswerListAsync(new ReadLog(filter), "log", CoreJson.LogEntry);
    }
}

/// <summary>How to renew.</summary>
/// <param name="KeepKey">Keeps the private key.</param>
internal sealed record RenewBody(bool? KeepKey = null);

/// <summary>The value of a setting.</summary>
/// <param name="Value">As text.</param>
internal sealed record SettingBody(string Value);
