namespace CoreSync.Hosting.Logging;

/// <summary>The name of the log file, which other products read (O1).</summary>
public static class LogFileName
{
    /// <summary>The present file, in the <c>log</c> folder of the data directory.</summary>
    public const string Present = "CoreSyncService.exe.log";
}
