using CoreSync.Application.Items;
using CoreSync.Items;
using Microsoft.Extensions.Logging;

namespace CoreSync.Infrastructure.Files;

/// <summary>Watches with the operating system's means. Events get lost (performance.md 1.5), so none is looked at: each only says "scan soon".</summary>
internal sealed class FileWatcher(TimeProvider time, ILogger<FileWatcher> logger) : IFileWatcher
{
    /// <summary>Events within this time are told once.</summary>
    internal static readonly TimeSpan Coalescing = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider time = time;
    private readonly ILogger logger = logger;
    private readonly Lock guard = new();
    private readonly Dictionary<ComponentName, Watch> watches = [];
    private bool disposed;

    public event Action<ComponentName>? Changed;

    void IFileWatcher.Watch(IReadOnlyCollection<Component> components)
    {
        var wanted = components.Where(component => component.Files?.SendFrom is not null).ToDictionary(component => component.Name, component => component.Files!.SendFrom!);
        lock (guard)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            foreach (var (name, watch) in watches.ToList())
            {
                if (wanted.TryGetValue(name, out var directory) && directory == watch.Directory)
                    continue;
                watch.Dispose();
                watches.Remove(name);
            }

            foreach (var (name, directory) in wanted)
            {
                if (!watches.ContainsKey(name))
                    watches.Add(name, new Watch(this, name, directory));
            }
        }
    }

    public void Dispose()
    {
        lock (guard)
        {
            disposed = true;
            foreach (var watch in watches.Values)
                watch.Dispose();
            watches.Clear();
        }
    }

    /// <summary>One watched directory.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly FileWatcher owner;
        private readonly ComponentName component;
        private readonly ITimer timer;
        private FileSystemWatcher? watcher;
        private int pending;
        private int failed;

        public Watch(FileWatcher owner, ComponentName component, string directory)
        {
            this.owner = owner;
            this.component = component;
            Directory = directory;
            timer = owner.time.CreateTimer(_ => Tell(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            try
            {
                watcher = new FileSystemWatcher(directory)
                {
                    IncludeSubdirectories = true,
                    NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.Attributes,
                };
                watcher.Created += (_, _) => Note();
                watcher.Changed += (_, _) => Note();
                watcher.Deleted += (_, _) => Note();
                watcher.Renamed += (_, _) => Note();
                watcher.Error += (_, error) => Fail(error.GetException());
                watcher.EnableRaisingEvents = true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                watcher?.Dispose();
                watcher = null;
                Fail(exception);
            }
        }

        public string Directory { get; }

        public void Dispose()
        {
            watcher?.Dispose();
            timer.Dispose();
        }

        private void Fail(Exception exception)
        {
            // Once per directory: a burst that overflows the queue repeats itself.
            if (Interlocked.Exchange(ref failed, 1) == 0)
                FilesLog.WatcherFailed(owner.logger, component, exception.Message);
            Note();
        }

        private void Note()
        {
            if (Interlocked.Exchange(ref pending, 1) == 0)
                timer.Change(Coalescing, Timeout.InfiniteTimeSpan);
        }

        private void Tell()
        {
            Volatile.Write(ref pending, 0);
            owner.Changed?.Invoke(component);
        }
    }
}
