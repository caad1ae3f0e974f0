using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Outbox;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Infrastructure.Files;
using CoreSync.Infrastructure.Sqlite;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CoreSync.Testing.Simulation;

/// <summary>A whole core in this process: real use cases, engine parts and store; simulated network, certificates, time and randomness. Restarts like a killed process.</summary>
public sealed class SimulatedCore : IDisposable
{
    private readonly TempDirectory directory = new();
    private readonly SimulatedNetwork network;
    private readonly TimeProvider time;
    private readonly IRandomSource random;
    private readonly MemoryCertificateStore certificates = new();
    private readonly FakeOwnCertificate own;
    private readonly Action<CoreSyncBuilder>? configure;
    private ServiceProvider services;

    private SimulatedCore(Fqdn name, SimulatedNetwork network, TimeProvider time, int seed, Action<CoreSyncBuilder>? configure)
    {
        Name = name;
        this.network = network;
        this.time = time;
        this.configure = configure;
        random = new SeededRandomSource(seed);
        own = new FakeOwnCertificate(time);
        services = Build();
    }

    public Fqdn Name { get; }

    public IServiceProvider Services => services;

    public LocalCore Local => services.GetRequiredService<ILocalCore>().Current;

    public PresentedCertificate Certificate => own.Describe().Value;

    /// <summary>Asked at each named step of applying: true ends the process there.</summary>
    public Func<string, bool> Crashes { get; set; } = _ => false;

    public static async Task<SimulatedCore> CreateAsync(string name, SimulatedNetwork network, TimeProvider time, int seed = 1, Action<CoreSyncBuilder>? configure = null)
    {
        var core = new SimulatedCore(Fqdn.Parse(name).Value, network, time, seed, configure);
        (await core.SendAsync(new InitialiseCore(name, CoreRole.Standard))).ThrowIfFailed();
        network.Attach(core);
        return core;
    }

    /// <summary>Sends a command as a host would.</summary>
    public async Task<T> SendAsync<T>(IRequest<T> request)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, CancellationToken.None);
    }

    /// <summary>What a product uses to tell and ask.</summary>
    public ICoreSyncItems Items => services.GetRequiredService<ICoreSyncItems>();

    /// <summary>Takes over what the product told in its outbox, as the engine does by itself; answers how many writes.</summary>
    public Task<int> RelayAsync() => services.GetRequiredService<OutboxRelay>().RunAsync(CancellationToken.None);

    /// <summary>Ends the process and starts a new one on the same store; repairs what a start repairs.</summary>
    public void Restart()
    {
        services.Dispose();
        services = Build();
        services.GetRequiredService<StoreGate>().OpenAsync(CancellationToken.None).GetAwaiter().GetResult().ThrowIfFailed();
        services.GetRequiredService<SyncEngine>().RecoverAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>The file that holds a content.</summary>
    public string ContentFile(CoreSync.Items.ContentHash hash) => directory.At("data", "content", hash.ToString()[..2], hash.ToString()[2..4], hash.ToString());

    /// <summary>Copies the store while the process is stopped, as a backup does.</summary>
    public string CopyStore()
    {
        services.Dispose();
        var copy = Directory.CreateDirectory(directory.At($"copy-{Guid.NewGuid():N}")).FullName;
        foreach (var file in Directory.GetFiles(directory.At("data"), "coresync.db*"))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        services = Build();
        Restart();
        return copy;
    }

    /// <summary>Puts a copy in the place of the store and starts again.</summary>
    public void RestoreStore(string copy)
    {
        services.Dispose();
        foreach (var file in Directory.GetFiles(directory.At("data"), "coresync.db*"))
            File.Delete(file);
        foreach (var file in Directory.GetFiles(copy))
            File.Copy(file, directory.At("data", Path.GetFileName(file)));
        services = Build();
        Restart();
    }

    public void RenewCertificate() => own.Renew(Name, keepKey: false);

    public void Dispose()
    {
        services.Dispose();
        directory.Dispose();
    }

    private ServiceProvider Build()
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(time);
        collection.AddSingleton(random);
        collection.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        var builder = collection.AddCoreSync(options =>
        {
            options.DataDirectory = directory.At("data");
            options.Actor = new Actor("tester", "simulation");
        }).UseSqlite().UseFiles();
        collection.AddSingleton<ICertificateStore>(certificates);
        collection.AddSingleton<IOwnCertificate>(own);
        collection.AddSingleton<INextCertificate, NothingAnnounced>();
        collection.AddSingleton<ICertificateStoreNames, FakeCertificateStoreNames>();
        collection.AddSingleton<ISecretProtector, PlainSecretProtector>();
        collection.AddSingleton<IPasswordHasher, PlainPasswordHasher>();
        collection.AddSingleton<ITargetConnector>(provider => network.ConnectorOf(provider));
        collection.AddSingleton(provider => network.SourceConnectorOf(provider));
        configure?.Invoke(builder);
        Decorate<IReplicaStore>(collection, (inner, _) => new CrashingReplicaStore(inner, point => Crashes(point)));
        return collection.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    private static void Decorate<T>(ServiceCollection collection, Func<T, IServiceProvider, T> wrap)
        where T : class
    {
        var inner = collection.Last(descriptor => descriptor.ServiceType == typeof(T));
        collection.Remove(inner);
        collection.AddSingleton(provider => wrap(
            (T)(inner.ImplementationInstance ?? inner.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)), provider));
    }
}

