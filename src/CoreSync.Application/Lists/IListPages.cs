using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Trust;

namespace CoreSync.Application.Lists;

/// <summary>Pages of the long lists, filtered and sorted by the store: memory and time grow with the page, not with the list.</summary>
public interface IListPages
{
    /// <summary>Target cores.</summary>
    Task<Page<TargetId>> TargetsAsync(TargetFilter filter, PageNumber page, CancellationToken cancellationToken);

    /// <summary>Jobs.</summary>
    Task<Page<Guid>> JobsAsync(JobQuery filter, PageNumber page, CancellationToken cancellationToken);

    /// <summary>Live items, by component, name and id.</summary>
    Task<Page<ItemId>> ItemsAsync(ItemFilter filter, PageNumber page, CancellationToken cancellationToken);

    /// <summary>Entries of the trust history.</summary>
    Task<Page<TrustHistoryEntry>> TrustHistoryAsync(TrustHistoryFilter filter, PageNumber page, CancellationToken cancellationToken);
}

/// <summary>Which target cores, and in which order.</summary>
/// <param name="Search">Part of the name or the description, whatever the case; null for all.</param>
/// <param name="Enabled">Only switched on or off; null for both.</param>
/// <param name="Trust">Only in this state of trust; null for all.</param>
/// <param name="Connection">Only with this last contact; null for all.</param>
/// <param name="Sort">By what.</param>
/// <param name="Descending">The other way round.</param>
/// <param name="Direction">Target cores, or the sources of a rollup core.</param>
public sealed record TargetFilter(
    string? Search = null, bool? Enabled = null, TrustState? Trust = null, ConnectionState? Connection = null, TargetSort Sort = TargetSort.Fqdn, bool Descending = false,
    SyncDirection Direction = SyncDirection.Push);

/// <summary>What target cores are sorted by; the name decides between equals.</summary>
public enum TargetSort
{
    /// <summary>The name.</summary>
    Fqdn,

    /// <summary>When it was added.</summary>
    AddedAt,

    /// <summary>When a sync with it last succeeded; never comes first.</summary>
    LastSuccess,
}

/// <summary>Which jobs, newest first.</summary>
/// <param name="Target">Only to this target; null for all.</param>
/// <param name="State">Only in this state; null for all.</param>
/// <param name="Trigger">Only started by this; null for all.</param>
/// <param name="Oldest">Oldest first.</param>
public sealed record JobQuery(Fqdn? Target = null, SyncJobState? State = null, JobTrigger? Trigger = null, bool Oldest = false);

/// <summary>Which items.</summary>
/// <param name="Component">Only of this component; null for all.</param>
/// <param name="Search">Part of the name or the group, whatever the case of ASCII letters, or the beginning of the id; null for all.</param>
/// <param name="AutoSync">Only flagged or not; null for both.</param>
/// <param name="Own">Only made on this core or elsewhere; null for both.</param>
/// <param name="Edited">Only copies that were changed here, or the rest; null for both.</param>
public sealed record ItemFilter(ComponentName? Component = null, string? Search = null, bool? AutoSync = null, bool? Own = null, bool? Edited = null);

/// <summary>Which entries of the trust history, oldest first.</summary>
/// <param name="Target">Only of this core; null for all.</param>
/// <param name="Newest">Newest first.</param>
public sealed record TrustHistoryFilter(Fqdn? Target = null, bool Newest = false);
