using System.Data.Common;
using System.Net;
using System.Text.Json;
using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Application.Pipeline;
using CoreSync.Infrastructure.Files;
using CoreSync.Infrastructure.Outbox;
using CoreSync.Infrastructure.Sqlite;
using CoreSync.Infrastructure.Tls;
using CoreSync.Infrastructure.Wire;
using CoreSync.Items;
using CoreSync.Replication;

namespace PackageDesk;

/// <summary>Tells CoreSync what changes on this desk, and asks it who may change what.</summary>
internal sealed class DeskSync(ICoreSyncItems items, Desk desk)
{
    public static readonly Dictionary<Type, string> Components = new() { [typeof(Query)] = "queries", [typeof(Package)] = "distribution-packages", [typeof(DeskTask)] = "tasks" };

    public static void Add(WebApplicationBuilder builder, DeskSettings settings, IPEndPoint listen)
    {
        builder.Services.AddCoreSync(options => options.DataDirectory = Path.Combine(settings.Directory, "coresync"))
            .UseSqlite().UseFiles().UseTlsTransport().UseOutbox(OutboxDialect.Sqlite, settings.Connect)
            .AddComponent<Received<Query>>().AddComponent<Received<Package>>().AddComponent<Received<DeskTask>>().AddEngine().Services.AddSingleton<DeskSync>();
        builder.WebHost.UseCoreSyncListener(listen);
    }

    public static async Task<string?> StartAsync(WebApplication app, string name)
    {
        app.MapCoreSyncPeer();
        return (await app.Services.OpenCoreAsync(name)).Refusal();
    }

    public async Task<string?> SavedAsync(DbTransaction transaction, DeskItem item, bool? autoSync) => (await items.PutAsync(transaction, new ItemDraft(
        ComponentName.Parse(Components[item.GetType()]).Value, new ItemId(item.Id), item.Name, JsonSerializer.SerializeToUtf8Bytes<object>(item))
    {
        References = [.. item.Needs.Select(id => new ItemId(id))],
        StartAt = (item as DeskTask)?.StartAt,
        AutoSync = autoSync,
        Payloads = item is Package ? (await items.AddPayloadsAsync(desk.FolderOf(item.Id))).Value : [],
    })).Refusal();

    public async Task<string?> DeletedAsync(DbTransaction transaction, Guid id) => (await items.DeleteAsync(transaction, new ItemId(id))).Refusal();

    public async Task<string?> RefusalAsync(Guid id) => (await items.MayEditAsync(new ItemId(id))).Refusal();

    public void Committed() => items.Wake();
}

/// <summary>Puts what arrives from another desk into the database and the files of this one.</summary>
internal sealed class Received<T>(Desk desk, ICoreSyncItems items) : ISyncComponent where T : DeskItem
{
    public string Name => DeskSync.Components[typeof(T)];

    public async Task<IReadOnlyList<ItemAnswer>> ApplyAsync(IReadOnlyList<IncomingItem> group, CancellationToken cancellationToken)
    {
        foreach (var item in group)
            await items.WritePayloadsAsync(item.Item, desk.FolderOf(item.Item.Id.Value), cancellationToken);
        await desk.ChangeAsync(transaction =>
        {
            foreach (var item in group)
                if (item.Kind == ChangeKind.Delete) Desk.Delete<T>(transaction, item.Item.Id.Value);
                else Desk.Save(transaction, JsonSerializer.Deserialize<T>(item.Document.Span)! with { Name = item.Item.Name });
            return Task.FromResult<string?>(null);
        });
        return ItemAnswer.AllApplied(group);
    }
}
