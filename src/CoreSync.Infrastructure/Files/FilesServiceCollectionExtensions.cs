using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Infrastructure.Content;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CoreSync.Infrastructure.Files;

/// <summary>Adds files components: scanning, watching and applying directory trees; the application of documents; the content of payloads.</summary>
public static class FilesServiceCollectionExtensions
{
    /// <summary>Adds the file adapters. Needs a store, which provides the catalogue.</summary>
    public static CoreSyncBuilder UseFiles(this CoreSyncBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<IFileScanner, FileScanner>();
        builder.Services.TryAddSingleton<IFileWatcher, FileWatcher>();
        builder.Services.TryAddSingleton<IContentInbox, ContentInbox>();
        builder.Services.TryAddSingleton<IPayloadStore, PayloadStore>();
        builder.Services.TryAddSingleton<IContentUpkeep, ContentUpkeep>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IItemApplier, FileApplier>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IItemApplier, DocumentApplier>());
        return builder;
    }
}
