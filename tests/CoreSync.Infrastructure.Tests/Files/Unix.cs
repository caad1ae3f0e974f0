namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>What only Unix has; elsewhere it does nothing.</summary>
internal static class Unix
{
    public static void SetExecutable(string path, bool executable)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, executable ? File.GetUnixFileMode(path) | UnixFileMode.UserExecute : File.GetUnixFileMode(path) & ~UnixFileMode.UserExecute);
    }

    public static bool IsExecutable(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0;
}
