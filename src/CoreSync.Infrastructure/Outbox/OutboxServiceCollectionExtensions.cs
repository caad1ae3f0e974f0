using System.Data.Common;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Application.Outbox;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Infrastructure.Outbox;

/// <summary>Adds the outbox in the product's own database.</summary>
public static class OutboxServiceCollectionExtensions
{
    /// <summary>
    /// Keeps what the product tells in the table <c>coresync_outbox</c> of its own database, so that it becomes durable with the product's change or not at all (I3). The
    /// table is made when the core opens.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="dialect">Which database.</param>
    /// <param name="connect">Makes a connection to it, not yet open; the engine opens and disposes it.</param>
    public static CoreSyncBuilder UseOutbox(this CoreSyncBuilder builder, OutboxDialect dialect, Func<DbConnection> connect)
    {
        builder.Services.AddSingleton<IOutboxTable>(new DbOutboxTable(dialect, connect));
        builder.Services.AddSingleton<IStoreOpening, OutboxOpening>();
        return builder;
    }
}
