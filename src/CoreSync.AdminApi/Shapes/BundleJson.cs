using System.Globalization;
using System.Text.Json.Nodes;
using CoreSync.Application.Bundles;
using CoreSync.Bundles;

namespace CoreSync.AdminApi.Shapes;

/// <summary>The JSON objects of <c>export</c>, <c>import</c> and <c>signer</c>.</summary>
internal static class BundleJson
{
    public static JsonObject Exported(ExportedBundle done)
    {
        var json = Manifest(done.Bundle.Manifest);
        json["file"] = done.File;
        json["fileBytes"] = done.Bundle.FileBytes;
        json["fingerprint"] = done.Bundle.Signer.ToString();
        json["next"] = done.Next?.Value;
        json["leftOut"] = Json.List(done.LeftOut, item => new JsonObject
        {
            ["item"] = item.Item.ToString(),
            ["component"] = item.Component.Value,
            ["name"] = item.Name,
            ["code"] = item.Error.Code,
            ["message"] = item.Error.MessageIn(CultureInfo.CurrentUICulture),
        });
        return json;
    }

    public static JsonObject Imported(ImportedBundle done)
    {
        var json = Manifest(done.Manifest);
        json["fingerprint"] = done.Signer.ToString();
        json["signerRemembered"] = done.IsRemembered;
        json["plan"] = done.IsPlan;
        json["applied"] = done.Applied;
        json["skipped"] = done.Skipped;
        json["rejected"] = done.Rejected;
        json["conflicts"] = done.Conflicts;
        json["bytes"] = done.Bytes;
        json["items"] = Json.List(done.Items, item => new JsonObject
        {
            ["item"] = item.Item.ToString(),
            ["component"] = item.Component.Value,
            ["name"] = item.Name,
            ["action"] = Json.Enum(item.Action),
            ["bytes"] = item.Bytes,
            ["newName"] = item.NewName.Length == 0 ? null : item.NewName,
            ["replaces"] = item.Replaces?.ToString(),
            ["because"] = Json.Strings(item.Because.Select(id => id.ToString())),
            ["code"] = item.Code.Length == 0 ? null : item.Code,
            ["message"] = item.Message.Length == 0 ? null : item.Message,
        });
        json["positions"] = Positions(done.Positions.Select(one => (one.Key.Value, one.Value.Sequence.Value)));
        json["receipt"] = done.Receipt;
        return json;
    }

    public static JsonObject Taken(TakenReceipt taken) => new()
    {
        ["target"] = taken.Target.Ascii,
        ["positions"] = Positions(taken.Positions.Select(one => (one.Key.Value, one.Value.Value))),
        ["refused"] = Json.List(taken.Refused, item => new JsonObject
        {
            ["item"] = item.Item.ToString(),
            ["component"] = item.Component.Value,
            ["outcome"] = Json.Enum(item.Kind),
            ["code"] = item.Code,
            ["message"] = item.Message,
        }),
    };

    public static JsonObject Signer(RememberedSigner signer) => new()
    {
        ["fingerprint"] = signer.Fingerprint.ToString(),
        ["subject"] = signer.Subject,
        ["core"] = signer.Core.ToString(),
        ["at"] = Json.Time(signer.At),
        ["by"] = signer.By,
    };

    private static JsonObject Manifest(BundleManifest manifest) => new()
    {
        ["bundle"] = manifest.Id.ToString("D"),
        ["kind"] = Json.Enum(manifest.Kind),
        ["core"] = manifest.Source.Core.ToString(),
        ["name"] = manifest.CoreName,
        ["createdAt"] = Json.Time(manifest.CreatedAt),
        ["changes"] = manifest.Totals.Changes,
        ["contents"] = manifest.Totals.Contents,
        ["contentBytes"] = manifest.Totals.ContentBytes,
        ["components"] = Json.List(manifest.Components, component => new JsonObject
        {
            ["component"] = component.Name.Value,
            ["from"] = component.From.Value,
            ["to"] = component.To.Value,
            ["changes"] = component.Changes,
        }),
    };

    private static JsonArray Positions(IEnumerable<(string Component, long Sequence)> positions) => Json.List(
        [.. positions.OrderBy(one => one.Component, StringComparer.Ordinal)], one => new JsonObject { ["component"] = one.Component, ["sequence"] = one.Sequence });
}
