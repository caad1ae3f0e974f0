using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using Microsoft.Win32.SafeHandles;

namespace CoreSync.Infrastructure.Files;

/// <summary>Writes and copies files in staging, complete with time and executable bit, so that a rename alone makes them visible.</summary>
internal static class StagedFiles
{
    private const int CopyBytes = 1024 * 1024;

    /// <summary>Writes a new file; a leftover of that name is replaced.</summary>
    public static void Write(SafeDirectory staging, string name, ReadOnlySpan<byte> content, Item item, bool sync)
    {
        using var file = Create(staging, name, item.IsExecutable);
        try
        {
            RandomAccess.Write(file, content, 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ManagedDirectory.Translate(exception, staging.Path);
        }

        Finish(staging, file, name, item.ModifiedTicks, sync);
    }

    /// <summary>Copies a file.</summary>
    public static void Copy(SafeDirectory from, string fromName, SafeDirectory to, string toName, bool executable, long modifiedTicks)
    {
        using var source = from.OpenRead(fromName);
        using var file = Create(to, toName, executable);
        try
        {
            var buffer = GC.AllocateUninitializedArray<byte>(CopyBytes);
            for (long offset = 0; RandomAccess.Read(source, buffer, offset) is > 0 and var length; offset += length)
                RandomAccess.Write(file, buffer.AsSpan(0, length), offset);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ManagedDirectory.Translate(exception, to.Path);
        }

        Finish(to, file, toName, modifiedTicks, sync: true);
    }

    /// <summary>Gives a file the time and executable bit of an item.</summary>
    public static void Describe(SafeDirectory directory, string name, Item item, bool sync)
    {
        using var file = directory.OpenRead(name);
        var stat = directory.Stat(file);
        if (stat.IsExecutable != item.IsExecutable)
            directory.SetExecutable(file, name, item.IsExecutable);
        if (stat.ModifiedTicks != item.ModifiedTicks)
            directory.SetModified(file, name, item.ModifiedTicks);
        if (sync)
            DurableFile.Sync(file, directory.Path + "/" + name);
    }

    /// <summary>Removes a file if it is there.</summary>
    public static void Remove(SafeDirectory staging, string name)
    {
        try
        {
            staging.Unlink(name);
        }
        catch (FileFaultException fault) when (fault.Fault == FileFault.Missing)
        {
            // Gone already.
        }
    }

    private static void Finish(SafeDirectory directory, SafeFileHandle file, string name, long modifiedTicks, bool sync)
    {
        directory.SetModified(file, name, modifiedTicks);
        if (sync)
            DurableFile.Sync(file, directory.Path + "/" + name);
    }

    private static SafeFileHandle Create(SafeDirectory directory, string name, bool executable)
    {
        try
        {
            return directory.Create(name, executable);
        }
        catch (FileFaultException fault) when (fault.Fault == FileFault.Exists)
        {
            directory.Unlink(name);
            return directory.Create(name, executable);
        }
    }
}
