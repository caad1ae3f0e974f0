using CoreSync.Errors;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Infrastructure.Files;

/// <summary>Judges the directories that a person gives a files component.</summary>
internal static class ComponentDirectories
{
    /// <summary>Checks both directories. The one for received items is made when it is missing: from then on its absence means that a volume is not mounted.</summary>
    /// <returns>Fails with <see cref="ComponentDirectoryError"/>.</returns>
    public static Result Check(Component component, string dataDirectory)
    {
        if (component.Files is not { } files)
            return Result.Ok();
        var name = component.Name.Value;
        foreach (var directory in new[] { files.SendFrom, files.ReceiveTo })
        {
            if (directory is null)
                continue;
            if (!Path.IsPathFullyQualified(directory))
                return Result.Fail(new ComponentDirectoryError(name, directory, "it is not an absolute path"));
            if (Overlap(directory, dataDirectory))
                return Result.Fail(new ComponentDirectoryError(name, directory, "it overlaps the data directory of this core"));
        }

        if (files.SendFrom is { } from && files.ReceiveTo is { } to && Overlap(from, to))
            return Result.Fail(new ComponentDirectoryError(name, to, $"it overlaps {from}, which this component sends"));
        if (files.SendFrom is { } source && Unreadable(source) is { } unreadable)
            return Result.Fail(new ComponentDirectoryError(name, source, unreadable));
        if (files.ReceiveTo is { } target && Unwritable(target) is { } unwritable)
            return Result.Fail(new ComponentDirectoryError(name, target, unwritable));
        return Result.Ok();
    }

    private static string? Unreadable(string directory)
    {
        try
        {
            using var root = SafeDirectory.OpenRoot(directory);
            root.IsEmpty();
            return null;
        }
        catch (FileFaultException fault)
        {
            return Words(fault);
        }
    }

    private static string? Unwritable(string directory)
    {
        const string Probe = RelativePath.ReservedPrefix + "probe";
        try
        {
            using var root = SafeDirectory.OpenOrCreateRoot(directory);
            if (!root.TryMakeDirectory(Probe))
                return null;
            root.RemoveDirectory(Probe);
            return null;
        }
        catch (FileFaultException fault)
        {
            return Words(fault);
        }
    }

    private static string Words(FileFaultException fault) => fault.Fault switch
    {
        FileFault.Missing => "it does not exist",
        FileFault.WrongKind => "it is a link or no directory; name the directory itself",
        _ => fault.Reason,
    };

    private static bool Overlap(string left, string right)
    {
        if (right.Length == 0)
            return false;
        var (one, other) = (Real(left), Real(right));
        return one.StartsWith(other, Comparison) || other.StartsWith(one, Comparison);
    }

    private static StringComparison Comparison => OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>The path with links resolved as far as it exists, and a separator at the end.</summary>
    private static string Real(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        foreach (var segment in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, segment);
            try
            {
                real = new DirectoryInfo(next).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next;
            }
            catch (IOException)
            {
                real = next;
            }
        }

        return Path.TrimEndingDirectorySeparator(real) + Path.DirectorySeparatorChar;
    }
}
