using System.Globalization;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Quickstart;

/// <summary>Edits the copy that the source core sends: a file is added, one is changed, one is renamed, and one is deleted where there are enough.</summary>
internal static class QuickstartChange
{
    // Fewer files, and one delete would look like a directory that went missing (the mass-delete brake, A6).
    private const int EnoughToDelete = 10;

    public static IReadOnlyList<string> Make(string directory, int round)
    {
        var told = new List<string>();
        var files = Directory.EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Order(StringComparer.Ordinal).ToList();
        var added = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"quickstart-{round}.txt"));
        File.WriteAllText(added, string.Create(CultureInfo.InvariantCulture, $"Added by quickstart, round {round}.\n"));
        told.Add(T("change.added", Path.GetFileName(added)));
        if (files.Count > 0)
        {
            var changed = files[round % files.Count];
            File.AppendAllText(changed, "\n");
            told.Add(T("change.changed", Path.GetRelativePath(directory, changed)));
        }

        if (files.Count >= EnoughToDelete)
        {
            var renamed = files[(round + 1) % files.Count];
            var to = renamed + ".renamed";
            File.Move(renamed, to);
            told.Add(T("change.renamed", Path.GetRelativePath(directory, renamed), Path.GetFileName(to)));
            var deleted = files[(round + 2) % files.Count];
            File.Delete(deleted);
            told.Add(T("change.deleted", Path.GetRelativePath(directory, deleted)));
        }

        return told;
    }
}
