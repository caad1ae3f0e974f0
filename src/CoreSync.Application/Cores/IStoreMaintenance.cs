using FluentResults;

namespace CoreSync.Application.Cores;

/// <summary>What only a person starts: upgrading and copying the store (S4).</summary>
public interface IStoreMaintenance
{
    /// <summary>Which schema the store has and which this program knows. Works on older and newer stores too.</summary>
    /// <returns>Fails with <c>StoreNotInitialisedError</c>, <c>StoreCorruptError</c>, <c>StoreUnwritableError</c>.</returns>
    Task<Result<StoreSchema>> SchemaAsync(CancellationToken cancellationToken);

    /// <summary>Brings an older store to the known schema, all or nothing; does nothing to a current one.</summary>
    /// <returns>Fails as <see cref="SchemaAsync"/>, and with <c>StoreLockedError</c> (a service runs), <c>StoreNewerSchemaError</c>, <c>StoreFullError</c>; nothing changed then.</returns>
    Task<Result<StoreSchema>> UpgradeAsync(CancellationToken cancellationToken);

    /// <summary>Writes a consistent copy of the store to a new file, also while a service runs.</summary>
    /// <returns>Fails with <c>StoreUnwritableError</c> (the file exists, or cannot be written) or <c>StoreFullError</c>.</returns>
    Task<Result> BackupAsync(string file, CancellationToken cancellationToken);
}

/// <summary>Schema numbers.</summary>
/// <param name="Found">Of the store.</param>
/// <param name="Known">Of this program.</param>
public sealed record StoreSchema(int Found, int Known);
