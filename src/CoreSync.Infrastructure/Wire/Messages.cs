using System.Text.Json;
using System.Text.Json.Serialization;

namespace CoreSync.Infrastructure.Wire;

/// <summary>The JSON messages between cores, as docs/protocol.md describes them.</summary>
internal sealed record SignInRequest(string User, string Password, Guid Source)
{
    public override string ToString() => $"SignInRequest {{ User = {User}, Source = {Source} }}";
}

/// <summary>Answer to <see cref="SignInRequest"/>.</summary>
internal sealed record SignInAnswer(string Token, int ExpiresInSeconds)
{
    public override string ToString() => $"SignInAnswer {{ ExpiresInSeconds = {ExpiresInSeconds} }}";
}

/// <summary>What a core tells about itself to an account that signed in.</summary>
internal sealed record CoreAnswer(
    Guid Id, string Name, int ProtocolMin, int ProtocolMax, string Version, DateTimeOffset Clock, long FreeBytes, AccountAnswer Account,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AnnouncementAnswer? Next = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Presents = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Features = null)
{
    /// <summary>Whether the core names a feature; one of before names none.</summary>
    public bool Offers(string feature) => Features?.Contains(feature) == true;
}

/// <summary>The next certificate of the core (T10): DER and proof in base64, the time in milliseconds since 1970-01-01 UTC.</summary>
internal sealed record AnnouncementAnswer(string Certificate, long At, string Proof);

/// <summary>What the account may do there.</summary>
internal sealed record AccountAnswer(string Name, string Rights, IReadOnlyList<string> Components);

/// <summary>Introduces a source.</summary>
internal sealed record OpenRequest(Guid StoreId, long Epoch, Guid Writer);

/// <summary>Where the target stands in the feed of the source.</summary>
internal sealed record OpenAnswer(Guid Core, IReadOnlyList<CheckpointAnswer> Components, IReadOnlyList<string> Refused)
{
    /// <summary>Items whose payloads it asks for again; left out when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DamagedAnswer>? Damaged { get; init; }
}

/// <summary>An item with payloads that are missing or damaged at the target.</summary>
internal sealed record DamagedAnswer(string Component, Guid Item);

/// <summary>A component that the target receives, with its checkpoint.</summary>
internal sealed record CheckpointAnswer(string Component, Guid StoreId, long Sequence, Guid Mark);

/// <summary>Asks how much of each content is there.</summary>
internal sealed record HaveRequest(IReadOnlyList<string> Hashes);

/// <summary>Bytes there, in the order asked.</summary>
internal sealed record HaveAnswer(IReadOnlyList<long> Bytes);

/// <summary>Asks for the content that is there under a path of an item, as its chunks.</summary>
internal sealed record BaseRequest(Guid Item, string Path);

/// <summary>The target's word that a batch is durable.</summary>
internal sealed record ReceiptAnswer(long Checkpoint, Guid Mark, int Applied, int Skipped, IReadOnlyList<OutcomeAnswer> Exceptions);

/// <summary>A change that was neither applied nor skipped.</summary>
internal sealed record OutcomeAnswer(Guid Item, long Sequence, string Outcome, string Code, string Message);

/// <summary>An error (RFC 9457).</summary>
internal sealed record Problem(string Type, string Title, int Status, string Detail, string Code, IReadOnlyDictionary<string, string> Arguments);

/// <summary>Nothing to tell.</summary>
internal sealed record EmptyAnswer;

/// <summary>How JSON is read from and written to other cores: nothing twice, nothing deep, no comments (P14).</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(SignInAnswer))]
[JsonSerializable(typeof(CoreAnswer))]
[JsonSerializable(typeof(OpenRequest))]
[JsonSerializable(typeof(OpenAnswer))]
[JsonSerializable(typeof(HaveRequest))]
[JsonSerializable(typeof(HaveAnswer))]
[JsonSerializable(typeof(BaseRequest))]
[JsonSerializable(typeof(ReceiptAnswer))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(EmptyAnswer))]
[JsonSerializable(typeof(StateAnswer))]
[JsonSerializable(typeof(RangesRequest))]
[JsonSerializable(typeof(RangesAnswer))]
[JsonSerializable(typeof(EntriesRequest))]
[JsonSerializable(typeof(EntriesAnswer))]
[JsonSerializable(typeof(HeldRequest))]
[JsonSerializable(typeof(HeldAnswer))]
[JsonSerializable(typeof(PlanAnswer))]
[JsonSerializable(typeof(DamageRequest))]
[JsonSerializable(typeof(DamageAnswer))]
[JsonSerializable(typeof(FeedOpenRequest))]
[JsonSerializable(typeof(FeedOpenAnswer))]
[JsonSerializable(typeof(FeedHeadAnswer))]
[JsonSerializable(typeof(FeedItemsRequest))]
[JsonSerializable(typeof(FeedPayloadsRequest))]
[JsonSerializable(typeof(FeedPositionRequest))]
[JsonSerializable(typeof(FeedRiseRequest))]
[JsonSerializable(typeof(FeedRaiseRequest))]
[JsonSerializable(typeof(FeedTotalsAnswer))]
internal sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>For requests: members that nobody knows are refused (A05).</summary>
    public static WireJson Strict { get; } = new(Rules(JsonUnmappedMemberHandling.Disallow));

    /// <summary>For answers: a newer target may tell more (P3).</summary>
    public static WireJson Tolerant { get; } = new(Rules(JsonUnmappedMemberHandling.Skip));

    private static JsonSerializerOptions Rules(JsonUnmappedMemberHandling unmapped) => new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        MaxDepth = 16,
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        ReadCommentHandling = JsonCommentHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = unmapped,
    };
}
