using System.Globalization;
using System.Text;
using Serilog.Core;
using Serilog.Events;

namespace CoreSync.Hosting.Logging;

/// <summary>The log file of a core: the present one always has the same name, older ones carry the day; several processes may write (O1).</summary>
/// <remarks>
/// The service and the console log about the same core. Each line is appended under a lock file, so that lines never mix and only one process rolls.
/// A log that cannot be written never stops a synchronisation: the line is dropped and counted; the count is written with the next line that can be.
/// Serilog's own file sink puts the day into the name of the present file, which products that read <c>CoreSyncService.exe.log</c> do not expect.
/// </remarks>
internal sealed class LogFile(string directory, TimeProvider time, LogState state) : ILogEventSink
{
    /// <summary>Size at which a file is rolled.</summary>
    public const long DefaultMaxBytes = 64 * 1024 * 1024;

    /// <summary>Rolled files kept.</summary>
    public const int DefaultKeep = 31;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();
    private readonly string file = Path.Combine(directory, LogFileName.Present);
    private readonly string lockFile = Path.Combine(directory, ".writer");
    private long dropped;

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        var line = LogLine.Of(logEvent) + "\n";
        lock (gate)
        {
            try
            {
                Directory.CreateDirectory(directory);
                using var held = Hold();
                Roll();
                Append(dropped == 0 ? line : line + LostLine());
                dropped = 0;
                state.Written();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                dropped++;
                state.Lost(failure.Message, time.GetUtcNow());
            }
        }
    }

    private string LostLine() =>
        string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} WRN 0 LogFile {dropped} earlier events could not be written\n");

    private FileStream Hold()
    {
        var started = time.GetTimestamp();
        var wait = new SpinWait();
        while (true)
        {
            try
            {
                return new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException) when (time.GetElapsedTime(started) < Patience)
            {
                wait.SpinOnce();
            }
        }
    }

    private void Append(string text)
    {
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1);
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private void Roll()
    {
        var present = new FileInfo(file);
        if (!present.Exists || present.Length == 0)
            return;
        var today = time.GetUtcNow().UtcDateTime.Date;
        if (present.Length < state.MaxBytes && present.LastWriteTimeUtc.Date >= today)
            return;
        var day = present.LastWriteTimeUtc.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        for (var number = 0; ; number++)
        {
            var rolled = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"CoreSyncService.exe.{day}.{number:000}.log"));
            if (File.Exists(rolled))
                continue;
            present.MoveTo(rolled);
            break;
        }

        foreach (var old in Directory.GetFiles(directory, "CoreSyncService.exe.*.log").Order(StringComparer.Ordinal).SkipLast(state.Keep))
            File.Delete(old);
    }
}
