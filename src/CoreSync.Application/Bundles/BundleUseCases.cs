using CoreSync.Bundles;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Bundles;

/// <summary>Writes a bundle: the feed of components, or chosen items with everything that they refer to (J3).</summary>
/// <param name="File">Absolute path of the new file.</param>
/// <param name="Components">Components; empty for all, unless items are chosen.</param>
/// <param name="Items">Chosen items; with components beside them, all live items of those too.</param>
/// <param name="Since">Only what changed after this sequence, which an earlier export told (B3); not for chosen items.</param>
/// <param name="Overwrite">Replaces a file of that name.</param>
/// <remarks>What cannot go since something that it needs is missing here is left out and told; content that cannot be read fails the export.</remarks>
public sealed record ExportBundle(string File, IReadOnlyList<string> Components, IReadOnlyList<string> Items, long? Since = null, bool Overwrite = false)
    : IRequest<Result<ExportedBundle>>;

/// <summary>The answer of <see cref="ExportBundle"/>.</summary>
/// <param name="File">The file.</param>
/// <param name="Bundle">What was written, and the certificate that signed.</param>
/// <param name="Next">What to give as <c>Since</c> next time; null for chosen items.</param>
/// <param name="LeftOut">Items that could not go.</param>
public sealed record ExportedBundle(string File, WrittenBundle Bundle, Sequence? Next, IReadOnlyList<LeftOutItem> LeftOut);

/// <summary>An item that could not go into a bundle.</summary>
public sealed record LeftOutItem(ItemId Item, ComponentName Component, string Name, Errors.CoreSyncError Error);

/// <summary>Imports a bundle, or plans it. The whole file is verified before anything is applied.</summary>
/// <param name="File">Absolute path.</param>
/// <param name="Mode">What happens with ids and groups.</param>
/// <param name="Group">The group of all items; only with <see cref="ImportMode.Insert"/>.</param>
/// <param name="Owner">The owner of all items; only with <see cref="ImportMode.Insert"/>.</param>
/// <param name="PlanOnly">Answers what would happen and writes nothing.</param>
/// <param name="Fingerprint">Of the certificate that signed, given by a person; remembered after it matched.</param>
/// <param name="Receipt">Where to write a receipt for the source; null writes none. Only for a feed in <see cref="ImportMode.Update"/>.</param>
public sealed record ImportBundle(
    string File, ImportMode Mode, string? Group = null, string? Owner = null, bool PlanOnly = false, string? Fingerprint = null, string? Receipt = null)
    : IRequest<Result<ImportedBundle>>;

/// <summary>The answer of <see cref="ImportBundle"/>.</summary>
/// <param name="Manifest">What the bundle says about itself.</param>
/// <param name="Signer">The certificate that signed it.</param>
/// <param name="IsRemembered">The signer was authorised by this import.</param>
/// <param name="IsPlan">Nothing was written.</param>
/// <param name="Applied">Changes applied, or that would be.</param>
/// <param name="Skipped">Changes that are here already.</param>
/// <param name="Bytes">Bytes of content of what is applied.</param>
/// <param name="Items">Of a plan, each item; else those that were not applied.</param>
/// <param name="Positions">Where this core stands now in the feed of the source; empty when the bundle moves no checkpoint.</param>
/// <param name="Receipt">The receipt written; null for none.</param>
public sealed record ImportedBundle(
    BundleManifest Manifest, CertificateFingerprint Signer, bool IsRemembered, bool IsPlan, long Applied, long Skipped, long Bytes, IReadOnlyList<ImportedItem> Items,
    IReadOnlyDictionary<ComponentName, Checkpoint> Positions, string? Receipt)
{
    /// <summary>Items that were refused.</summary>
    public long Rejected => Items.Count(item => item.Action == ImportAction.Reject);

    /// <summary>Items that wait for a person.</summary>
    public long Conflicts => Items.Count(item => item.Action == ImportAction.Conflict);
}

/// <summary>What happens, or would happen, with one item of a bundle.</summary>
/// <param name="Item">Its id as it is, or would be, here.</param>
/// <param name="Component">Its component.</param>
/// <param name="Name">Its name in the file.</param>
/// <param name="Action">What happens.</param>
/// <param name="Bytes">Bytes of its content and payloads; of a plan those that are not here yet.</param>
/// <param name="Code">Error code; empty when it is no failure.</param>
/// <param name="Message">English text of the error.</param>
public sealed record ImportedItem(ItemId Item, ComponentName Component, string Name, ImportAction Action, long Bytes, string Code = "", string Message = "")
{
    /// <summary>Of a plan: the name that it would get here when its own is taken (A3); empty for its own.</summary>
    public string NewName { get; init; } = "";

    /// <summary>Of a plan: the item here that would give way to it (A3); null for none.</summary>
    public ItemId? Replaces { get; init; }

    /// <summary>Of a plan: the items that it comes along for; empty when it goes for its own sake.</summary>
    public IReadOnlyList<ItemId> Because { get; init; } = [];
}

/// <summary>What an import does with an item.</summary>
public enum ImportAction
{
    /// <summary>It is new here.</summary>
    Create,

    /// <summary>It is newer than what is here.</summary>
    Update,

    /// <summary>It is here already.</summary>
    Skip,

    /// <summary>The source deleted it; the policy of the component decides.</summary>
    Delete,

    /// <summary>The source ended its auto sync; the copy becomes editable.</summary>
    Release,

    /// <summary>A person must decide.</summary>
    Conflict,

    /// <summary>It cannot be taken.</summary>
    Reject,
}

/// <summary>Tells a receipt from a bundle.</summary>
public sealed record LookAtFile(string File) : IRequest<Result<bool>>;

/// <summary>Takes in a receipt: the signed word of a target of this core moves its checkpoint (B3).</summary>
public sealed record TakeReceipt(string File) : IRequest<Result<TakenReceipt>>;

/// <summary>The answer of <see cref="TakeReceipt"/>.</summary>
/// <param name="Target">The target that spoke.</param>
/// <param name="Positions">Where it stands now; only what moved.</param>
/// <param name="Refused">Items that it did not apply; they are offered again.</param>
public sealed record TakenReceipt(Fqdn Target, IReadOnlyDictionary<ComponentName, Sequence> Positions, IReadOnlyList<RefusedItem> Refused);

/// <summary>Signers that were authorised with a fingerprint; trusted target cores are signers too and not listed.</summary>
public sealed record ListSigners : IRequest<Result<IReadOnlyList<RememberedSigner>>>;

/// <summary>Forgets a signer: its bundles are refused from now on.</summary>
public sealed record ForgetSigner(string Fingerprint) : IRequest<Result>;
