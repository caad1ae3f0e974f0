using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Items;
using FluentResults;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application.Items;

/// <summary>A component that the embedding product registered.</summary>
/// <param name="Type">Its class, an <see cref="ISyncComponent"/>, which the services create.</param>
internal sealed record ProductRegistration(Type Type);

/// <summary>The components of the embedding product in this process, by name.</summary>
internal sealed class ProductComponents(IEnumerable<ProductRegistration> registrations, IComponentStore components, IServiceScopeFactory scopes) : IStoreOpening
{
    private readonly Lazy<Result<IReadOnlyDictionary<ComponentName, Type>>> byName = new(() => Read(registrations, scopes));

    /// <summary>The class that serves a component; null when no product in this process does.</summary>
    public Type? Find(ComponentName name) => byName.Value.IsSuccess ? byName.Value.Value.GetValueOrDefault(name) : null;

    /// <summary>Makes the components known to the store, so that their flags and policies survive; existing ones keep theirs (I1).</summary>
    /// <returns>Fails with <see cref="ComponentNameInvalidError"/>, <see cref="ComponentDuplicateError"/>, or <see cref="ComponentKindError"/> for the name of a files component; all faults at once.</returns>
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        if (byName.Value.IsFailed)
            return byName.Value.ToResult();
        foreach (var name in byName.Value.Value.Keys)
        {
            var known = await components.FindAsync(name, cancellationToken).ConfigureAwait(false);
            if (known is { Kind: not ComponentKind.Documents })
                return Result.Fail(new ComponentKindError(name.Value, "files"));
            if (known is null)
                await components.AddAsync(new Component(name, ComponentKind.Documents, IsEnabled: true, DeletePolicy.Keep, ClashPolicy.Suffix, IsProduct: true), cancellationToken).ConfigureAwait(false);
            else if (!known.IsProduct)
                await components.SaveAsync(known with { IsProduct = true }, cancellationToken).ConfigureAwait(false);
        }

        return Result.Ok();
    }

    private static Result<IReadOnlyDictionary<ComponentName, Type>> Read(IEnumerable<ProductRegistration> registrations, IServiceScopeFactory scopes)
    {
        var found = new Dictionary<ComponentName, Type>();
        var faults = new List<IError>();
        using var scope = scopes.CreateScope();
        foreach (var registration in registrations)
        {
            var name = ComponentName.Parse(((ISyncComponent)scope.ServiceProvider.GetRequiredService(registration.Type)).Name);
            if (name.IsFailed)
                faults.AddRange(name.Errors);
            else if (!found.TryAdd(name.Value, registration.Type))
                faults.Add(new ComponentDuplicateError(name.Value.Value));
        }

        return faults.Count == 0 ? found : Result.Fail(faults);
    }
}
