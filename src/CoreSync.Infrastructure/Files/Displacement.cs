using CoreSync.Infrastructure.Files.Native;

namespace CoreSync.Infrastructure.Files;

/// <summary>Moves what must leave a component's directory into the data directory; nothing is lost.</summary>
/// <param name="destination">A directory of this batch below <c>displaced</c> or <c>retired</c>; made when first needed.</param>
internal sealed class Displacement(string destination) : IDisposable
{
    private SafeDirectory? root;
    private DirectoryChain? chain;

    /// <summary>Moves an entry, whatever it is, to the same relative path below the destination.</summary>
    /// <returns>Where it is now.</returns>
    public string Take(SafeDirectory directory, string name, string path)
    {
        root ??= SafeDirectory.OpenOrCreateRoot(destination);
        chain ??= new DirectoryChain(root, static (above, step, _) =>
        {
            above.TryMakeDirectory(step);
            return above.OpenDirectory(step);
        });
        var (to, wanted) = chain.OpenParent(path);
        var free = wanted;
        for (var i = 2; to.Stat(free) is not null; i++)
            free = $"{(wanted.Length > 200 ? wanted[..60] : wanted)}~{i}";
        try
        {
            directory.Rename(name, to, free);
        }
        catch (FileFaultException fault) when (fault.Fault == FileFault.CrossVolume)
        {
            Copy(directory, name, to, free);
            Sync();
            Remove(directory, name);
        }

        return to.Path + "/" + free;
    }

    /// <summary>Makes what was moved durable.</summary>
    public void Sync()
    {
        if (root is null)
            return;
        if (DurableFile.CanSyncVolume)
        {
            root.SyncVolume();
            return;
        }

        SyncBelow(root);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        chain?.Dispose();
        root?.Dispose();
    }

    private static void SyncBelow(SafeDirectory directory)
    {
        foreach (var entry in directory.List().Where(entry => entry.Kind == EntryKind.Directory))
        {
            using var below = directory.OpenDirectory(entry.Name);
            SyncBelow(below);
        }

        directory.Sync();
    }

    private static void Copy(SafeDirectory from, string name, SafeDirectory to, string toName)
    {
        switch (from.Stat(name))
        {
            case { Kind: EntryKind.File } stat:
                StagedFiles.Copy(from, name, to, toName, stat.IsExecutable, stat.ModifiedTicks);
                break;
            case { Kind: EntryKind.Link }:
                to.MakeLink(toName, from.ReadLink(name));
                break;
            case { Kind: EntryKind.Directory }:
                to.TryMakeDirectory(toName);
                using (var source = from.OpenDirectory(name))
                using (var target = to.OpenDirectory(toName))
                {
                    foreach (var entry in source.List())
                        Copy(source, entry.Name, target, entry.Name);
                }

                break;
            case { }:
                throw new FileFaultException(FileFault.WrongKind, from.Path + "/" + name, "a pipe, socket or device stands in the way");
        }
    }

    private static void Remove(SafeDirectory directory, string name)
    {
        if (directory.Stat(name) is not { Kind: EntryKind.Directory })
        {
            directory.Unlink(name);
            return;
        }

        using (var below = directory.OpenDirectory(name))
        {
            foreach (var entry in below.List())
                Remove(below, entry.Name);
        }

        directory.RemoveDirectory(name);
    }
}
