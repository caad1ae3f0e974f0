using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Infrastructure.Files;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Content;

/// <summary>Collects and checks the directory <c>content/</c>.</summary>
/// <remarks>
/// A writer makes content young (<see cref="PayloadStore.Keep"/>) and looks whether it is still there before it commits the row. The collector renames old content
/// aside, and only then looks at its time and at the rows: whichever of the two comes first, the other sees it.
/// </remarks>
internal sealed class ContentUpkeep(IOptions<CoreSyncOptions> options, IPayloadUses uses, TimeProvider time) : IContentUpkeep
{
    /// <summary>Contents compared with the rows at a time: memory is bounded, whatever the store holds (S5).</summary>
    private const int PartSize = 50_000;

    private readonly ContentDirectory directory = new(options.Value.DataDirectory);

    /// <inheritdoc/>
    public Task<CollectedContent> CollectAsync(TimeSpan grace, CancellationToken cancellationToken) => GuardedAsync(async () =>
    {
        var before = time.GetUtcNow().UtcDateTime - grace;
        ContentDirectory.MakeOnly(directory.Discarded);
        foreach (var part in directory.Files().Where(file => file.LastWriteTimeUtc < before).Chunk(PartSize))
        {
            var unused = await UnusedAsync(part, cancellationToken).ConfigureAwait(false);
            foreach (var (hash, file) in unused)
                ContentDirectory.TryRename(file.FullName, Path.Combine(directory.Discarded, hash.ToString()));
        }

        var (contents, bytes) = await DiscardAsync(before, cancellationToken).ConfigureAwait(false);
        await ForgetDamageAsync(cancellationToken).ConfigureAwait(false);
        var leftovers = ContentDirectory.Listed(directory.Incoming).Where(file => file.LastWriteTimeUtc < before).ToList();
        leftovers.ForEach(file => ContentDirectory.Remove(file.FullName));
        return new CollectedContent(contents, bytes, leftovers.Count);
    });

    /// <inheritdoc/>
    public Task<ContentCheck> CheckAsync(bool read, CancellationToken cancellationToken) => GuardedAsync(async () =>
    {
        var (contents, bytes, unused, unusedBytes) = (0L, 0L, 0L, 0L);
        foreach (var part in directory.Files().Chunk(PartSize))
        {
            var sound = new List<FileInfo>(part.Length);
            foreach (var file in part)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (read && !IsSound(file, cancellationToken))
                    continue;
                sound.Add(file);
                contents++;
                bytes += file.Length;
            }

            foreach (var (_, file) in await UnusedAsync(sound, cancellationToken).ConfigureAwait(false))
            {
                unused++;
                unusedBytes += file.Length;
            }
        }

        var missing = new HashSet<ContentHash>();
        var damaged = new List<PayloadUse>();
        await uses.ForEachAsync(
            use =>
            {
                if (IsHere(use.Payload))
                    return;
                missing.Add(use.Payload.Hash);
                if (use.Owner is not null && damaged.Count < ContentCheck.MaxDamaged)
                    damaged.Add(use);
            },
            cancellationToken).ConfigureAwait(false);
        Remember(missing);
        return new ContentCheck(contents, bytes, damaged, missing.Count, unused, unusedBytes, ContentDirectory.Listed(directory.Incoming).Count);
    });

    /// <inheritdoc/>
    public IReadOnlySet<ContentHash> Damaged()
    {
        try
        {
            return ContentDirectory.Listed(directory.Damaged).Select(file => ContentDirectory.HashOf(file.Name)).Where(hash => hash is not null && !File.Exists(directory.FileOf(hash.Value)))
                .Select(hash => hash!.Value).ToHashSet();
        }
        catch (FileFaultException fault)
        {
            throw fault.ToStoreFailure();
        }
    }

    private static async Task<T> GuardedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (FileFaultException fault)
        {
            throw fault.ToStoreFailure();
        }
    }

    // What is in the way of a content's name and is none counts as no one's.
    private async Task<Dictionary<ContentHash, FileInfo>> UnusedAsync(IReadOnlyCollection<FileInfo> files, CancellationToken cancellationToken)
    {
        var unused = new Dictionary<ContentHash, FileInfo>(files.Count);
        foreach (var file in files)
        {
            if (ContentDirectory.HashOf(file.Name) is { } hash)
                unused[hash] = file;
        }

        if (unused.Count > 0)
            await uses.ForEachAsync(use => unused.Remove(use.Payload.Hash), cancellationToken).ConfigureAwait(false);
        return unused;
    }

    private async Task<(int Contents, long Bytes)> DiscardAsync(DateTime before, CancellationToken cancellationToken)
    {
        // Also what a collector that was killed left here.
        var aside = ContentDirectory.Listed(directory.Discarded);
        var unused = await UnusedAsync(aside, cancellationToken).ConfigureAwait(false);
        var (contents, bytes) = (0, 0L);
        foreach (var file in aside)
        {
            if (ContentDirectory.HashOf(file.Name) is not { } hash || (unused.ContainsKey(hash) && file.LastWriteTimeUtc < before))
            {
                ContentDirectory.Remove(file.FullName);
                contents++;
                bytes += file.Length;
            }
            else if (File.Exists(directory.FileOf(hash)))
            {
                ContentDirectory.Remove(file.FullName);
            }
            else
            {
                directory.Make(directory.DirectoryOf(hash));
                ContentDirectory.TryRename(file.FullName, directory.FileOf(hash));
            }
        }

        return (contents, bytes);
    }

    private async Task ForgetDamageAsync(CancellationToken cancellationToken)
    {
        var known = ContentDirectory.Listed(directory.Damaged);
        var forgotten = await UnusedAsync(known, cancellationToken).ConfigureAwait(false);
        foreach (var file in known)
        {
            if (ContentDirectory.HashOf(file.Name) is not { } hash || forgotten.ContainsKey(hash) || File.Exists(directory.FileOf(hash)))
                ContentDirectory.Remove(file.FullName);
        }
    }

    private bool IsHere(Payload payload)
    {
        if (payload.Size == 0)
            return payload.Hash == ContentHash.Empty;
        var file = new FileInfo(directory.FileOf(payload.Hash));
        return file.Exists && file.Length == payload.Size;
    }

    // Damaged content is set aside at once, so that nobody counts on it; its bytes are kept until it is whole again.
    private bool IsSound(FileInfo file, CancellationToken cancellationToken)
    {
        var hash = ContentDirectory.HashOf(file.Name);
        if (hash is not null && Read(file, cancellationToken) == hash)
            return true;
        ContentDirectory.MakeOnly(directory.Damaged);
        if (file.Exists)
            ContentDirectory.TryRename(file.FullName, Path.Combine(directory.Damaged, file.Name));
        return false;
    }

    private static ContentHash? Read(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            using var opened = ContentDirectory.Guarded(
                file.FullName, () => File.OpenHandle(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan));
            return FileHasher.Read(opened, RandomAccess.GetLength(opened), cancellationToken);
        }
        catch (FileFaultException fault) when (fault.Fault is FileFault.Missing or FileFault.Failed)
        {
            // Collected meanwhile, or a bad block: either way it cannot be used.
            file.Refresh();
            return null;
        }
    }

    private void Remember(HashSet<ContentHash> missing)
    {
        if (missing.Count == 0)
            return;
        directory.Make(directory.Damaged);
        foreach (var hash in missing)
            ContentDirectory.Touch(Path.Combine(directory.Damaged, hash.ToString()));
    }
}
