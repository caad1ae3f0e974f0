namespace CoreSync.Infrastructure.Wire;

/// <summary>Where the target stands and what it holds adds up to.</summary>
internal sealed record StateAnswer(Guid Core, IReadOnlyList<CheckpointAnswer> Components, IReadOnlyList<string> Refused, IReadOnlyList<DigestAnswer> Digests);

/// <summary>What one component holds of one core's items: how many, and their sum as 32 hexadecimal digits.</summary>
internal sealed record DigestAnswer(string Component, Guid Origin, long Items, string Sum);

/// <summary>Asks for the digests of the ranges of ids within a range.</summary>
internal sealed record RangesRequest(Guid Origin, string Within, int Digits);

/// <summary>Ranges that are not empty.</summary>
internal sealed record RangesAnswer(IReadOnlyList<RangeAnswer> Ranges);

/// <summary>One range.</summary>
internal sealed record RangeAnswer(string Prefix, long Items, string Sum);

/// <summary>Asks for the items of a range.</summary>
internal sealed record EntriesRequest(Guid Origin, string Within, Guid? After = null);

/// <summary>A page of items by id.</summary>
internal sealed record EntriesAnswer(IReadOnlyList<EntryAnswer> Entries);

/// <summary>An item with its digest.</summary>
internal sealed record EntryAnswer(Guid Item, long Revision, string Sum);

/// <summary>Asks what the target holds of certain items.</summary>
internal sealed record HeldRequest(IReadOnlyList<Guid> Items, bool Documents);

/// <summary>Those that it holds.</summary>
internal sealed record HeldAnswer(IReadOnlyList<HeldItemAnswer> Items);

/// <summary>An item as the target holds it; its document in Base64.</summary>
internal sealed record HeldItemAnswer(
    Guid Item, string Kind, string Name, string Group, string Owner, Guid Origin, long Revision, string MediaType, string Sha256, long Size, long Modified, bool Executable,
    string Link, bool AutoSync, bool Deleted, bool Edited, IReadOnlyList<Guid> References, IReadOnlyList<HeldPayloadAnswer> Payloads, DateTimeOffset? StartAt = null,
    byte[]? Document = null);

/// <summary>A payload of it.</summary>
internal sealed record HeldPayloadAnswer(string Path, long Size, string Sha256);

/// <summary>What the target would do with each change of a batch, in its order.</summary>
internal sealed record PlanAnswer(IReadOnlyList<PlannedAnswer> Items);

/// <summary>What it would do with one.</summary>
internal sealed record PlannedAnswer(Guid Item, string Verb, long Bytes, string Code, string Message, string Name = "", Guid? Replaces = null);

/// <summary>Asks which received files were changed or removed at the target.</summary>
internal sealed record DamageRequest(Guid Origin);

/// <summary>Those that were.</summary>
internal sealed record DamageAnswer(IReadOnlyList<DamagedFileAnswer> Items);

/// <summary>One of them.</summary>
internal sealed record DamagedFileAnswer(Guid Item, string Damage);
