using CoreSync.Application.Cores;
using CoreSync.Items;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CoreSync.Application.Items;

/// <summary>Says who puts received changes of a component into effect: the product behind it, else whoever serves its kind.</summary>
internal sealed class ComponentAppliers(
    IEnumerable<IItemApplier> appliers, ProductComponents products, ICatalogue catalogue, IServiceScopeFactory scopes, ILocalCore local, IOptions<CoreSyncOptions> options,
    TimeProvider time, ILogger<ComponentAppliers> logger)
{
    private readonly Dictionary<ComponentKind, IItemApplier> byKind = appliers.ToDictionary(applier => applier.Kind);

    /// <summary>The applier of a component. Of a product's component where the product does not run: one that takes nothing and says so.</summary>
    public IItemApplier For(Component component)
    {
        var ofKind = byKind[component.Kind];
        return component.IsProduct
            ? new ProductApplier(products.Find(component.Name), ofKind, catalogue, scopes, local, options.Value.ComponentTimeLimit, time, logger)
            : ofKind;
    }
}
