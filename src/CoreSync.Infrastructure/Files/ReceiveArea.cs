using CoreSync.Errors;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Files;

/// <summary>The open directories of a component that receives: where its files live, and where content waits until it is renamed into place.</summary>
/// <remarks>
/// Staging must be on the volume of the files, or a rename would be a copy. It is in the data directory when that is on the same volume,
/// else in a reserved directory among the files, which is removed as soon as nothing waits.
/// </remarks>
internal sealed class ReceiveArea : IDisposable
{
    private const string StagingName = RelativePath.ReservedPrefix + "staging";

    private readonly SafeDirectory? root;

    private ReceiveArea(SafeDirectory? root, SafeDirectory staging, bool isInTree)
    {
        this.root = root;
        Staging = staging;
        IsInTree = isInTree;
    }

    /// <summary>Where the component's files live.</summary>
    /// <exception cref="InvalidOperationException">The component holds documents.</exception>
    public SafeDirectory Root => root ?? throw new InvalidOperationException("Documents have no directory");

    /// <summary>Where content waits.</summary>
    public SafeDirectory Staging { get; }

    /// <summary>Staging is among the files.</summary>
    public bool IsInTree { get; }

    /// <summary>The name of content on its way; nothing of it comes from another core but 32 bytes of hash.</summary>
    public static string PartName(ContentHash hash) => $"content-{hash}.part";

    /// <summary>The name of complete and verified content.</summary>
    public static string ContentName(ContentHash hash) => $"content-{hash}";

    /// <summary>The name under which the new file of an item waits.</summary>
    public static string ItemName(Item item) => $"item-{item.Id.Value:N}-{item.Hash.ToString()[..32]}";

    /// <summary>Whether content for the component can come here.</summary>
    public static bool Exists(Component component) => component.Kind == ComponentKind.Documents || component.Files?.ReceiveTo is not null;

    /// <summary>Opens both; staging alone for a component of documents.</summary>
    /// <exception cref="CoreSyncException"><see cref="ComponentDirectoryMissingError"/>: the volume may not be mounted; nothing is made in its place.</exception>
    public static ReceiveArea Open(Component component, string dataDirectory) => Open(component, dataDirectory, make: true)!;

    /// <summary>Opens both if staging is there: asking for content leaves no trace.</summary>
    public static ReceiveArea? Find(Component component, string dataDirectory) => Open(component, dataDirectory, make: false);

    /// <summary>Whether another thread removed staging since it was opened.</summary>
    public bool IsRemoved() => IsInTree && Root.Stat(StagingName) is null;

    /// <summary>Removes staging from among the files when nothing waits in it.</summary>
    public void RemoveIfEmpty()
    {
        if (!IsInTree || !Staging.IsEmpty())
            return;
        try
        {
            Root.RemoveDirectory(StagingName);
        }
        catch (FileFaultException fault) when (fault.Fault is FileFault.NotEmpty or FileFault.Missing or FileFault.Exists)
        {
            // Content arrived meanwhile.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Staging.Dispose();
        root?.Dispose();
    }

    private static ReceiveArea? Open(Component component, string dataDirectory, bool make)
    {
        if (!Exists(component))
            throw new ArgumentException($"Component {component.Name} receives no files", nameof(component));
        var directory = component.Files?.ReceiveTo;
        SafeDirectory? root;
        try
        {
            root = directory is null ? null : SafeDirectory.OpenRoot(directory);
        }
        catch (FileFaultException fault)
        {
            throw new CoreSyncException(new ComponentDirectoryMissingError(component.Name.Value, directory!), fault);
        }

        SafeDirectory? inbox = null;
        try
        {
            inbox = SafeDirectory.OpenOrCreateRoot(Path.Combine(dataDirectory, "inbox", component.Name.Value));
            if (root is null || inbox.IsOnVolumeOf(root))
                return new ReceiveArea(root, inbox, false);
            inbox.Dispose();
            inbox = null;
            if (make)
                root.TryMakeDirectory(StagingName);
            return new ReceiveArea(root, root.OpenDirectory(StagingName), true);
        }
        catch (FileFaultException fault) when (fault.Fault == FileFault.Missing && !make)
        {
            root?.Dispose();
            return null;
        }
        catch (FileFaultException fault)
        {
            inbox?.Dispose();
            root?.Dispose();
            throw fault.ToStoreFailure();
        }
    }
}
