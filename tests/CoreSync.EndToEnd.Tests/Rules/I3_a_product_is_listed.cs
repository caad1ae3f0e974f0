using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Items;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class I3_a_product_is_listed
{
    private readonly ListedDesk desk = new();

    [Fact]
    public async Task New_changed_and_vanished_rows_arrive_and_what_did_not_change_is_not_read()
    {
        await using var pair = await CreateAsync();
        for (var i = 1; i <= 10; i++)
            desk.Put(i, $"text {i}");
        await pair.Source.SyncedAsync();
        Assert.Equal(10, (await pair.Target.ListAsync("queries")).Count);
        Assert.Equal(10, desk.Reads);

        await pair.Target.AskAsync(new SetComponentPolicy("queries", DeletePolicy.Delete, null));
        desk.Put(1, "changed");
        desk.Rows.TryRemove(ListedDesk.Id(2), out _);
        await pair.Source.SyncedAsync();

        var items = await pair.Target.ListAsync("queries");
        Assert.Equal(9, items.Count);
        Assert.Equal("changed", await pair.Target.TextAsync(items.Single(item => item.Id == ListedDesk.Id(1))));
        Assert.Equal(11, desk.Reads);
    }

    [Fact]
    public async Task An_empty_list_and_a_broken_one_delete_nothing()
    {
        await using var pair = await CreateAsync();
        for (var i = 1; i <= 10; i++)
            desk.Put(i, $"text {i}");
        await pair.Source.SyncedAsync();
        var rows = desk.Rows.ToArray();

        desk.Rows.Clear();
        var empty = Assert.Single(await pair.Source.SyncAsync());
        foreach (var (id, row) in rows.Take(5))
            desk.Rows[id] = row;
        desk.Breaks = true;
        var broken = Assert.Single(await pair.Source.SyncAsync());

        Assert.Equal("sync.mass-delete", empty.ErrorCode);
        Assert.Equal("component.unavailable", broken.ErrorCode);
        Assert.Equal(10, (await pair.Source.ListAsync("queries")).Count);

        // A person says that the five were meant to go.
        desk.Breaks = false;
        await pair.Source.AskAsync(new ConfirmDeletes("queries"));
        await pair.Source.SyncedAsync();
        Assert.Equal(5, (await pair.Source.ListAsync("queries")).Count);
    }

    private Task<CorePair> CreateAsync() => CorePair.CreateAsync(source: services =>
    {
        services.AddSingleton(desk);
        new CoreSyncBuilder(services).AddComponent<ListedQueries>();
    });

    private sealed class ListedDesk
    {
        public ConcurrentDictionary<ItemId, string> Rows { get; } = new();

        public int Reads { get; set; }

        public bool Breaks { get; set; }

        public static ItemId Id(int number) => new(new Guid(number, 0, 0, new byte[8]));

        public void Put(int number, string text) => Rows[Id(number)] = text;
    }

    private sealed class ListedQueries(ListedDesk desk) : IListedComponent
    {
        public string Name => "queries";

        public Task<IReadOnlyList<ItemAnswer>> ApplyAsync(IReadOnlyList<IncomingItem> group, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async IAsyncEnumerable<ListedItem> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var (id, text) in desk.Rows)
            {
                await Task.Yield();
                yield return new ListedItem(id, id.ToString(), text);
                if (desk.Breaks)
                    throw new InvalidOperationException("the connection is gone");
            }
        }

        public Task<ItemDraft?> ReadAsync(ItemId id, CancellationToken cancellationToken)
        {
            desk.Reads++;
            return Task.FromResult(desk.Rows.TryGetValue(id, out var text)
                ? new ItemDraft(ComponentName.Parse(Name).Value, id, id.ToString(), Encoding.UTF8.GetBytes(text)) { AutoSync = true }
                : null);
        }
    }
}
