namespace CoreSync.Hosting;

/// <summary>Where a core lives when nobody says otherwise.</summary>
public static class CoreDataDirectory
{
    /// <summary>The place of the operating system: <c>ProgramData\CoreSync</c>, <c>/var/lib/coresync</c> for root, else the user's own data folder.</summary>
    public static string Default
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "CoreSync");
            // The service account of a package owns /var/lib/coresync; everybody else has a core of their own.
            return Environment.IsPrivilegedProcess
                ? "/var/lib/coresync"
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "coresync");
        }
    }
}
