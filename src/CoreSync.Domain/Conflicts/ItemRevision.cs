using System.Globalization;
using CoreSync.Items;

namespace CoreSync.Conflicts;

/// <summary>What a document was before a change of it on this core (A9).</summary>
/// <param name="Item">As it was.</param>
/// <param name="Edit">0 for what its origin made; counts the versions of that revision that were made on this core.</param>
/// <param name="KeptAt">When the next version took its place.</param>
public sealed record ItemRevision(Item Item, int Edit, DateTimeOffset KeptAt)
{
    /// <summary>How a person names it: <c>7</c>, or <c>7.1</c> for the first version that was made here on top of revision 7.</summary>
    public string Label => Edit == 0 ? Item.Revision.ToString() : string.Create(CultureInfo.InvariantCulture, $"{Item.Revision.Value}.{Edit}");
}
