namespace CoreSync.Items;

/// <summary>How the items of a component are kept.</summary>
public enum ComponentKind
{
    /// <summary>Documents in the catalogue.</summary>
    Documents,

    /// <summary>A directory tree (I6).</summary>
    Files,
}

/// <summary>What a delete at the source does here (A6).</summary>
public enum DeletePolicy
{
    /// <summary><i>Release and keep</i>: the copy stays and becomes editable. The default.</summary>
    Keep,

    /// <summary>The copy is moved out of the way: a retired document, or a file in the data directory's <c>retired</c> folder.</summary>
    Retire,

    /// <summary>The copy is deleted.</summary>
    Delete,
}

/// <summary>What happens when an incoming item has the name of another one (A3).</summary>
public enum ClashPolicy
{
    /// <summary>The incoming item gets <c> %1</c> … <c> %99</c>. The default for documents.</summary>
    Suffix,

    /// <summary>The incoming item replaces the one here. The default for files.</summary>
    Replace,

    /// <summary>The one here stays; the incoming item is rejected.</summary>
    Keep,

    /// <summary>A person decides in the conflict inbox.</summary>
    Ask,
}

/// <summary>What happens to a copy that was edited on this core when its origin sends a newer revision.</summary>
public enum EditedPolicy
{
    /// <summary>The origin's revision wins; the edited version is kept as a previous revision. The default.</summary>
    Replace,

    /// <summary>The edited copy stays; the newer revision is rejected.</summary>
    Keep,

    /// <summary>A person decides in the conflict inbox.</summary>
    Ask,
}

/// <summary>A component as this core is set up for it.</summary>
/// <param name="Name">Unique here.</param>
/// <param name="Kind">How its items are kept.</param>
/// <param name="IsEnabled">Off: nothing is sent; flags on items survive (I1).</param>
/// <param name="OnDelete">Policy for deletes that arrive here.</param>
/// <param name="OnClash">Policy for names that clash here.</param>
/// <param name="Files">Directories and patterns; null unless <see cref="ComponentKind.Files"/>.</param>
/// <param name="IsProduct">Its items live in the database of an embedding product as well: they are changed and applied only where the product runs (I3).</param>
/// <param name="OnEdited">Policy for newer revisions of copies that were edited here.</param>
/// <param name="NeedsApproval">What arrives waits until a person accepts it (A10).</param>
public sealed record Component(
    ComponentName Name, ComponentKind Kind, bool IsEnabled, DeletePolicy OnDelete, ClashPolicy OnClash, FilesSettings? Files = null, bool IsProduct = false,
    EditedPolicy OnEdited = EditedPolicy.Replace, bool NeedsApproval = false);

/// <summary>Settings of a files component.</summary>
/// <param name="SendFrom">Absolute directory that this core sends; null when it only receives.</param>
/// <param name="ReceiveTo">Absolute directory where received items are written; null when it only sends.</param>
/// <param name="Include">Glob patterns (<c>**</c>, <c>*</c>, <c>?</c>) on the relative path; empty includes everything.</param>
/// <param name="Exclude">Glob patterns that win over <paramref name="Include"/>.</param>
/// <param name="AutoSync">Whether files found are flagged for auto sync.</param>
/// <param name="RecordLinks">Symbolic links travel as links; off: they are skipped and counted.</param>
public sealed record FilesSettings(
    string? SendFrom, string? ReceiveTo, IReadOnlyList<string> Include, IReadOnlyList<string> Exclude, bool AutoSync = true, bool RecordLinks = false);
