using CoreSync.Accounts;
using CoreSync.Application.Replication;

namespace CoreSync.Application.Bundles;

/// <summary>Opens the receiving side of this core for items that an import makes here.</summary>
internal interface INewItemSinks
{
    /// <summary>As <see cref="ILocalItemSinks.For"/>, for items of which this core is the origin. Never for what another core sends.</summary>
    IItemSink ForNewItems(Account writer);
}
