using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Infrastructure.Outbox;

/// <summary>Payloads of an item as the files of one directory of the product.</summary>
public static class PayloadFolders
{
    private const string HalfWritten = ".coresync-part";

    // Links are not followed: what lies elsewhere is no file of the item.
    private static readonly EnumerationOptions OwnFiles = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    /// <summary>Keeps every file below a directory, for <see cref="ItemDraft.Payloads"/>; empty when there is no such directory.</summary>
    /// <returns>In the order of the paths. Fails as <see cref="ICoreSyncItems.AddPayloadAsync"/>, and with <see cref="ContentUnreadableError"/> for a file that may not be read.</returns>
    public static async Task<Result<IReadOnlyList<Payload>>> AddPayloadsAsync(this ICoreSyncItems items, string directory, CancellationToken cancellationToken = default)
    {
        var payloads = new List<Payload>();
        foreach (var file in Files(directory))
        {
            Result<Payload> added;
            try
            {
                using var content = File.OpenRead(file);
                added = await items.AddPayloadAsync(Relative(directory, file), content, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                added = Result.Fail(new ContentUnreadableError(file, exception.Message));
            }

            if (added.IsFailed)
                return added.ToResult<IReadOnlyList<Payload>>();
            payloads.Add(added.Value);
        }

        return payloads;
    }

    /// <summary>Makes a directory hold exactly the payloads of an item: writes what is missing or differs, each file complete or not at all, and removes what is no payload.</summary>
    /// <param name="items">CoreSync.</param>
    /// <param name="item">The item, as <see cref="ISyncComponent.ApplyAsync"/> got it.</param>
    /// <param name="directory">A directory of this item alone; made when missing.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CoreSyncException">Content is damaged or missing.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static async Task WritePayloadsAsync(this ICoreSyncItems items, Item item, string directory, CancellationToken cancellationToken = default)
    {
        var wanted = item.Payloads.ToDictionary(payload => Path.Join(directory, payload.Path.Value), StringComparer.Ordinal);
        foreach (var (file, payload) in wanted)
        {
            if (await HoldsAsync(file, payload, cancellationToken).ConfigureAwait(false))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var opened = items.OpenPayload(payload);
            if (opened.IsFailed)
                throw new CoreSyncException(opened.FirstError());
            using (var content = opened.Value)
            using (var half = File.Create(file + HalfWritten))
                await content.CopyToAsync(half, cancellationToken).ConfigureAwait(false);
            File.Move(file + HalfWritten, file, overwrite: true);
        }

        foreach (var file in Files(directory).Where(file => !wanted.ContainsKey(Path.Join(directory, Relative(directory, file)))))
            File.Delete(file);
    }

    private static async Task<bool> HoldsAsync(string file, Payload payload, CancellationToken cancellationToken)
    {
        if (!File.Exists(file) || new FileInfo(file).Length != payload.Size)
            return false;
        using var content = File.OpenRead(file);
        return ContentHash.FromBytes(await System.Security.Cryptography.SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false)) == payload.Hash;
    }

    private static IEnumerable<string> Files(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "*", OwnFiles).Order(StringComparer.Ordinal) : [];

    private static string Relative(string directory, string file) => Path.GetRelativePath(directory, file).Replace(Path.DirectorySeparatorChar, '/');
}
