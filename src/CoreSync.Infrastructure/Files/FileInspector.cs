using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;

namespace CoreSync.Infrastructure.Files;

/// <summary>Walks the received files of the catalogue and looks at each in its place; only what differs in size or time is read.</summary>
internal sealed class FileInspector(ICatalogue catalogue, ILocalCore core) : IFileInspector
{
    /// <inheritdoc/>
    public async Task<Result<IReadOnlyList<DamagedItem>>> InspectAsync(Component component, CoreId? origin, int limit, CancellationToken cancellationToken)
    {
        if (component.Files?.ReceiveTo is not { } directory)
            return Result.Ok<IReadOnlyList<DamagedItem>>([]);
        var damaged = new List<DamagedItem>();
        SafeDirectory? root = null;
        DirectoryChain? chain = null;
        try
        {
            await foreach (var file in catalogue.FilesAsync(component.Name, own: false, cancellationToken).ConfigureAwait(false))
            {
                var item = file.Item;
                if (!item.AutoSync || item.Origin == core.Current.Id || (origin is { } only && item.Origin != only))
                    continue;
                root ??= SafeDirectory.OpenRoot(directory);
                chain ??= new DirectoryChain(root);
                if (DamageOf(chain, item, cancellationToken) is not { } damage)
                    continue;
                damaged.Add(new DamagedItem(item.Id, damage));
                if (damaged.Count == limit)
                    break;
            }

            return damaged;
        }
        catch (FileFaultException fault) when (root is null && fault.Fault is FileFault.Missing)
        {
            // A share that is not mounted: nothing is inferred from that.
            return Result.Fail(new ComponentDirectoryMissingError(component.Name.Value, directory));
        }
        finally
        {
            chain?.Dispose();
            root?.Dispose();
        }
    }

    private static FileDamage? DamageOf(DirectoryChain chain, Item item, CancellationToken cancellationToken)
    {
        try
        {
            var (parent, last) = chain.OpenParent(item.Name);
            return (item.Kind, parent.Stat(last)) switch
            {
                (_, null) => FileDamage.Missing,
                (ItemKind.Directory, { Kind: EntryKind.Directory }) => null,
                (ItemKind.Link, { Kind: EntryKind.Link }) => parent.ReadLink(last) == item.LinkTarget ? null : FileDamage.Changed,
                (ItemKind.File, { Kind: EntryKind.File } stat) => stat.Size == item.Size && (stat.ModifiedTicks == item.ModifiedTicks || IsContent(parent, last, item, cancellationToken))
                    ? null
                    : stat.ModifiedTicks < item.ModifiedTicks ? FileDamage.Older : FileDamage.Changed,
                _ => FileDamage.Changed,
            };
        }
        catch (FileFaultException fault)
        {
            chain.Reset();
            return fault.Fault is FileFault.Missing ? FileDamage.Missing : FileDamage.Changed;
        }
    }

    private static bool IsContent(SafeDirectory parent, string last, Item item, CancellationToken cancellationToken)
    {
        using var file = parent.OpenRead(last);
        return FileHasher.Read(file, item.Size, cancellationToken) == item.Hash;
    }
}
