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

    private ReceiveArea(SafeDirectory root, SafeDirectory staging, bool isInTree)
    {
        Root = root;
        Staging = staging;
        IsInTree = isInTree;
    }

    /// <summary>Where the component's files live.</summary>
    public SafeDirectory Root { get; }

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

    /// <summary>Opens both.</summary>
    /// <exception cref="CoreSyncException"><see cref="ComponentDirectoryMissingError"/>: the volume may not be mounted; nothing is made in its place.</exception>
    public static ReceiveArea Open(Component component, string dataDirectory)
    {
        var directory = component.Files?.ReceiveTo ?? throw new ArgumentException($"Component {component.Name} receives no files", nameof(component));
        SafeDirectory root;
        try
        {
            root = SafeDirectory.OpenRoot(directory);
        }
        catch (FileFaultException fault)
        {
            throw new CoreSyncException(new ComponentDirectoryMissingError(component.Name.Value, directory), fault);
        }

        SafeDirectory? inbox = null;
        try
        {
            inbox = SafeDirectory.OpenOrCreateRoot(Path.Combine(dataDirectory, "inbox", component.Name.Value));
            if (inbox.IsOnVolumeOf(root))
                return new ReceiveArea(root, inbox, false);
            inbox.Dispose();
            inbox = null;
            root.TryMakeDirectory(StagingName);
            return new ReceiveArea(root, root.OpenDirectory(StagingName), true);
        }
        catch (FileFaultException fault)
        {
            inbox?.Dispose();
            root.Dispose();
            throw fault.ToStoreFailure();
        }
    }

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
        Root.Dispose();
    }
}
