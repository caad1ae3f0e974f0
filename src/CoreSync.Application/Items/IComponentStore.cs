using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Application.Items;

/// <summary>Keeps the components of this core. The presets exist from the start.</summary>
public interface IComponentStore
{
    /// <summary>All components, by name.</summary>
    Task<IReadOnlyList<Component>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One component; null when there is none.</summary>
    Task<Component?> FindAsync(ComponentName name, CancellationToken cancellationToken);

    /// <summary>Adds a component.</summary>
    /// <returns>Fails with <c>ComponentDuplicateError</c>.</returns>
    Task<Result> AddAsync(Component component, CancellationToken cancellationToken);

    /// <summary>Saves an existing component.</summary>
    Task SaveAsync(Component component, CancellationToken cancellationToken);

    /// <summary>How many deletes of a files component a person confirmed for the next scan; 0 when none.</summary>
    Task<long> ConfirmedDeletesAsync(ComponentName name, CancellationToken cancellationToken);

    /// <summary>Confirms that the next scan may find this many files gone (A6); 0 takes it back.</summary>
    Task SetConfirmedDeletesAsync(ComponentName name, long count, CancellationToken cancellationToken);

    /// <summary>Up to which position of the feed a person confirmed deletes of a component of documents; zero for none.</summary>
    Task<Sequence> DeletesConfirmedToAsync(ComponentName name, CancellationToken cancellationToken);

    /// <summary>Confirms the deletes of documents up to a position of the feed (A6).</summary>
    Task SetDeletesConfirmedToAsync(ComponentName name, Sequence position, CancellationToken cancellationToken);
}
