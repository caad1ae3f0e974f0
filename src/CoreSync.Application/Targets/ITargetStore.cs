using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Application.Targets;

/// <summary>Keeps the list of target cores.</summary>
public interface ITargetStore
{
    /// <summary>Finds an entry by name; null when there is none.</summary>
    Task<CoreServer?> FindAsync(Fqdn fqdn, CancellationToken cancellationToken);

    /// <summary>Finds an entry by id; null when there is none (any more).</summary>
    Task<CoreServer?> FindAsync(TargetId id, CancellationToken cancellationToken);

    /// <summary>All entries, by name.</summary>
    Task<IReadOnlyList<CoreServer>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds an entry together with its trust record, in one transaction.</summary>
    /// <returns>Fails with <c>TargetDuplicateError</c>; nothing changed then.</returns>
    Task<Result> AddAsync(CoreServer target, TrustRecord trust, CancellationToken cancellationToken);

    /// <summary>Saves switch, description, dial address and known core. Never the contact: see <see cref="RecordContactAsync"/>.</summary>
    Task SaveAsync(CoreServer target, CancellationToken cancellationToken);

    /// <summary>Saves last contact, last success and known core only, so that the engine never overwrites what a person edits at the same time.</summary>
    Task RecordContactAsync(CoreServer target, CancellationToken cancellationToken);

    /// <summary>Removes the entry, its trust record, checkpoints and failures; jobs and trust history stay readable (C3).</summary>
    Task RemoveAsync(TargetId id, CancellationToken cancellationToken);
}
