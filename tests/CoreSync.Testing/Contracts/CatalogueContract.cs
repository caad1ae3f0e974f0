using System.Text;
using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every catalogue does, except for the feed: see <see cref="CatalogueFeedContract"/>.</summary>
public abstract class CatalogueContract : StoreContract
{
    [Fact]
    public async Task An_item_comes_back_with_every_field()
    {
        var document = SomeStored.Document("Ünïcode 名前 'quotes\"; --", "{\"a\":1}") with
        {
            Group = "servers/west",
            Owner = "ops",
            References = [new ItemId(Guid.NewGuid()), new ItemId(Guid.NewGuid())],
            Revision = new Revision(long.MaxValue),
            Payloads = [new Payload(RelativePath.Parse("setup/größe.msi").Value, 1L << 40, ContentHash.Of([1])), new Payload(RelativePath.Parse("b").Value, 0, ContentHash.Empty)],
            StartAt = new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero),
            IsEdited = true,
        };
        var file = SomeStored.File("bin/tool.exe") with { IsExecutable = true };
        var link = SomeStored.File("link", "") with { Kind = ItemKind.Link, LinkTarget = "../elsewhere" };

        await WriteAsync(document, file, link);

        Assert.Equivalent(document, await Store.Catalogue.FindAsync(document.Id, Token), strict: true);
        Assert.Equivalent(file, await Store.Catalogue.FindAsync(file.Id, Token), strict: true);
        Assert.Equivalent(link, await Store.Catalogue.FindAsync(link.Id, Token), strict: true);
    }

    [Fact]
    public async Task Several_items_are_found_at_once_and_unknown_ones_are_absent()
    {
        var one = SomeStored.Document("one");
        var two = SomeStored.Document("two");
        await WriteAsync(one, two);

        var found = await Store.Catalogue.FindAsync([two.Id, new ItemId(Guid.NewGuid()), one.Id], Token);

        Assert.Equal(2, found.Count);
        Assert.Equal("one", found[one.Id].Name);
        Assert.Null(await Store.Catalogue.FindAsync(new ItemId(Guid.NewGuid()), Token));
    }

    [Fact]
    public async Task Referrers_follow_the_references_of_live_items()
    {
        var needed = SomeStored.Document("needed");
        var other = SomeStored.Document("other");
        var task = SomeStored.Document("task") with { References = [needed.Id, needed.Id, other.Id] };
        var second = SomeStored.Document("second") with { References = [other.Id] };
        await WriteAsync(needed, other, task, second);
        Assert.Equal(["task"], await NamesAsync(needed.Id));
        Assert.Equal(["second", "task"], await NamesAsync(other.Id, needed.Id));

        await WriteAsync(task with { References = [other.Id], Revision = new Revision(2) }, second with { IsDeleted = true, References = [], Revision = new Revision(2) });

        Assert.Empty(await NamesAsync(needed.Id));
        Assert.Equal(["task"], await NamesAsync(other.Id));

        async Task<IEnumerable<string>> NamesAsync(params ItemId[] ids) => (await Store.Catalogue.ReferrersAsync(ids, Token)).Select(item => item.Name).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Writes_get_growing_sequences_in_their_order()
    {
        var head = await Store.Catalogue.HeadAsync(Token);

        var last = await WriteAsync(SomeStored.Document("a"), SomeStored.Document("b"), SomeStored.Document("c"));

        Assert.Equal(head.Value + 3, last.Value);
        Assert.Equal(last, await Store.Catalogue.HeadAsync(Token));
        Assert.Equal(["a", "b", "c"], (await Store.Catalogue.ChangesAsync(SomeStored.Queries, head, null, 10, Token)).Select(change => change.Item.Name));
    }

    [Fact]
    public async Task A_document_is_read_back_until_it_is_deleted_and_kept_when_only_its_name_changes()
    {
        var item = SomeStored.Document("old", "content");
        await Store.Catalogue.WriteAsync([new CatalogueWrite(item, true, Document: SomeStored.Bytes("content"))], Token);
        await Store.Catalogue.WriteAsync([new CatalogueWrite(item with { Name = "new", Revision = new Revision(2) }, false)], Token);
        Assert.Equal("content", Encoding.UTF8.GetString((await Store.Catalogue.ReadDocumentAsync(item.Id, Token))!.Value.Span));

        await Store.Catalogue.WriteAsync([new CatalogueWrite(item with { IsDeleted = true, Revision = new Revision(3) }, true, ChangeKind.Delete)], Token);

        Assert.Null(await Store.Catalogue.ReadDocumentAsync(item.Id, Token));
        Assert.True((await Store.Catalogue.FindAsync(item.Id, Token))!.IsDeleted);
    }

    [Fact]
    public async Task An_empty_document_is_not_a_missing_one()
    {
        var item = SomeStored.Document("empty", "");

        await Store.Catalogue.WriteAsync([new CatalogueWrite(item, true, Document: ReadOnlyMemory<byte>.Empty)], Token);

        Assert.Equal(0, (await Store.Catalogue.ReadDocumentAsync(item.Id, Token))!.Value.Length);
        Assert.Null(await Store.Catalogue.ReadDocumentAsync(new ItemId(Guid.NewGuid()), Token));
    }

    [Fact]
    public async Task Live_items_are_listed_by_component_and_name_page_by_page()
    {
        var deleted = SomeStored.Document("b2");
        await WriteAsync(SomeStored.Document("b"), SomeStored.Document("a"), SomeStored.File("z"), SomeStored.Document("b"), deleted);
        await WriteAsync(deleted with { IsDeleted = true, Revision = new Revision(2) });

        Assert.Equal(["z", "a", "b", "b"], (await PagesAsync(null)).Select(item => item.Name));
        Assert.Equal(["a", "b", "b"], (await PagesAsync(SomeStored.Queries)).Select(item => item.Name));
    }

    [Fact]
    public async Task Live_items_are_counted_per_component()
    {
        var deleted = SomeStored.Document("gone");
        await WriteAsync(SomeStored.Document("a"), SomeStored.Document("b"), SomeStored.File("f"), deleted);
        await WriteAsync(deleted with { IsDeleted = true, Revision = new Revision(2) });

        var counts = await Store.Catalogue.CountAsync(Token);

        Assert.Equal(2, counts.Count);
        Assert.Equal((2L, 1L), (counts[SomeStored.Queries], counts[SomeStored.Packages]));
    }

    [Fact]
    public async Task The_own_document_of_a_name_is_preferred_and_the_group_counts()
    {
        var others = SomeStored.Document("same", origin: SomeStored.OtherCore);
        var own = SomeStored.Document("same");
        var elsewhere = SomeStored.Document("same") with { Group = "group" };
        await WriteAsync(others, own, elsewhere);

        Assert.Equal(own.Id, (await Store.Catalogue.FindByNameAsync(SomeStored.Queries, "", "same", Token))!.Id);
        Assert.Equal(elsewhere.Id, (await Store.Catalogue.FindByNameAsync(SomeStored.Queries, "group", "same", Token))!.Id);
        Assert.Null(await Store.Catalogue.FindByNameAsync(SomeStored.Queries, "", "Same", Token));
    }

    [Fact]
    public async Task Files_come_in_the_byte_order_of_their_names_own_or_all()
    {
        // U+FF5E sorts before U+1F600 in UTF-8 and after it in UTF-16.
        var names = (string[])["a/b", "a", "B", "a.b", "é", "～", "\U0001F600", "a/B"];
        await WriteAsync([.. names.Select(name => SomeStored.File(name))]);
        await WriteAsync(SomeStored.File("received", origin: SomeStored.OtherCore), SomeStored.Document("no file", component: SomeStored.Packages));

        var own = await FilesAsync(own: true);
        var all = await FilesAsync(own: false);

        Assert.Equal(names.OrderBy(name => Convert.ToHexString(Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal), own);
        Assert.Equal(own.Append("received").OrderBy(name => Convert.ToHexString(Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal), all);
    }

    [Fact]
    public async Task Many_files_are_streamed_completely()
    {
        var names = Enumerable.Range(0, 2500).Select(number => $"file {number:D5}").ToArray();
        await WriteAsync([.. names.Select(name => SomeStored.File(name))]);

        Assert.Equal(names, await FilesAsync(own: true));
    }

    [Fact]
    public async Task Stamps_are_kept_and_touched_without_a_sequence()
    {
        var file = SomeStored.File("a");
        await Store.Catalogue.WriteAsync([new CatalogueWrite(file, true, Stamp: new FileStamp(4, 100, 200))], Token);
        var head = await Store.Catalogue.HeadAsync(Token);

        await Store.Catalogue.TouchAsync([(file.Id, new FileStamp(5, 101, 300))], Token);
        await Store.Catalogue.WriteAsync([new CatalogueWrite(file with { Revision = new Revision(2) }, false)], Token);

        await foreach (var scanned in Store.Catalogue.FilesAsync(SomeStored.Packages, true, Token))
            Assert.Equal(new FileStamp(5, 101, 300), scanned.Stamp);
        Assert.Equal(head.Value + 1, (await Store.Catalogue.HeadAsync(Token)).Value);
    }

    [Fact]
    public async Task Own_live_files_are_found_by_content()
    {
        var wanted = SomeStored.File("a", "same");
        var deleted = SomeStored.File("d", "same");
        await WriteAsync(wanted, SomeStored.File("b", "other"), SomeStored.File("c", "same", origin: SomeStored.OtherCore), deleted);
        await WriteAsync(deleted with { IsDeleted = true, Revision = new Revision(2) });

        Assert.Equal([wanted.Id], (await Store.Catalogue.FilesWithContentAsync(SomeStored.Packages, wanted.Hash, 10, Token)).Select(file => file.Item.Id));
        Assert.Empty(await Store.Catalogue.FilesWithContentAsync(SomeStored.Queries, wanted.Hash, 10, Token));
    }

    [Theory]
    [InlineData("Dir/File.txt", "dir/FILE.TXT")]
    [InlineData("caf\u00e9", "cafe\u0301")]
    [InlineData("stra\u00dfe", "STRASSE")]
    [InlineData("same", "same")]
    public async Task Names_that_collide_on_some_platform_are_found(string stored, string asked)
    {
        var item = SomeStored.File(stored);
        await WriteAsync(item, SomeStored.File("another"));

        var colliding = await Store.Catalogue.CollidingAsync(SomeStored.Packages, RelativePath.Parse(asked).Value, Token);

        Assert.Equal([item.Id], colliding.Select(found => found.Id));
        Assert.Empty(await Store.Catalogue.CollidingAsync(SomeStored.Queries, RelativePath.Parse(asked).Value, Token));
    }

    [Fact]
    public async Task A_deleted_file_and_an_old_name_collide_with_nothing()
    {
        var deleted = SomeStored.File("gone");
        var renamed = SomeStored.File("old");
        await WriteAsync(deleted, renamed);
        await WriteAsync(deleted with { IsDeleted = true, Revision = new Revision(2) }, renamed with { Name = "new", Revision = new Revision(2) });

        Assert.Empty(await Store.Catalogue.CollidingAsync(SomeStored.Packages, RelativePath.Parse("gone").Value, Token));
        Assert.Empty(await Store.Catalogue.CollidingAsync(SomeStored.Packages, RelativePath.Parse("old").Value, Token));
        Assert.Single(await Store.Catalogue.CollidingAsync(SomeStored.Packages, RelativePath.Parse("NEW").Value, Token));
    }

    [Fact]
    public async Task Scan_problems_are_replaced_per_component_and_listed_by_path()
    {
        await Store.Catalogue.SetScanProblemsAsync(SomeStored.Packages, [new ScanProblem("old", "c", "m")], Token);
        await Store.Catalogue.SetScanProblemsAsync(SomeStored.Queries, [new ScanProblem("else", "c", "m")], Token);

        await Store.Catalogue.SetScanProblemsAsync(SomeStored.Packages, [new ScanProblem("b\nb", "c", "m"), new ScanProblem("a", "c", "m")], Token);

        Assert.Equal(["a", "b\nb"], (await Store.Catalogue.ScanProblemsAsync(SomeStored.Packages, Token)).Select(problem => problem.Path));
        Assert.Single(await Store.Catalogue.ScanProblemsAsync(SomeStored.Queries, Token));
    }

    private async Task<Sequence> WriteAsync(params Item[] items) =>
        await Store.Catalogue.WriteAsync([.. items.Select(item => new CatalogueWrite(item, true))], Token);

    private async Task<List<Item>> PagesAsync(ComponentName? component)
    {
        var all = new List<Item>();
        while (true)
        {
            var last = all.LastOrDefault();
            var page = await Store.Catalogue.ListAsync(component, last is null ? null : (last.Component, last.Name, last.Id), 2, Token);
            if (page.Count == 0)
                return all;
            all.AddRange(page);
        }
    }

    private async Task<List<string>> FilesAsync(bool own)
    {
        var names = new List<string>();
        await foreach (var file in Store.Catalogue.FilesAsync(SomeStored.Packages, own, Token))
            names.Add(file.Item.Name);
        return names;
    }
}
