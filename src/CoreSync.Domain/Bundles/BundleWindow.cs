using CoreSync.Errors;
using CoreSync.Replication;
using FluentResults;

namespace CoreSync.Bundles;

/// <summary>Whether a bundle continues where this core stands: nothing between the two may be missing (B3).</summary>
public static class BundleWindow
{
    /// <summary>Compares the parts of a feed with the checkpoints of this core.</summary>
    /// <param name="manifest">The bundle.</param>
    /// <param name="here">Where this core stands in the feeds of the bundle's source; of another store, or never received, it stands at zero.</param>
    /// <returns>Fails with <see cref="BundleGapError"/> for each component that would have a gap, all at once.</returns>
    public static Result Check(BundleManifest manifest, Func<BundleComponent, Checkpoint> here)
    {
        if (manifest.Kind != BundleKind.Feed)
            return Result.Ok();
        var gaps = new List<IError>();
        foreach (var component in manifest.Components)
        {
            var checkpoint = here(component);
            var reached = checkpoint.StoreId == manifest.Source.StoreId ? checkpoint.Sequence : Sequence.Zero;
            if (component.From > reached)
                gaps.Add(new BundleGapError(component.Name.Value, component.From.Value, reached.Value));
        }

        return gaps.Count == 0 ? Result.Ok() : Result.Fail(gaps);
    }
}
