using CoreSync.Application.Items;
using CoreSync.Items;
using FluentResults;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>A directory that changes while it is scanned, each time, and a watcher that sees it.</summary>
internal sealed class RestlessTree(string directory)
{
    private event Action<ComponentName>? Touched;

    private int scans;

    public int Scans => scans;

    /// <summary>Puts itself before the scanner and in the place of the watcher.</summary>
    public void Install(IServiceCollection services)
    {
        var scanner = services.Last(service => service.ServiceType == typeof(IFileScanner));
        services.AddSingleton<IFileScanner>(provider => new Scanner(this, (IFileScanner)(scanner.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, scanner.ImplementationType!))));
        services.AddSingleton<IFileWatcher>(new Watcher(this));
    }

    private sealed class Scanner(RestlessTree tree, IFileScanner inner) : IFileScanner
    {
        public async Task<Result<ScanSummary>> ScanAsync(Component component, CancellationToken cancellationToken)
        {
            var scanned = await inner.ScanAsync(component, cancellationToken);
            var number = Interlocked.Increment(ref tree.scans);
            await File.WriteAllTextAsync(Path.Combine(tree.Directory, $"file-{number % 20}.txt"), $"{number}", cancellationToken);
            tree.Touched?.Invoke(component.Name);
            return scanned;
        }

        public Result<Stream> OpenContent(Component component, Item item) => inner.OpenContent(component, item);

        public Result Check(Component component) => inner.Check(component);

    }

    private string Directory { get; } = directory;

    private sealed class Watcher(RestlessTree tree) : IFileWatcher
    {
        public event Action<ComponentName>? Changed
        {
            add => tree.Touched += value;
            remove => tree.Touched -= value;
        }

        public void Watch(IReadOnlyCollection<Component> components)
        {
        }

        public void Dispose()
        {
        }
    }
}
