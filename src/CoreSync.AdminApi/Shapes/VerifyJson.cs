using System.Text.Json.Nodes;
using CoreSync.Application.Verification;

namespace CoreSync.AdminApi.Shapes;

/// <summary>The JSON objects of plans and comparisons.</summary>
internal static class VerifyJson
{
    public static JsonObject Of(TargetPlan plan) => new()
    {
        ["fqdn"] = plan.Fqdn,
        ["changes"] = plan.Changes,
        ["bytes"] = plan.Lines.Sum(line => line.Change.Bytes),
        ["items"] = Json.List(plan.Lines, line => new JsonObject
        {
            ["id"] = line.Item.Id.ToString(),
            ["component"] = line.Item.Component.Value,
            ["name"] = line.Item.Name,
            ["group"] = line.Item.Group,
            ["revision"] = line.Item.Revision.Value,
            ["action"] = Json.Enum(line.Change.Verb),
            ["bytes"] = line.Change.Bytes,
            ["newName"] = line.Change.Name.Length == 0 ? null : line.Change.Name,
            ["replaces"] = line.Change.Replaces?.ToString(),
            ["code"] = line.Change.Code.Length == 0 ? null : line.Change.Code,
            ["message"] = line.Change.Message.Length == 0 ? null : line.Change.Message,
            ["because"] = Json.Strings(line.Because.Select(id => id.ToString())),
        }),
    };

    public static JsonObject Of(TargetDrift drift) => new()
    {
        ["fqdn"] = drift.Fqdn,
        ["compared"] = drift.Compared,
        ["waiting"] = drift.Waiting,
        ["detached"] = drift.Detached,
        ["items"] = Json.List(drift.Drifts, one => new JsonObject
        {
            ["id"] = one.Id.ToString(),
            ["component"] = one.Component.Value,
            ["name"] = one.Name,
            ["difference"] = Json.Enum(one.Kind),
            ["damage"] = one.Damage is { } damage ? Json.Enum(damage) : null,
            ["sourceRevision"] = one.Here?.Revision.Value,
            ["targetRevision"] = one.There?.Revision.Value,
            ["fields"] = Json.List(one.Differences, field => new JsonObject { ["field"] = field.Field, ["source"] = field.Source, ["target"] = field.Target }),
        }),
    };
}
