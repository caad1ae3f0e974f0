using CoreSync.Application.Cores;
using CoreSync.Application.Replication;
using CoreSync.Application.Rollup;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Verification;
using FluentResults;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Testing.Simulation;

/// <summary>Connects simulated cores by name and breaks connections as the schedule says.</summary>
public sealed class SimulatedNetwork
{
    private readonly Dictionary<string, SimulatedCore> cores = [];

    /// <summary>Asked before each call (request lost) and after it (acknowledgement lost): true breaks the connection there.</summary>
    public Func<string, bool> Breaks { get; set; } = _ => false;

    /// <summary>Calls that reached a sink: proof that nothing was sent to a core that is not trusted.</summary>
    public int Calls { get; internal set; }

    /// <summary>Told of every batch that leaves a source, whether it arrives or not.</summary>
    public Action<ComponentName, ChangeBatch> Sending { get; set; } = (_, _) => { };

    public void Attach(SimulatedCore core) => cores[core.Name.Ascii] = core;

    internal SimulatedCore? Find(Fqdn name) => cores.GetValueOrDefault(name.Ascii);

    internal ITargetConnector ConnectorOf(IServiceProvider services) => new Connector(this, services);

    internal ISourceConnector SourceConnectorOf(IServiceProvider services) => new Connector(this, services);

    private sealed class Connector(SimulatedNetwork network, IServiceProvider services) : ITargetConnector, ISourceConnector
    {
        public Task<Result<CertificateSighting>> ProbeAsync(CoreAddress address, CancellationToken cancellationToken)
        {
            var core = network.Find(address.Fqdn);
            return Task.FromResult(core is null
                ? Result.Fail<CertificateSighting>(new TargetUnreachableError(address.Fqdn.Ascii, "simulation", "down"))
                : Result.Ok(new CertificateSighting(core.Certificate, "simulation", "TLS 1.3", services.GetRequiredService<TimeProvider>().GetUtcNow())));
        }

        public async Task<Result<ITargetConnection>> ConnectAsync(CoreServer target, CancellationToken cancellationToken)
        {
            var sighting = await ProbeAsync(target.Address, cancellationToken);
            if (sighting.IsFailed)
                return sighting.ToResult<ITargetConnection>();
            var judged = await services.GetRequiredService<ITrustGate>().JudgeAsync(target.Id, sighting.Value.Certificate, cancellationToken);
            if (judged.IsFailed)
                return judged.ToResult<ITargetConnection>();
            return new Connection(network, network.Find(target.Address.Fqdn)!, target.Address.Fqdn, services.GetRequiredService<ILocalCore>().Current.Id);
        }

        public async Task<Result<ISourceConnection>> ConnectToSourceAsync(CoreServer source, CancellationToken cancellationToken)
        {
            var sighting = await ProbeAsync(source.Address, cancellationToken);
            if (sighting.IsFailed)
                return sighting.ToResult<ISourceConnection>();
            var judged = await services.GetRequiredService<ITrustGate>().JudgeAsync(source.Id, sighting.Value.Certificate, cancellationToken);
            if (judged.IsFailed)
                return judged.ToResult<ISourceConnection>();
            return new SourceConnection(network, network.Find(source.Address.Fqdn)!, source.Address.Fqdn, services.GetRequiredService<ILocalCore>().Current);
        }

        public Task<IReadOnlyList<ConnectionStep>> TestAsync(CoreServer target, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ConnectionStep>>([]);
    }

    private sealed class AskedInspection(Connection connection) : IReplicaInspection
    {
        public Task<Result<ReplicaState>> StateAsync(CancellationToken cancellationToken) => connection.AskAsync(there => there.StateAsync(cancellationToken));

        public Task<Result<IReadOnlyList<RangeDigest>>> RangesAsync(ComponentName component, CoreId origin, IdPrefix within, int digits, CancellationToken cancellationToken) =>
            connection.AskAsync(there => there.RangesAsync(component, origin, within, digits, cancellationToken));

        public Task<Result<IReadOnlyList<DigestEntry>>> EntriesAsync(
            ComponentName component, CoreId origin, IdPrefix within, ItemId? after, CancellationToken cancellationToken) =>
            connection.AskAsync(there => there.EntriesAsync(component, origin, within, after, cancellationToken));

        public Task<Result<IReadOnlyList<HeldItem>>> HeldAsync(ComponentName component, IReadOnlyCollection<ItemId> items, bool documents, CancellationToken cancellationToken) =>
            connection.AskAsync(there => there.HeldAsync(component, items, documents, cancellationToken));

        public Task<Result<IReadOnlyList<PlannedItem>>> PlanAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken) =>
            connection.AskAsync(there => there.PlanAsync(component, batch, cancellationToken));

        public Task<Result<IReadOnlyList<DamagedItem>>> DamagedAsync(ComponentName component, CoreId origin, CancellationToken cancellationToken) =>
            connection.AskAsync(there => there.DamagedAsync(component, origin, cancellationToken));
    }

