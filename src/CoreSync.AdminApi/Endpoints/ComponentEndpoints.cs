using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Items;
using CoreSync.Items;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>Components and their policies. A files component is added on the command line of its machine: its directories are paths of that machine.</summary>
internal static class ComponentEndpoints
{
    private const string One = "/components/{name}";

    public static void Map(ApiMap api)
    {
        api.Get("/components", Rights.View, "Lists the components with what they hold.",
            exchange => exchange.AnswerListAsync(new ListComponents(), "component-list", CoreJson.Component)).Answers(ApiShapes.Components);
        api.Patch(One, Rights.ConsoleAdministrator, "Changes the policies of a component; what is not given stays.", SetAsync)
            .Reads<ComponentBody>().Answers(ApiShapes.Component.Named("component-set")).Fails("component.not-found");
        api.Post(One + "/enable", Rights.ConsoleAdministrator, "Switches a component on; flags of its items are as before.",
            exchange => exchange.AnswerAsync(new EnableComponent(exchange.Route("name"), true), "component-enable", CoreJson.Component))
            .Answers(ApiShapes.Component.Named("component-enable")).Fails("component.not-found");
        api.Post(One + "/disable", Rights.ConsoleAdministrator, "Switches a component off; flags of its items survive.",
            exchange => exchange.AnswerAsync(new EnableComponent(exchange.Route("name"), false), "component-disable", CoreJson.Component))
            .Answers(ApiShapes.Component.Named("component-disable")).Fails("component.not-found");
        api.Post(One + "/confirm-deletes", Rights.ConsoleAdministrator, "Confirms that what is missing was deleted on purpose; releases the brake on mass deletes.", ConfirmAsync)
            .Answers(ApiShapes.ConfirmDeletes).Fails("component.not-found");
    }

    private static async Task SetAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<ComponentBody>().ConfigureAwait(false);
        if (body is { OnDelete: null, OnClash: null, OnEdited: null, Approve: null })
            throw AdminExchange.Invalid("nothing to change is given: onDelete, onClash, onEdited or approve");
        await exchange.AnswerAsync(
            new SetComponentPolicy(exchange.Route("name"), body.OnDelete, body.OnClash, body.OnEdited, body.Approve), "component-set", CoreJson.Component).ConfigureAwait(false);
    }

    private static async Task ConfirmAsync(AdminExchange exchange)
    {
        var deletes = await exchange.AskAsync(new ConfirmDeletes(exchange.Route("name"))).ConfigureAwait(false);
        await exchange.AnswerAsync("component-confirm-deletes", new JsonObject { ["name"] = exchange.Route("name"), ["deletes"] = deletes }).ConfigureAwait(false);
    }
}

/// <summary>Policies of a component.</summary>
/// <param name="OnDelete">What happens here when the source deletes.</param>
/// <param name="OnClash">What happens when an item of that name is here already.</param>
/// <param name="OnEdited">What happens when a copy was edited here.</param>
/// <param name="Approve">Incoming changes wait for a person.</param>
internal sealed record ComponentBody(DeletePolicy? OnDelete = null, ClashPolicy? OnClash = null, EditedPolicy? OnEdited = null, bool? Approve = null);
