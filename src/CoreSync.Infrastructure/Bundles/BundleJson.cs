using System.Text.Json;
using System.Text.Json.Serialization;
using CoreSync.Bundles;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Bundles;

/// <summary>Manifest and receipt as JSON, read strictly: an unknown, missing or doubled member is refused (docs/bundle.md, 3 and 6).</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 4)]
[JsonSerializable(typeof(ManifestJson))]
[JsonSerializable(typeof(ReceiptJson))]
internal sealed partial class BundleJson : JsonSerializerContext;

internal sealed record ManifestJson(
    Guid Id, string Kind, Guid Core, string Name, Guid StoreId, long Epoch, DateTimeOffset CreatedAt, string Hash, ManifestComponentJson[] Components, long Batches, long Changes,
    long Contents, long ContentBytes, long BodyBytes, string BodySha256)
{
    private const string HashName = "sha-256";

    public static ManifestJson Of(BundleManifest manifest) => new(
        manifest.Id, manifest.Kind == BundleKind.Feed ? "feed" : "selection", manifest.Source.Core.Value, manifest.CoreName, manifest.Source.StoreId, manifest.Source.Epoch,
        manifest.CreatedAt, HashName,
        [.. manifest.Components.Select(one => new ManifestComponentJson(one.Name.Value, one.From.Value, one.To.Value, one.Changes))],
        manifest.Totals.Batches, manifest.Totals.Changes, manifest.Totals.Contents, manifest.Totals.ContentBytes, manifest.Totals.BodyBytes, manifest.BodyHash.ToString());

    /// <exception cref="JsonException">A value is out of its range.</exception>
    public BundleManifest ToManifest()
    {
        var kind = Kind switch { "feed" => BundleKind.Feed, "selection" => BundleKind.Selection, _ => throw new JsonException("the kind is not known") };
        if (Hash != HashName || !ContentHash.TryParse(BodySha256, out var body))
            throw new JsonException("the hash is not SHA-256");
        if (Components.Length > BundleManifest.MaxComponents)
            throw new JsonException($"it names {Components.Length} components");
        if (Name.Length > 255 || new[] { Epoch, Batches, Changes, Contents, ContentBytes, BodyBytes }.Any(number => number is < 0 or > long.MaxValue >> 1))
            throw new JsonException("a number or the name is out of range");
        var components = Components.Select(one => one.ToComponent(kind)).ToList();
        if (components.DistinctBy(one => one.Name).Count() < components.Count)
            throw new JsonException("a component occurs twice");
        return new BundleManifest(
            Id, kind, new SourceIdentity(new CoreId(Core), StoreId, Epoch), Name, CreatedAt.ToUniversalTime(), components,
            new BundleTotals(Batches, Changes, Contents, ContentBytes, BodyBytes), body);
    }
}

internal sealed record ManifestComponentJson(string Component, long From, long To, long Changes)
{
    public BundleComponent ToComponent(BundleKind kind)
    {
        if (From < 0 || To < From || To > long.MaxValue >> 1 || Changes < 0 || (kind == BundleKind.Selection && To != 0))
            throw new JsonException("the positions of a component are out of range");
        return new BundleComponent(NamesJson.Component(Component), new Sequence(From), new Sequence(To), Changes);
    }
}

internal sealed record ReceiptJson(Guid Bundle, Guid Target, string Name, Guid Source, Guid StoreId, DateTimeOffset CreatedAt, ReceivedJson[] Components, RefusedJson[] Refused)
{
    public static ReceiptJson Of(BundleReceipt receipt) => new(
        receipt.Bundle, receipt.Target.Value, receipt.TargetName, receipt.Source.Value, receipt.StoreId, receipt.CreatedAt,
        [.. receipt.Components.Select(one => new ReceivedJson(one.Name.Value, one.Sequence.Value, one.Mark))],
        [.. receipt.Refused.Select(one => new RefusedJson(one.Item.Value, one.Component.Value, JsonNamingPolicy.CamelCase.ConvertName(one.Kind.ToString()), one.Code, one.Message))]);

    /// <exception cref="JsonException">A value is out of its range.</exception>
    public BundleReceipt ToReceipt()
    {
        if (Components.Length > BundleManifest.MaxComponents || Refused.Length > BundleReceipt.MaxRefused || Name.Length > 255)
            throw new JsonException("it holds too much");
        if (Components.Any(one => one.Sequence is < 0 or > long.MaxValue >> 1) || Components.DistinctBy(one => one.Component).Count() < Components.Length)
            throw new JsonException("its positions are out of range");
        return new BundleReceipt(
            Bundle, new CoreId(Target), Name, new CoreId(Source), StoreId, CreatedAt.ToUniversalTime(),
            [.. Components.Select(one => new ReceivedComponent(NamesJson.Component(one.Component), new Sequence(one.Sequence), one.Mark))], [.. Refused.Select(one => one.ToRefused())]);
    }
}

internal sealed record ReceivedJson(string Component, long Sequence, Guid Mark);

internal sealed record RefusedJson(Guid Item, string Component, string Outcome, string Code, string Message)
{
    private const int MaxText = 500;

    public RefusedItem ToRefused()
    {
        var kind = Outcome switch { "rejected" => ItemOutcomeKind.Rejected, "conflict" => ItemOutcomeKind.Conflict, _ => throw new JsonException("an outcome is not known") };
        return Code.Length > 100 || Message.Length > MaxText
            ? throw new JsonException("a text is too long")
            : new RefusedItem(new ItemId(Item), NamesJson.Component(Component), kind, Code, Message);
    }
}

internal static class NamesJson
{
    public static ComponentName Component(string text) =>
        ComponentName.Parse(text) is { IsSuccess: true, Value: var name } && name.Value == text ? name : throw new JsonException("a component has no valid name");
}
