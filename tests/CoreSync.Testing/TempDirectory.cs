namespace CoreSync.Testing;

/// <summary>A fresh directory for one test, deleted at its end; in memory where the system offers that.</summary>
public sealed class TempDirectory : IDisposable
{
    public TempDirectory(bool onDisk = false)
    {
        var root = !onDisk && Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();
        Path = System.IO.Path.Combine(root, "coresync-test-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test deleted it.
        }
    }
}
