using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;

namespace CoreSync.WebConsole.Items;

/// <summary>How an item stands on this core: whether it is kept in sync, and whether people may change it here.</summary>
internal static class ItemMarks
{
    public static Mark Flag(Viewer view, Item item, CoreId here)
    {
        if (item.IsDeleted)
            return new Mark(Tone.Plain, "trash", view.T("items.is-deleted"));
        if (item.IsReadOnlyOn(here))
            return new Mark(Tone.Plain, "lock", view.T("items.read-only"), item.IsEdited ? view.T("items.edited-here") : null);
        if (item.AutoSync)
            return new Mark(Tone.Good, "run", view.T("items.flag-on"));
        return new Mark(Tone.Plain, "dot", view.T("items.flag-off"), item.IsEdited ? view.T("items.edited-here") : null);
    }
}