/// <summary>Ends the simulated process between the steps of receiving.</summary>
internal sealed class CrashingReplicaStore(IReplicaStore inner, Func<string, bool> crashes) : IReplicaStore
{
    public Task<Result<IReadOnlyDictionary<CoreSync.Items.ComponentName, CoreSync.Replication.Checkpoint>>> OpenAsync(
        CoreSync.Replication.SourceIdentity source, CancellationToken cancellationToken) => inner.OpenAsync(source, cancellationToken);

    public Task<IReadOnlyDictionary<CoreSync.Items.ComponentName, CoreSync.Replication.Checkpoint>> ReceivedAsync(CoreId source, CancellationToken cancellationToken) =>
        inner.ReceivedAsync(source, cancellationToken);

    public Task DisturbAsync(CoreSync.Items.ComponentName component, CancellationToken cancellationToken) => inner.DisturbAsync(component, cancellationToken);

    public async Task<Result> StageAsync(
        CoreSync.Items.ComponentName component, CoreSync.Replication.ChangeBatch batch, IReadOnlyList<CoreSync.Replication.ItemChange> changes, CancellationToken cancellationToken)
    {
        CrashAt("before stage");
        var staged = await inner.StageAsync(component, batch, changes, cancellationToken);
        CrashAt("after stage");
        return staged;
    }

    public async Task<Result<Guid>> CommitAsync(ReplicaCommit commit, CancellationToken cancellationToken)
    {
        CrashAt("before commit");
        var committed = await inner.CommitAsync(commit, cancellationToken);
        CrashAt("after commit");
        return committed;
    }

    public Task<IReadOnlyList<(CoreId Source, CoreSync.Items.ComponentName Component, CoreSync.Replication.ItemChange Change)>> InboxAsync(CancellationToken cancellationToken) =>
        inner.InboxAsync(cancellationToken);

    public Task SettleInboxAsync(CoreId source, CoreSync.Items.ComponentName component, IReadOnlyList<AppliedItem> applied, CancellationToken cancellationToken) =>
        inner.SettleInboxAsync(source, component, applied, cancellationToken);

    private void CrashAt(string point)
    {
        if (crashes(point))
            throw new SimulatedCrashException(point);
    }
}

/// <summary>Ends a test with the error's text.</summary>
public static class ResultAssertions
{
    public static T Ok<T>(this Result<T> result)
    {
        result.ThrowIfFailed();
        return result.Value;
    }

    public static void ThrowIfFailed(this ResultBase result)
    {
        if (result.IsFailed)
            throw new InvalidOperationException(string.Join("; ", result.Errors.Select(error => error.Message)));
    }
}
