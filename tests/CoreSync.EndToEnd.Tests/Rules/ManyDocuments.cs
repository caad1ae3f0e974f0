using System.Text;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Items;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Enough documents for many batches.</summary>
internal static class ManyDocuments
{
    /// <summary>Writes documents named <c>item 0</c> and so on, flagged for auto sync.</summary>
    public static async Task<IReadOnlyList<Item>> PutAsync(RealCore core, string component, int count)
    {
        var origin = core.Services.GetRequiredService<ILocalCore>().Current.Id;
        var name = ComponentName.Parse(component).Value;
        var items = Enumerable.Range(0, count).Select(i => new Item
        {
            Id = new ItemId(Guid.NewGuid()),
            Component = name,
            Kind = ItemKind.Document,
            Name = $"item {i}",
            Origin = origin,
            Revision = Revision.None.Next(),
            Hash = ContentHash.Of(Document(i)),
            Size = Document(i).Length,
            AutoSync = true,
        }).ToList();
        var catalogue = core.Services.GetRequiredService<ICatalogue>();
        foreach (var part in items.Index().Chunk(5000))
            await catalogue.WriteAsync([.. part.Select(one => new CatalogueWrite(one.Item, ContentChanged: true, Document: Document(one.Index)))], CancellationToken.None);
        return items;
    }

    /// <summary>Asserts that what a core holds of a component is what was written, item by item, and answers how many it holds.</summary>
    public static async Task<int> AssertWholeAsync(RealCore core, string component, IReadOnlyList<Item> items)
    {
        var held = (await core.ListAsync(component)).ToDictionary(item => item.Id);
        Assert.All(held.Values, item => Assert.Contains(items, one => one.Id == item.Id && one.Hash == item.Hash && one.Revision == item.Revision));
        foreach (var (index, item) in items.Index().Where(one => one.Index % 97 == 0 && held.ContainsKey(one.Item.Id)))
            Assert.Equal(Encoding.UTF8.GetString(Document(index)), await core.TextAsync(item));
        return held.Count;
    }

    private static byte[] Document(int index) => Encoding.UTF8.GetBytes($$"""{"number":{{index}}}""");
}
