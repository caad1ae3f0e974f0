using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Jobs;
using CoreSync.Application.Rollup;
using CoreSync.Application.Targets;
using CoreSync.Servers;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>The source cores that a rollup core collects from (R6), and at a source the rollup cores that collect from it.</summary>
internal static class RollupEndpoints
{
    private const string One = "/rollup/sources/{fqdn}";

    public static void Map(ApiMap api)
    {
        api.Get("/rollup/sources", Rights.View, "Lists the source cores.", exchange => exchange.AnswerListAsync(new ListRollupSources(), "rollup-list", CoreJson.Target)).Answers(ApiShapes.RollupList);
        api.Get(One, Rights.View, "Shows a source core.", exchange => exchange.AnswerAsync(new ShowTargetCore(exchange.Route("fqdn"), SyncDirection.Pull), "rollup-show", CoreJson.Target))
            .Answers(ApiShapes.Target.Named("rollup-show")).Fails("target.not-found");
        api.Post(One + "/enable", Rights.Edit, "Collects from it.", exchange => SwitchAsync(exchange, true)).Answers(ApiShapes.Target.Named("rollup-enable")).Fails("target.not-found");
        api.Post(One + "/disable", Rights.Edit, "Collects nothing from it.", exchange => SwitchAsync(exchange, false)).Answers(ApiShapes.Target.Named("rollup-disable")).Fails("target.not-found");
        api.Delete(One, Rights.Edit, "Removes a source core; its history stays.", exchange => exchange.DoAsync(new RemoveTargetCore(exchange.Route("fqdn"), SyncDirection.Pull))).Fails("target.not-found", "target.busy");
        api.Post("/rollup/now", Rights.Edit, "Collects from the source cores named, or from all enabled ones.", NowAsync)
            .Reads<SyncBody>().Answers(ApiShapes.Jobs.Named("rollup-now"), StatusCodes.Status202Accepted).Fails("target.not-found", "sync.no-targets");
        api.Get("/rollup/readers", Rights.View, "Lists the rollup cores that collect from this one.", exchange => exchange.AnswerListAsync(new ListReaders(), "rollup-readers", CoreJson.Reader)).Answers(ApiShapes.Readers);
    }

    private static Task SwitchAsync(AdminExchange exchange, bool on) =>
        exchange.AnswerAsync(new EnableTargetCore(exchange.Route("fqdn"), on, SyncDirection.Pull), on ? "rollup-enable" : "rollup-disable", CoreJson.Target);

    private static async Task NowAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<SyncBody>().ConfigureAwait(false);
        var jobs = await exchange.AskAsync(new SyncNow(body.Targets ?? [], Wait: false, SyncDirection.Pull)).ConfigureAwait(false);
        await exchange.AnswerAsync("rollup-now", new JsonObject { ["items"] = Json.List(jobs, CoreJson.Job) }, StatusCodes.Status202Accepted).ConfigureAwait(false);
    }
}
