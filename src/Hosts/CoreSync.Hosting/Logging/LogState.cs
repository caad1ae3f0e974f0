namespace CoreSync.Hosting.Logging;

/// <summary>What the log file of this process is like: its limits, which settings change while it runs, and whether it can be written.</summary>
internal sealed class LogState(string directory)
{
    /// <summary>The present file.</summary>
    public string File { get; } = Path.Combine(directory, LogFileName.Present);

    /// <summary>Size at which the file is rolled.</summary>
    public long MaxBytes { get; set; } = LogFile.DefaultMaxBytes;

    /// <summary>Rolled files kept.</summary>
    public int Keep { get; set; } = LogFile.DefaultKeep;

    /// <summary>Since when lines are lost; null when none are.</summary>
    public DateTimeOffset? TroubleSince { get; private set; }

    private string? Reason { get; set; }

    /// <summary>Why the log cannot be written; null when it can. Looks at the file itself when nothing was written lately.</summary>
    public string? Trouble()
    {
        if (Reason is not null || !System.IO.File.Exists(File))
            return Reason;
        try
        {
            using var _ = new FileStream(File, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }

    /// <summary>A line was lost.</summary>
    public void Lost(string reason, DateTimeOffset at)
    {
        Reason = reason;
        TroubleSince ??= at;
    }

    /// <summary>A line was written.</summary>
    public void Written()
    {
        Reason = null;
        TroubleSince = null;
    }
}
