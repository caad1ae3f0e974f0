using System.Text.Json.Nodes;
using CoreSync.Application.Conflicts;
using CoreSync.Conflicts;

namespace CoreSync.AdminApi.Shapes;

/// <summary>The JSON objects of the conflict inbox.</summary>
internal static class ConflictJson
{
    public static JsonObject Of(Conflict conflict) => new()
    {
        ["id"] = conflict.Id.ToString(),
        ["component"] = conflict.Change.Item.Component.Value,
        ["name"] = conflict.Change.Item.Name,
        ["group"] = conflict.Change.Item.Group,
        ["origin"] = conflict.Change.Item.Origin.ToString(),
        ["source"] = conflict.Source.ToString(),
        ["revision"] = conflict.Change.Item.Revision.Value,
        ["change"] = Json.Enum(conflict.Change.Kind),
        ["reason"] = Json.Enum(conflict.Reason),
        ["code"] = Conflict.ErrorOf(conflict.Reason, conflict.Change.Item.Name).Code,
        ["other"] = conflict.Other?.ToString(),
        ["firstAt"] = Json.Time(conflict.FirstAt),
        ["lastAt"] = Json.Time(conflict.LastAt),
        ["decision"] = conflict.Decision is { } decision ? Json.Enum(decision) : null,
        ["decidedAt"] = Json.Time(conflict.DecidedAt),
        ["decidedBy"] = conflict.DecidedBy,
    };

    public static JsonObject Of(ConflictView view)
    {
        var json = Of(view.Conflict);
        json["sourceItem"] = CoreJson.Item(view.Conflict.Change.Item);
        json["targetItem"] = view.Mine is { } mine ? CoreJson.Item(mine) : null;
        json["diff"] = view.Diff is { } diff ? Of(diff) : null;
        return json;
    }

    public static JsonObject Of(DocumentDiff diff) => new()
    {
        ["kind"] = Json.Enum(diff.Kind),
        ["differences"] = Json.List(diff.Differences, difference => new JsonObject
        {
            ["place"] = difference.Place,
            ["source"] = difference.Source,
            ["target"] = difference.Target,
        }),
        ["cut"] = diff.IsCut,
    };
}
