using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
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

    private sealed class Connector(SimulatedNetwork network, IServiceProvider services) : ITargetConnector
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
            return new Connection(network, network.Find(target.Address.Fqdn)!, target.Address.Fqdn);
        }

        public Task<IReadOnlyList<ConnectionStep>> TestAsync(CoreServer target, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ConnectionStep>>([]);
    }

    private sealed class Connection(SimulatedNetwork network, SimulatedCore core, Fqdn name) : ITargetConnection
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

        public Task<Result<BatchReceipt>> ApplyAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken)
        {
            network.Sending(component, batch);
            return CallAsync("batch", sink => sink.ApplyAsync(component, batch, cancellationToken));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

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

/// <summary>The process of a simulated core ended at this point.</summary>
public sealed class SimulatedCrashException(string point) : Exception(point);
