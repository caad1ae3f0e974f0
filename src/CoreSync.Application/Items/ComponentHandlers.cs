using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Items;

internal sealed class ListComponentsHandler(IComponentStore components, ComponentViews views) : IRequestHandler<ListComponents, Result<IReadOnlyList<ComponentView>>>
{
    public async Task<Result<IReadOnlyList<ComponentView>>> Handle(ListComponents request, CancellationToken cancellationToken)
    {
        var list = new List<ComponentView>();
        foreach (var component in await components.ListAsync(cancellationToken).ConfigureAwait(false))
            list.Add(await views.OfAsync(component, cancellationToken).ConfigureAwait(false));
        return Result.Ok<IReadOnlyList<ComponentView>>(list);
    }
}

internal sealed class AddFilesComponentHandler(IComponentStore components, ComponentViews views, IFileScanner files) : IRequestHandler<AddFilesComponent, Result<ComponentView>>
{
    public async Task<Result<ComponentView>> Handle(AddFilesComponent request, CancellationToken cancellationToken)
    {
        var name = ComponentName.Parse(request.Name);
        if (name.IsFailed)
            return name.ToResult<ComponentView>();
        if (request.SendFrom is null && request.ReceiveTo is null)
            return Result.Fail(new UsageInvalidError("A files component needs a directory to send, one to receive to, or both"));
        var settings = new FilesSettings(Full(request.SendFrom), Full(request.ReceiveTo), request.Include, request.Exclude, request.AutoSync, request.RecordLinks);
        // For files the target mirrors the source: an incoming file takes its place, what stood there is put aside.
        var component = new Component(name.Value, ComponentKind.Files, IsEnabled: true, request.OnDelete, ClashPolicy.Replace, settings);
        if (await components.FindAsync(name.Value, cancellationToken).ConfigureAwait(false) is not null)
            return Result.Fail(new ComponentDuplicateError(name.Value.Value));
        var directories = files.Check(component);
        if (directories.IsFailed)
            return directories.ToResult<ComponentView>();
        var added = await components.AddAsync(component, cancellationToken).ConfigureAwait(false);
        return added.IsFailed ? added.ToResult<ComponentView>() : await views.OfAsync(component, cancellationToken).ConfigureAwait(false);
    }

    private static string? Full(string? directory) => directory is null ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
}

internal sealed class EnableComponentHandler(IComponentStore components, ComponentViews views) : IRequestHandler<EnableComponent, Result<ComponentView>>
{
    public async Task<Result<ComponentView>> Handle(EnableComponent request, CancellationToken cancellationToken)
    {
        var component = await components.FindAsync(request.Name, cancellationToken).ConfigureAwait(false);
        if (component.IsFailed)
            return component.ToResult<ComponentView>();
        var changed = component.Value with { IsEnabled = request.Enabled };
        await components.SaveAsync(changed, cancellationToken).ConfigureAwait(false);
        return await views.OfAsync(changed, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class SetComponentPolicyHandler(IComponentStore components, ComponentViews views) : IRequestHandler<SetComponentPolicy, Result<ComponentView>>
{
    public async Task<Result<ComponentView>> Handle(SetComponentPolicy request, CancellationToken cancellationToken)
    {
        var component = await components.FindAsync(request.Name, cancellationToken).ConfigureAwait(false);
        if (component.IsFailed)
            return component.ToResult<ComponentView>();
        var changed = component.Value with
        {
            OnDelete = request.OnDelete ?? component.Value.OnDelete,
            OnClash = request.OnClash ?? component.Value.OnClash,
            OnEdited = request.OnEdited ?? component.Value.OnEdited,
            NeedsApproval = request.NeedsApproval ?? component.Value.NeedsApproval,
        };
        await components.SaveAsync(changed, cancellationToken).ConfigureAwait(false);
        return await views.OfAsync(changed, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed class ConfirmDeletesHandler(IComponentStore components, ICatalogue catalogue) : IRequestHandler<ConfirmDeletes, Result<long>>
{
    public async Task<Result<long>> Handle(ConfirmDeletes request, CancellationToken cancellationToken)
    {
        var component = await components.FindAsync(request.Name, cancellationToken).ConfigureAwait(false);
        if (component.IsFailed)
            return component.ToResult<long>();
        if (component.Value is { Kind: ComponentKind.Documents, IsProduct: false })
            return await ConfirmDocumentsAsync(component.Value.Name, cancellationToken).ConfigureAwait(false);
        // A product tells of deletes, or its scan finds them: both brakes are released.
        if (component.Value.IsProduct)
            await ConfirmDocumentsAsync(component.Value.Name, cancellationToken).ConfigureAwait(false);
        var items = (await catalogue.CountAsync(cancellationToken).ConfigureAwait(false)).GetValueOrDefault(component.Value.Name);
        await components.SetConfirmedDeletesAsync(component.Value.Name, items, cancellationToken).ConfigureAwait(false);
        return items;
    }

    // Each target may be at another position: what was deleted up to now may go to all of them.
    private async Task<Result<long>> ConfirmDocumentsAsync(ComponentName name, CancellationToken cancellationToken)
    {
        var confirmed = await components.DeletesConfirmedToAsync(name, cancellationToken).ConfigureAwait(false);
        var (deletes, _) = await catalogue.DeletesAsync(name, confirmed, null, cancellationToken).ConfigureAwait(false);
        await components.SetDeletesConfirmedToAsync(name, await catalogue.HeadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return deletes;
    }
}

/// <summary>A component with what it holds.</summary>
internal sealed class ComponentViews(ICatalogue catalogue)
{
    public async Task<ComponentView> OfAsync(Component component, CancellationToken cancellationToken)
    {
        var counts = await catalogue.CountAsync(cancellationToken).ConfigureAwait(false);
        return new ComponentView(
            component, counts.GetValueOrDefault(component.Name), await catalogue.ScanProblemsAsync(component.Name, cancellationToken).ConfigureAwait(false));
    }
}
