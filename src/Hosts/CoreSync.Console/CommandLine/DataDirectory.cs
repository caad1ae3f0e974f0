namespace CoreSync.Console.CommandLine;

/// <summary>Where the core of this command lives: <c>--data</c>, else <c>CORESYNC_DATA</c>, else the place of the operating system.</summary>
internal static class DataDirectory
{
    /// <summary>The absolute path; need not exist.</summary>
    public static string Of(string? option)
    {
        var chosen = !string.IsNullOrWhiteSpace(option) ? option : Environment.GetEnvironmentVariable("CORESYNC_DATA");
        return Path.GetFullPath(string.IsNullOrWhiteSpace(chosen) ? Default() : chosen);
    }

    private static string Default()
    {
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "CoreSync");
        // The service account of a package owns /var/lib/coresync; everybody else has a core of their own.
        return Environment.IsPrivilegedProcess
            ? "/var/lib/coresync"
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "coresync");
    }
}
