using Microsoft.Win32.SafeHandles;

namespace CoreSync.Infrastructure.Files.Native;

/// <summary>Flushes files and directories to the disk and reports when that failed, which .NET does not on Linux.</summary>
/// <remarks>A failed flush is never repeated and believed: the kernel may have dropped the pages. The caller redoes the work from its source.</remarks>
internal static class DurableFile
{
    /// <summary>Before 5.8 the kernel did not report write errors through <c>syncfs</c>.</summary>
    private static readonly bool VolumeSyncReportsErrors = OperatingSystem.IsLinux() && Environment.OSVersion.Version >= new Version(5, 8);

    /// <summary>Whether one flush of the volume is as trustworthy as one flush per file.</summary>
    public static bool CanSyncVolume => LinuxCalls.Available && VolumeSyncReportsErrors;

    /// <summary>Makes the content and length of a file durable.</summary>
    public static void Sync(SafeFileHandle file, string path)
    {
        if (LinuxCalls.Available)
        {
            if (LinuxCalls.Sync(file) != 0)
                throw LinuxCalls.LastFault(path);
            return;
        }

        try
        {
#pragma warning disable RS0030 // The defect is of the Linux shim alone; elsewhere the call reports failures.
            RandomAccess.FlushToDisk(file);
#pragma warning restore RS0030
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ManagedDirectory.Translate(exception, path);
        }
    }
}
