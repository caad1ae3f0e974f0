using CoreSync.Hosting;

namespace CoreSync.Console.CommandLine;

/// <summary>Where the core of this command lives: <c>--data</c>, else <c>CORESYNC_DATA</c>, else the place of the operating system.</summary>
internal static class DataDirectory
{
    /// <summary>The absolute path; need not exist.</summary>
    public static string Of(string? option)
    {
        var chosen = !string.IsNullOrWhiteSpace(option) ? option : Environment.GetEnvironmentVariable("CORESYNC_DATA");
        return Path.GetFullPath(string.IsNullOrWhiteSpace(chosen) ? CoreDataDirectory.Default : chosen);
    }
}
