using System.Text.Json;
using System.Text.Json.Serialization;
using CoreSync.Application.Items;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Outbox;

/// <summary>What a row of the outbox says about a draft beside its document.</summary>
internal sealed record DraftHead(
    string Component, string Name, string MediaType, string Group, string Owner, Guid[] References, DraftPayload[] Payloads, DateTimeOffset? StartAt, bool? AutoSync)
{
    public static DraftHead Of(ItemDraft draft) => new(
        draft.Component.Value, draft.Name, draft.MediaType, draft.Group, draft.Owner, [.. draft.References.Select(reference => reference.Value)],
        [.. draft.Payloads.Select(payload => new DraftPayload(payload.Path.Value, payload.Size, payload.Hash.ToString()))], draft.StartAt, draft.AutoSync);

    public ItemDraft ToDraft(ItemId id, ReadOnlyMemory<byte> document) => new(ComponentName.Parse(Component).Value, id, Name, document)
    {
        MediaType = MediaType,
        Group = Group,
        Owner = Owner,
        References = [.. References.Select(reference => new ItemId(reference))],
        Payloads = [.. Payloads.Select(payload => payload.ToPayload())],
        StartAt = StartAt,
        AutoSync = AutoSync,
    };
}

/// <summary>A payload in a row of the outbox.</summary>
internal sealed record DraftPayload(string Path, long Size, string Hash)
{
    public Payload ToPayload() =>
        ContentHash.TryParse(Hash, out var hash) ? new Payload(RelativePath.Parse(Path).Value, Size, hash) : throw new JsonException($"'{Hash}' is not a hash");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(DraftHead))]
internal sealed partial class DraftJson : JsonSerializerContext;
