using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Lists;

/// <summary>A page of the target cores with the facts of each (C5).</summary>
public sealed record PageTargetCores(TargetFilter Filter, PageNumber Page) : IRequest<Result<Page<TargetView>>>;

/// <summary>A page of the jobs.</summary>
/// <param name="Target">FQDN; null for all.</param>
/// <param name="State">Only in this state; null for all.</param>
/// <param name="Trigger">Only started by this; null for all.</param>
/// <param name="Oldest">Oldest first; else newest first.</param>
/// <param name="Page">Which page.</param>
public sealed record PageJobs(string? Target, SyncJobState? State, JobTrigger? Trigger, bool Oldest, PageNumber Page) : IRequest<Result<Page<SyncJob>>>;

/// <summary>A page of the live items, by component and name.</summary>
/// <param name="Component">Only of this component; null for all.</param>
/// <param name="Search">Part of the name or the group, or the beginning of the id; null for all.</param>
/// <param name="AutoSync">Only flagged or not; null for both.</param>
/// <param name="Page">Which page.</param>
/// <param name="Own">Only made on this core or elsewhere; null for both.</param>
/// <param name="Edited">Only copies that were changed here, or the rest; null for both.</param>
public sealed record PageItems(string? Component, string? Search, bool? AutoSync, PageNumber Page, bool? Own = null, bool? Edited = null) : IRequest<Result<Page<ListedEntry>>>;

/// <summary>A page of the trust history (T14).</summary>
/// <param name="Target">FQDN; null for all cores.</param>
/// <param name="Newest">Newest first; else oldest first.</param>
/// <param name="Page">Which page.</param>
public sealed record PageTrustHistory(string? Target, bool Newest, PageNumber Page) : IRequest<Result<Page<TrustHistoryEntry>>>;

/// <summary>An item of a list.</summary>
/// <param name="Item">The item.</param>
/// <param name="IsReadOnly">Nobody may change it on this core (A4).</param>
public sealed record ListedEntry(Item Item, bool IsReadOnly);

internal sealed class PageTargetCoresHandler(IListPages pages, ITargetStore targets, TargetViews views) : IRequestHandler<PageTargetCores, Result<Page<TargetView>>>
{
    public async Task<Result<Page<TargetView>>> Handle(PageTargetCores request, CancellationToken cancellationToken)
    {
        var page = await pages.TargetsAsync(request.Filter, request.Page, cancellationToken).ConfigureAwait(false);
        var found = new List<CoreServer>(page.Items.Count);
        foreach (var id in page.Items)
        {
            if (await targets.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } target)
                found.Add(target);
        }

        return new Page<TargetView>(await views.OfAsync(found, cancellationToken).ConfigureAwait(false), page.Total, page.Number, page.Size);
    }
}

internal sealed class PageJobsHandler(IListPages pages, ISyncJobStore jobs) : IRequestHandler<PageJobs, Result<Page<SyncJob>>>
{
    public async Task<Result<Page<SyncJob>>> Handle(PageJobs request, CancellationToken cancellationToken)
    {
        var fqdn = ListedName.Parse(request.Target);
        if (fqdn.IsFailed)
            return fqdn.ToResult<Page<SyncJob>>();
        var page = await pages.JobsAsync(new JobQuery(fqdn.Value, request.State, request.Trigger, request.Oldest), request.Page, cancellationToken).ConfigureAwait(false);
        var found = new List<SyncJob>(page.Items.Count);
        foreach (var id in page.Items)
        {
            if (await jobs.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } job)
                found.Add(job);
        }

        return new Page<SyncJob>(found, page.Total, page.Number, page.Size);
    }
}

internal sealed class PageItemsHandler(IListPages pages, ICatalogue catalogue, IComponentStore components, ILocalCore local) : IRequestHandler<PageItems, Result<Page<ListedEntry>>>
{
    public async Task<Result<Page<ListedEntry>>> Handle(PageItems request, CancellationToken cancellationToken)
    {
        ComponentName? component = null;
        if (request.Component is not null)
        {
            var known = await components.FindAsync(request.Component, cancellationToken).ConfigureAwait(false);
            if (known.IsFailed)
                return known.ToResult<Page<ListedEntry>>();
            component = known.Value.Name;
        }

        var page = await pages.ItemsAsync(new ItemFilter(component, request.Search, request.AutoSync, request.Own, request.Edited), request.Page, cancellationToken).ConfigureAwait(false);
        var found = await catalogue.FindAsync(page.Items, cancellationToken).ConfigureAwait(false);
        var here = local.Current.Id;
        return new Page<ListedEntry>(
            [.. page.Items.Select(id => found.GetValueOrDefault(id)).OfType<Item>().Select(item => new ListedEntry(item, item.IsReadOnlyOn(here)))], page.Total, page.Number, page.Size);
    }
}

internal sealed class PageTrustHistoryHandler(IListPages pages) : IRequestHandler<PageTrustHistory, Result<Page<TrustHistoryEntry>>>
{
    public async Task<Result<Page<TrustHistoryEntry>>> Handle(PageTrustHistory request, CancellationToken cancellationToken)
    {
        var fqdn = ListedName.Parse(request.Target);
        return fqdn.IsFailed
            ? fqdn.ToResult<Page<TrustHistoryEntry>>()
            : await pages.TrustHistoryAsync(new TrustHistoryFilter(fqdn.Value, request.Newest), request.Page, cancellationToken).ConfigureAwait(false);
    }
}

internal static class ListedName
{
    /// <summary>The name that a list is narrowed to; null for all.</summary>
    public static Result<Fqdn?> Parse(string? text) => text is null ? Result.Ok<Fqdn?>(null) : Fqdn.Parse(text).Map(parsed => (Fqdn?)parsed);
}
