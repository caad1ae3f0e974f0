using System.Data.Common;
using System.Net;
using System.Text.Json;
using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Infrastructure.Files;
using CoreSync.Infrastructure.Outbox;
using CoreSync.Infrastructure.Sqlite;
using CoreSync.Infrastructure.Tls;
using CoreSync.Items;
using CoreSync.Replication;

namespace PackageDesk;

/// <summary>Everything that the desk does to keep its items in step with the desks of other sites.</summary>
internal sealed class DeskSync(ICoreSyncItems sync, Desk desk)
{
    public static readonly Dictionary<Type, string> Components = new() { [typeof(Query)] = "queries", [typeof(Package)] = "distribution-packages", [typeof(DeskTask)] = "tasks" };

    public static void Add(WebApplicationBuilder builder, DeskSettings settings, IPEndPoint listen)
    {
        builder.Services.AddCoreSync(options => options.DataDirectory = Path.Combine(settings.Directory, "coresync")).UseSqlite().UseFiles().UseTlsTransport()
            .UseOutbox(OutboxDialect.Sqlite, () => new Desk(settings).Connect())
            .AddComponent<Received<Query>>().AddComponent<Received<Package>>().AddComponent<Received<DeskTask>>().AddEngine();
        builder.Services.AddSingleton<DeskSync>();
        builder.WebHost.UseCoreSyncListener(listen);
    }

    /// <summary>Tells of an item that the desk saved, in the desk's transaction; answers why it may not be changed here, or null.</summary>
    public async Task<string?> SavedAsync(DbTransaction transaction, DeskItem item, bool? autoSync)
    {
        var files = new List<Payload>();
        foreach (var file in desk.FilesOf(item.Id))
        {
            using var content = desk.OpenFile(item.Id, file.Path);
            files.Add((await sync.AddPayloadAsync(file.Path, content)).Value);
        }

        var told = await sync.PutAsync(transaction, new ItemDraft(ComponentName.Parse(Components[item.GetType()]).Value, new ItemId(item.Id), item.Name, JsonSerializer.SerializeToUtf8Bytes<object>(item))
        { References = [.. item.Needs.Select(id => new ItemId(id))], Payloads = files, StartAt = (item as DeskTask)?.StartAt, AutoSync = autoSync });
        return told.IsSuccess ? null : told.Errors[0].Message;
    }
}

/// <summary>Puts what arrives from another site into the desk's database and files.</summary>
internal sealed class Received<T>(Desk desk, ICoreSyncItems sync) : ISyncComponent where T : DeskItem
{
    public string Name => DeskSync.Components[typeof(T)];

    public async Task<IReadOnlyList<ItemAnswer>> ApplyAsync(IReadOnlyList<IncomingItem> group, CancellationToken cancellationToken)
    {
        foreach (var (item, payload) in group.SelectMany(item => item.Item.Payloads.Select(payload => (item, payload))))
        {
            using var content = sync.OpenPayload(payload).Value;
            await desk.WriteFileAsync(item.Item.Id.Value, payload.Path.Value, content);
        }
        await desk.ChangeAsync(transaction =>
        {
            foreach (var item in group)
                if (item.Kind == ChangeKind.Delete) Desk.Delete<T>(transaction, item.Item.Id.Value);
                else Desk.Save(transaction, JsonSerializer.Deserialize<T>(item.Document.Span)! with { Name = item.Item.Name });
            return Task.CompletedTask;
        });
        foreach (var item in group) desk.KeepFiles(item.Item.Id.Value, item.Item.Payloads.Select(payload => payload.Path.Value));
        return ItemAnswer.AllApplied(group);
    }
}
