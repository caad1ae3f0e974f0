using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;

namespace CoreSync.Application.Items;

/// <summary>A files component that the embedding product registered.</summary>
internal sealed record FilesRegistration(string Name, FilesSettings Settings);

/// <summary>Makes the registered files components known to the store. Directories and patterns are the product's; flags and policies stay as an administrator set them.</summary>
internal sealed class FilesRegistrations(IEnumerable<FilesRegistration> registrations, IComponentStore components, IFileScanner files) : IStoreOpening
{
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        var faults = new List<IError>();
        foreach (var registration in registrations)
        {
            var name = ComponentName.Parse(registration.Name);
            if (name.IsFailed)
                faults.AddRange(name.Errors);
            else if (await EnsureAsync(name.Value, registration.Settings, cancellationToken).ConfigureAwait(false) is { IsFailed: true } refused)
                faults.AddRange(refused.Errors);
        }

        return faults.Count == 0 ? Result.Ok() : Result.Fail(faults);
    }

    private async Task<Result> EnsureAsync(ComponentName name, FilesSettings settings, CancellationToken cancellationToken)
    {
        var known = await components.FindAsync(name, cancellationToken).ConfigureAwait(false);
        if (known is { Kind: not ComponentKind.Files })
            return Result.Fail(new ComponentKindError(name.Value, "documents"));
        var component = (known ?? new Component(name, ComponentKind.Files, IsEnabled: true, DeletePolicy.Keep, ClashPolicy.Replace)) with { Files = settings };
        var directories = files.Check(component);
        if (directories.IsFailed)
            return directories;
        if (known is null)
            return await components.AddAsync(component, cancellationToken).ConfigureAwait(false);
        await components.SaveAsync(component, cancellationToken).ConfigureAwait(false);
        return Result.Ok();
    }
}
