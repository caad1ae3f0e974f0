using System.Collections.Concurrent;
using System.Text;
using CoreSync.Application;
using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>The database of a product, and what was asked of its components: one for the host and the commands of a core.</summary>
internal sealed class ProductDesk
{
    public ConcurrentDictionary<ItemId, (string Name, string Text, bool IsReadOnly)> Rows { get; } = new();

    /// <summary>Each call, as the names in it.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Runs before anything is written; throws, waits or answers a rejection.</summary>
    public Func<IncomingItem, CancellationToken, Task<string?>> Judge { get; set; } = (_, _) => Task.FromResult<string?>(null);

    /// <summary>Registers components of the product on top of this database.</summary>
    public Action<IServiceCollection> Serves<T>()
        where T : DeskComponent => services =>
    {
        services.AddSingleton(this);
        new CoreSyncBuilder(services).AddComponent<T>();
    };
}

/// <summary>A component of the product.</summary>
internal abstract class DeskComponent(ProductDesk desk) : ISyncComponent
{
    public abstract string Name { get; }

    public async Task<IReadOnlyList<ItemAnswer>> ApplyAsync(IReadOnlyList<IncomingItem> group, CancellationToken cancellationToken)
    {
        desk.Calls.Enqueue(string.Join("+", group.Select(item => item.Item.Name)));
        var answers = new List<ItemAnswer>();
        foreach (var item in group)
            answers.Add(new ItemAnswer(item.Item.Id, await desk.Judge(item, cancellationToken)));
        if (answers.Any(answer => answer.Rejection is not null))
            return answers;
        foreach (var item in group)
        {
            if (item.Kind == ChangeKind.Delete)
                desk.Rows.TryRemove(item.Item.Id, out _);
            else
                desk.Rows[item.Item.Id] = (item.Item.Name, Encoding.UTF8.GetString(item.Document.Span), item.IsReadOnly);
        }

        return answers;
    }
}

internal sealed class DeskQueries(ProductDesk desk) : DeskComponent(desk)
{
    public override string Name => "queries";
}
