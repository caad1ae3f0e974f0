using System.Text;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Items;
using CoreSync.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Testing.Simulation;

/// <summary>A source core and a target core in one process, deterministic from a seed; the target is trusted and a credential is set.</summary>
public sealed class SimulatedPair : IDisposable
{
    public const string TargetName = "target.example.net";

    private SimulatedPair(SimulatedNetwork network, FakeTimeProvider time, SimulatedCore source, SimulatedCore target)
    {
        Network = network;
        Time = time;
        Source = source;
        Target = target;
    }

    public SimulatedNetwork Network { get; }

    public FakeTimeProvider Time { get; }

    public SimulatedCore Source { get; }

    public SimulatedCore Target { get; }

    /// <summary>Makes a pair.</summary>
    /// <param name="seed">Everything random follows from it.</param>
    /// <param name="trusted">The target's certificate is authorised.</param>
    /// <param name="source">Adds the product's parts to the source: components, an outbox.</param>
    /// <param name="target">Adds the product's parts to the target.</param>
    public static async Task<SimulatedPair> CreateAsync(
        int seed = 1, bool trusted = true, Action<CoreSyncBuilder>? source = null, Action<CoreSyncBuilder>? target = null)
    {
        var network = new SimulatedNetwork();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 1, 8, 0, 0, TimeSpan.Zero));
        var from = await SimulatedCore.CreateAsync("source.example.net", network, time, seed, source);
        var to = await SimulatedCore.CreateAsync(TargetName, network, time, seed + 1_000_000, target);
        var pair = new SimulatedPair(network, time, from, to);
        (await from.SendAsync(new SetCredential(null, false, "sync", "long enough password"))).ThrowIfFailed();
        (await from.SendAsync(new AddTargetCore(TargetName, Fingerprint: trusted ? to.Certificate.Fingerprint.ToString() : null))).ThrowIfFailed();
        return pair;
    }

    /// <summary>Takes over what the product of the source told in its outbox, and runs one sync job to its end.</summary>
    public async Task<SyncJob> SyncAsync()
    {
        await Source.RelayAsync();
        return (await Source.SendAsync(new SyncNow([TargetName], Wait: true))).Ok()[0];
    }

    /// <summary>Puts a document on the source.</summary>
    public async Task<Item> PutAsync(string name, string document, bool autoSync = true, string? id = null) =>
        (await Source.SendAsync(new PutItem("queries", name, Encoding.UTF8.GetBytes(document), AutoSync: autoSync, Id: id))).Ok();

    /// <summary>The documents of a core by id, with what must arrive: name, bytes, flag.</summary>
    public static async Task<SortedDictionary<string, string>> DocumentsAsync(SimulatedCore core)
    {
        var documents = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var catalogue = core.Services.GetRequiredService<ICatalogue>();
        foreach (var item in (await core.SendAsync(new ListItems("queries"))).Ok())
        {
            var document = await catalogue.ReadDocumentAsync(item.Id, CancellationToken.None);
            documents[item.Id.ToString()] = $"{item.Name}|{item.Revision}|{item.AutoSync}|{Encoding.UTF8.GetString(document!.Value.Span)}";
        }

        return documents;
    }

    public void Dispose()
    {
        Source.Dispose();
        Target.Dispose();
    }
}
