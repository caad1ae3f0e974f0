using System.Data.Common;
using CoreSync.Application.Items;

namespace CoreSync.Application.Outbox;

/// <summary>The outbox: a table in the product's own database. A failure of that database throws <see cref="DbException"/>.</summary>
public interface IOutboxTable
{
    /// <summary>Makes the table unless it is there.</summary>
    Task EnsureAsync(CancellationToken cancellationToken);

    /// <summary>Appends an entry inside the product's transaction.</summary>
    Task AppendAsync(DbTransaction transaction, OutboxEntry entry, CancellationToken cancellationToken);

    /// <summary>Committed entries that were not refused, in the order written; at most <paramref name="limit"/>, fewer when their documents are large.</summary>
    Task<IReadOnlyList<OutboxEntry>> ReadAsync(int limit, CancellationToken cancellationToken);

    /// <summary>The ids of all committed entries, in no order.</summary>
    Task<IReadOnlySet<Guid>> IdsAsync(CancellationToken cancellationToken);

    /// <summary>Removes entries in one durable transaction; unknown ones are no error.</summary>
    Task RemoveAsync(IReadOnlyCollection<Guid> entries, CancellationToken cancellationToken);

    /// <summary>Puts entries aside with the reason, in one durable transaction: they stay until somebody removes them and are not read again.</summary>
    Task RefuseAsync(IReadOnlyCollection<RefusedWrite> refused, CancellationToken cancellationToken);

    /// <summary>What was put aside, in the order written.</summary>
    Task<IReadOnlyList<RefusedWrite>> RefusedAsync(CancellationToken cancellationToken);
}