    private sealed class Connection(SimulatedNetwork network, SimulatedCore core, Fqdn name, CoreId caller) : ITargetConnection
    {
        public CoreId Core => core.Local.Id;

        public Task<Result<SinkState>> OpenAsync(SourceIdentity source, CancellationToken cancellationToken) =>
            CallAsync("open", sink => sink.OpenAsync(source, cancellationToken));

        public Task<Result<IReadOnlyList<long>>> HaveContentAsync(ComponentName component, IReadOnlyList<ContentHash> hashes, CancellationToken cancellationToken) =>
            CallAsync("have", sink => sink.HaveContentAsync(component, hashes, cancellationToken));

        public Task<Result> SendContentAsync(ComponentName component, ContentHash hash, long size, long offset, Stream content, CancellationToken cancellationToken) =>
            CallAsync("content", sink => sink.SendContentAsync(component, hash, size, offset, content, cancellationToken));

        public Task<Result> SendContentsAsync(ComponentName component, IReadOnlyList<CoreSync.Application.Items.SmallContent> contents, CancellationToken cancellationToken) =>
            CallAsync("contents", sink => sink.SendContentsAsync(component, contents, cancellationToken));

        public Task<Result<ChunkedContent?>> FindBaseAsync(ComponentName component, ItemId item, RelativePath path, CancellationToken cancellationToken) =>
            CallAsync("base", sink => sink.FindBaseAsync(component, item, path, cancellationToken));

        public Task<Result> SendPatchAsync(ComponentName component, ContentPatch patch, CancellationToken cancellationToken) =>
            CallAsync("patch", sink => sink.SendPatchAsync(component, patch, cancellationToken));

        public Task<Result<BatchReceipt>> ApplyAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken)
        {
            network.Sending(component, batch);
            return CallAsync("batch", sink => sink.ApplyAsync(component, batch, cancellationToken));
        }

        public IReplicaInspection Inspection => new AskedInspection(this);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public Task<T> AskAsync<T>(Func<IReplicaInspection, Task<T>> ask)
            where T : ResultBase, new() =>
            CallAsync("inspection", _ => ask(core.Services.GetRequiredService<ILocalInspections>().For(SomeAccount.Editor, caller)));

        private async Task<T> CallAsync<T>(string call, Func<IItemSink, Task<T>> send)
            where T : ResultBase, new()
        {
            if (network.Breaks("before " + call))
                return Broken<T>("the request was lost");
            network.Calls++;
            T answer;
            try
            {
                answer = await send(core.Services.GetRequiredService<ILocalItemSinks>().For(SomeAccount.Editor));
            }
            catch (SimulatedCrashException)
            {
                core.Restart();
                return Broken<T>("the target crashed");
            }

            return network.Breaks("after " + call) ? Broken<T>("the acknowledgement was lost") : answer;
        }

        private T Broken<T>(string reason)
            where T : ResultBase, new()
        {
            var result = new T();
            result.Reasons.Add(new TargetUnreachableError(name.Ascii, "simulation", reason));
            return result;
        }
    }
}

/// <summary>A simulated source as a rollup core asks it: the core's own side, behind a network that loses requests and answers.</summary>
internal sealed class SourceConnection(SimulatedNetwork network, SimulatedCore core, Fqdn name, LocalCore caller) : ISourceConnection
{
    public CoreId Core => core.Local.Id;

    public IChangeFeed Feed => Local.Feed;

    public ISourceHoldings Holdings => Local.Holdings;

    private ISource Local => core.Services.GetRequiredService<ILocalSources>().For(
        new CoreSync.Accounts.Account("rollup", CoreSync.Accounts.Rights.ConsoleAdministrator, [], ""), caller.Id, caller.Name.Ascii);

    public async Task<Result<SourceState>> OpenAsync(IReadOnlyDictionary<ComponentName, Checkpoint> here, CancellationToken cancellationToken)
    {
        if (network.Breaks("before open"))
            return Broken("the request was lost");
        var state = await Local.OpenAsync(here, cancellationToken);
        return network.Breaks("after open") ? Broken("the answer was lost") : state;
    }

    public async Task<Result> AcknowledgeAsync(ComponentName component, Checkpoint position, CancellationToken cancellationToken)
    {
        if (network.Breaks("before position"))
            return Broken("the request was lost");
        var told = await Local.AcknowledgeAsync(component, position, cancellationToken);
        return network.Breaks("after position") ? Broken("the answer was lost") : told;
    }

    public Task<Result> RiseAboveAsync(long highest, CancellationToken cancellationToken) => Local.RiseAboveAsync(highest, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Result Broken(string reason) => Result.Fail(new TargetUnreachableError(name.Ascii, "simulation", reason));
}

/// <summary>The process of a simulated core ended at this point.</summary>
public sealed class SimulatedCrashException(string point) : Exception(point);
