using System.Runtime.CompilerServices;
using CoreSync.Application.Items;

namespace CoreSync.Infrastructure.Files;

/// <summary>A path of the walk beside the catalogue's item of that path; one of the two may be absent.</summary>
internal readonly record struct ScanPair(WalkEntry? Entry, ScannedFile? Item);

/// <summary>Walks directory and catalogue side by side, both in byte order: memory does not grow with either.</summary>
internal sealed class ScanJoin(TreeWalk walk, IAsyncEnumerable<ScannedFile> catalogue)
{
    /// <summary>Live items of the catalogue seen so far.</summary>
    public long Items { get; private set; }

    /// <summary>Files seen so far in the directory.</summary>
    public int Files { get; private set; }

    /// <summary>The catalogue held no item; known with the first pair.</summary>
    public bool CatalogueIsEmpty { get; private set; }

    /// <summary>All pairs. An item without entry has vanished; items below what could not be read are left out, and so stay as they are.</summary>
    public async IAsyncEnumerable<ScanPair> PairsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = catalogue.Where(file => !file.Item.IsDeleted).GetAsyncEnumerator(cancellationToken);
        await using var _ = items.ConfigureAwait(false);
        var more = await items.MoveNextAsync().ConfigureAwait(false);
        CatalogueIsEmpty = !more;
        foreach (var entry in walk.Entries())
        {
            if (entry.Kind == WalkKind.File)
                Files++;
            while (more && Utf8Order.Compare(items.Current.Item.Name, entry.Path) < 0)
            {
                Items++;
                yield return new ScanPair(null, items.Current);
                more = await items.MoveNextAsync().ConfigureAwait(false);
            }

            if (entry.Kind == WalkKind.Blocked)
            {
                while (more && items.Current.Item.Name.StartsWith(entry.Path, StringComparison.Ordinal))
                {
                    Items++;
                    more = await items.MoveNextAsync().ConfigureAwait(false);
                }

                continue;
            }

            if (more && items.Current.Item.Name == entry.Path)
            {
                Items++;
                yield return new ScanPair(entry, items.Current);
                more = await items.MoveNextAsync().ConfigureAwait(false);
            }
            else
            {
                yield return new ScanPair(entry, null);
            }
        }

        while (more)
        {
            Items++;
            yield return new ScanPair(null, items.Current);
            more = await items.MoveNextAsync().ConfigureAwait(false);
        }
    }
}
