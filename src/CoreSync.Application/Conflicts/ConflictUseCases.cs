using CoreSync.Conflicts;
using CoreSync.Items;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Conflicts;

/// <summary>Lists the changes that wait for a person on this core, oldest first.</summary>
/// <param name="Decided">Those that were decided as well.</param>
/// <param name="Reason">Only those that wait for this reason; null for all.</param>
public sealed record ListConflicts(bool Decided = false, ConflictReason? Reason = null) : IRequest<Result<IReadOnlyList<Conflict>>>;

/// <summary>Shows a conflict with what the source and this core have, side by side.</summary>
/// <param name="Id">The incoming item.</param>
public sealed record ShowConflict(string Id) : IRequest<Result<ConflictView>>;

/// <summary>A conflict with both sides.</summary>
/// <param name="Conflict">The conflict.</param>
/// <param name="Mine">What this core has: the item of the same name, or the copy as it is here; null for nothing.</param>
/// <param name="Diff">Where the documents differ; null for files, whose content is not here yet.</param>
public sealed record ConflictView(Conflict Conflict, Item? Mine, DocumentDiff? Diff);

/// <summary>
/// Decides about a change that waits. Doing it twice does no harm; what was declined can still be taken later, what took effect cannot be declined.
/// Documents take effect at once, files when the source offers them next.
/// </summary>
/// <param name="Id">The incoming item.</param>
/// <param name="Keep"><see cref="ConflictDecision.Mine"/>, <see cref="ConflictDecision.Theirs"/> or <see cref="ConflictDecision.Both"/>.</param>
public sealed record ResolveConflict(string Id, ConflictDecision Keep) : IRequest<Result<Conflict>>;

/// <summary>Links two items as the same: from now on the one of the other core takes the place of the one of this core.</summary>
/// <param name="First">One of the two, in any order.</param>
/// <param name="Second">The other.</param>
public sealed record LinkItems(string First, string Second) : IRequest<Result<ItemLink>>;

/// <summary>Two items that are the same.</summary>
/// <param name="Mine">The item of this core; its id leads to the other from now on.</param>
/// <param name="Theirs">The item of the other core.</param>
/// <param name="IsInEffect">It has taken its place; false: the next sync brings it.</param>
public sealed record ItemLink(Item Mine, ItemId Theirs, bool IsInEffect);

/// <summary>Accepts changes that wait for approval, with what they need and what waits only for them (A10).</summary>
/// <param name="Ids">Incoming items; null for all.</param>
public sealed record AcceptChanges(IReadOnlyList<string>? Ids) : IRequest<Result<IReadOnlyList<Conflict>>>;

/// <summary>Declines changes that wait for approval, with what needs them (A10). A newer revision of the same item waits again.</summary>
/// <param name="Ids">Incoming items.</param>
public sealed record DeclineChanges(IReadOnlyList<string> Ids) : IRequest<Result<IReadOnlyList<Conflict>>>;
