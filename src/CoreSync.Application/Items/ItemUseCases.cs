using CoreSync.Items;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Items;

/// <summary>Creates or updates a document item of this core. One that is read-only here is refused (A4).</summary>
/// <param name="Component">A document component.</param>
/// <param name="Name">Its name.</param>
/// <param name="Document">The bytes.</param>
/// <param name="MediaType">Of the bytes.</param>
/// <param name="Id">The item to update; null creates one, or updates the own item of that name and group.</param>
/// <param name="Group">Group path; null keeps or leaves empty.</param>
/// <param name="References">Ids of items it needs; null keeps.</param>
/// <param name="AutoSync">Flag; null keeps.</param>
/// <param name="StartAt">When a task starts, UTC; null keeps.</param>
/// <param name="Payloads">Files that travel with it, in place of those before (I5); null keeps, empty removes.</param>
public sealed record PutItem(
    string Component, string Name, ReadOnlyMemory<byte> Document, string MediaType = "application/json", string? Id = null, string? Group = null,
    IReadOnlyList<string>? References = null, bool? AutoSync = null, DateTimeOffset? StartAt = null, IReadOnlyList<PayloadSource>? Payloads = null) : IRequest<Result<Item>>;

/// <summary>Opens the content of one payload of an item. Whoever reads it to its end is told when it is damaged (<see cref="IPayloadStore.Open"/>).</summary>
/// <param name="Id">The item.</param>
/// <param name="Path">The payload's path.</param>
public sealed record OpenPayload(string Id, string Path) : IRequest<Result<OpenedPayload>>;

/// <summary>Compares rows and content store (S18). Damage is answered, not failed with.</summary>
/// <param name="Read">Reads all content and compares the hashes; else names and sizes alone.</param>
public sealed record CheckContents(bool Read) : IRequest<Result<ContentCheck>>;

/// <summary>A payload with its content.</summary>
public sealed record OpenedPayload(Item Item, Payload Payload, Stream Content);

/// <summary>Lists live items, by component and name.</summary>
public sealed record ListItems(string? Component = null) : IRequest<Result<IReadOnlyList<Item>>>;

/// <summary>Shows an item; tombstones too.</summary>
public sealed record ShowItem(string Id) : IRequest<Result<ItemView>>;

/// <summary>Deletes an item of this core; leaves a tombstone that travels (I4).</summary>
public sealed record DeleteItem(string Id) : IRequest<Result<Item>>;

/// <summary>Lists the live items that refer to an item, which may be deleted; the nearest only.</summary>
public sealed record ListReferrers(string Id) : IRequest<Result<IReadOnlyList<Item>>>;

/// <summary>Flags items for auto sync, or releases them (J1, A5). All or none.</summary>
public sealed record SetAutoSync(IReadOnlyList<string> Ids, bool On) : IRequest<Result<IReadOnlyList<Item>>>;

/// <summary>An item with its document.</summary>
public sealed record ItemView(Item Item, ReadOnlyMemory<byte>? Document, bool IsReadOnly);

/// <summary>Lists the components.</summary>
public sealed record ListComponents : IRequest<Result<IReadOnlyList<ComponentView>>>;

/// <summary>A component with what it holds.</summary>
public sealed record ComponentView(Component Component, long Items, IReadOnlyList<ScanProblem> Problems);

/// <summary>Adds a files component (I6).</summary>
/// <param name="Name">Its name; the same on both cores.</param>
/// <param name="SendFrom">Directory that this core sends; null only receives.</param>
/// <param name="ReceiveTo">Directory for received items; null only sends.</param>
/// <param name="Include">Patterns; empty takes all.</param>
/// <param name="Exclude">Patterns that win.</param>
/// <param name="AutoSync">Files found are flagged.</param>
/// <param name="RecordLinks">Symbolic links travel as links.</param>
/// <param name="OnDelete">Policy for deletes that arrive here.</param>
public sealed record AddFilesComponent(
    string Name, string? SendFrom, string? ReceiveTo, IReadOnlyList<string> Include, IReadOnlyList<string> Exclude, bool AutoSync = true, bool RecordLinks = false,
    DeletePolicy OnDelete = DeletePolicy.Keep) : IRequest<Result<ComponentView>>;

/// <summary>Switches a component on or off; flags on its items survive (I1).</summary>
public sealed record EnableComponent(string Name, bool Enabled) : IRequest<Result<ComponentView>>;

/// <summary>Changes the policies of a component; null leaves one.</summary>
public sealed record SetComponentPolicy(string Name, DeletePolicy? OnDelete, ClashPolicy? OnClash) : IRequest<Result<ComponentView>>;

/// <summary>A person confirms that the files now missing were deleted on purpose; releases the mass-delete brake once (A6).</summary>
public sealed record ConfirmDeletes(string Name) : IRequest<Result<long>>;
