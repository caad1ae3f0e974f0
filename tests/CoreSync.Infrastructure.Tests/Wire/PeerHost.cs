using System.Collections.Concurrent;
using System.Net;
using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Replication;
using CoreSync.Application.Rollup;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Identity;
using CoreSync.Infrastructure.Tls;
using CoreSync.Infrastructure.Wire;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Verification;
using FluentResults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Tests.Wire;

/// <summary>A listening target core: real Kestrel, real TLS, real accounts; what it receives is kept by a recording sink.</summary>
internal sealed class PeerHost : IAsyncDisposable
{
    public const string Name = "target.example.net";

    private readonly TempDirectory directory = new();
    private readonly WebApplication app;

    private PeerHost(TimeProvider? time, CoreId? id)
    {
        Stores = new MemoryStores
        {
            Current = new LocalCore(id ?? new CoreId(Guid.NewGuid()), Fqdn.Parse(Name).Value, CoreRole.Standard, Guid.NewGuid(), "unused", TimeProvider.System.GetUtcNow()),
        };
        // The listener refuses to be set up without a certificate, as a host does before init.
        using (var own = new OwnCertificate(
            Options.Create(new CoreSyncOptions { DataDirectory = directory.Path }), new CertificateReader(TimeProvider.System),
            new KeyRing(Options.Create(new CoreSyncOptions { DataDirectory = directory.Path })), Stores, TimeProvider.System, NullLogger<OwnCertificate>.Instance))
            Assert.True(own.Create(Stores.Current.Name).IsSuccess);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        if (time is not null)
            builder.Services.AddSingleton(time);
        builder.Services.AddCoreSync(options => options.DataDirectory = directory.Path).UseTlsTransport();
        // A host of the wire alone: store and files are stood in for, and are not asked for.
        builder.Services.RemoveAll<IValidateOptions<CoreSyncOptions>>();
        builder.Services.AddSingleton<ISettingStore>(Stores).AddSingleton<IAccountStore>(Stores).AddSingleton<IStoreMonitor>(Stores).AddSingleton<ILocalCore>(Stores)
            .AddSingleton<ITrustStore>(Stores).AddSingleton<IClientStore>(Stores).AddSingleton<ITargetStore>(Stores).AddSingleton<ICredentialStore>(Stores);
        builder.Services.AddSingleton<ILocalItemSinks>(Sink).AddSingleton<ILocalInspections>(new RecordingInspection(Sink));
        Rollups = new RecordingSource(Sink);
        builder.Services.AddSingleton<ILocalSources>(Rollups).AddSingleton<IReaderStore>(Rollups);
        builder.Services.AddSingleton<IPasswordHasher, FastPasswordHasher>();
        builder.WebHost.ConfigureKestrel((_, kestrel) => kestrel.ConfigureCoreSyncListener(new IPEndPoint(IPAddress.Loopback, 0), kestrel.ApplicationServices));
        app = builder.Build();
        app.MapCoreSyncPeer();
    }

    public RecordingSink Sink { get; } = new();

    /// <summary>What rollup cores ask.</summary>
    public RecordingSource Rollups { get; }

    /// <summary>Everything that was logged, by the framework too.</summary>
    public CapturedLog Log { get; } = new();

    public MemoryStores Stores { get; }

    public IServiceProvider Services => app.Services;

    public string DataDirectory => directory.Path;

    public IOwnCertificate Identity => app.Services.GetRequiredService<IOwnCertificate>();

    public int Port { get; private set; }

    public static async Task<PeerHost> StartAsync(TimeProvider? time = null, CoreId? id = null)
    {
        var host = new PeerHost(time, id);
        await host.app.StartAsync();
        host.Port = new Uri(host.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        host.Sink.Core = host.Stores.Current.Id;
        return host;
    }

    public void AddAccount(string name, string password, Rights rights = Rights.Edit, params string[] components)
    {
        var hash = app.Services.GetRequiredService<IPasswordHasher>().Hash(password);
        Stores.AddAsync(new Account(name, rights, [.. components.Select(component => ComponentName.Parse(component).Value)], Guid.NewGuid().ToString("N")), hash, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        directory.Dispose();
    }
}

/// <summary>Keeps every log line.</summary>
internal sealed class CapturedLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{eventId.Name} {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}

/// <summary>Keeps what it is given and answers as told.</summary>
internal sealed class RecordingSink : ILocalItemSinks, IItemSink
{
    public CoreId Core { get; set; }

    public ConcurrentQueue<SourceIdentity> Opened { get; } = [];

    public ConcurrentQueue<(ComponentName Component, ChangeBatch Batch)> Batches { get; } = [];

    public ConcurrentQueue<(ContentHash Hash, long Size, long Offset, byte[] Bytes)> Contents { get; } = [];

    /// <summary>Every call, whatever it was.</summary>
    public int Calls => Opened.Count + Batches.Count + Contents.Count + asked;

    public CoreSyncError? Refusal { get; set; }

    /// <summary>Waits here before a batch is answered.</summary>
    public Func<CancellationToken, Task>? Pause { get; set; }

    public Func<ChangeBatch, BatchReceipt>? Receipt { get; set; }

    public long Have { get; set; }

    private int asked;

    public void Asked() => Interlocked.Increment(ref asked);

    public IItemSink For(Account writer) => this;

    public Task<Result<SinkState>> OpenAsync(SourceIdentity source, CancellationToken cancellationToken)
    {
        Opened.Enqueue(source);
        if (Refusal is not null)
            return Task.FromResult(Result.Fail<SinkState>(Refusal));
        var name = ComponentName.Parse("queries").Value;
        return Task.FromResult(Result.Ok(new SinkState(
            Core, new Dictionary<ComponentName, Checkpoint> { [name] = new(source.StoreId, new Sequence(41)) }, new HashSet<ComponentName> { ComponentName.Parse("tasks").Value })));
    }

    public Task<Result<IReadOnlyList<long>>> HaveContentAsync(ComponentName component, IReadOnlyList<ContentHash> hashes, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref asked);
        return Task.FromResult(Result.Ok<IReadOnlyList<long>>([.. hashes.Select(_ => Have)]));
    }

    public async Task<Result> SendContentAsync(ComponentName component, ContentHash hash, long size, long offset, Stream content, CancellationToken cancellationToken)
    {
        if (Refusal is not null)
        {
            Contents.Enqueue((hash, size, offset, []));
            return Result.Fail(Refusal);
        }

        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        Contents.Enqueue((hash, size, offset, bytes.ToArray()));
        return Result.Ok();
    }

    public Task<Result> SendContentsAsync(ComponentName component, IReadOnlyList<CoreSync.Application.Items.SmallContent> contents, CancellationToken cancellationToken)
    {
        foreach (var content in contents)
            Contents.Enqueue((content.Hash, content.Bytes.Length, 0, content.Bytes.ToArray()));
        return Task.FromResult(Refusal is null ? Result.Ok() : Result.Fail(Refusal));
    }

    /// <summary>What it has for the same path.</summary>
    public ChunkedContent? Base { get; set; }

    public ConcurrentQueue<ContentPatch> Patches { get; } = [];

    public Task<Result<ChunkedContent?>> FindBaseAsync(ComponentName component, ItemId item, RelativePath path, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref asked);
        return Task.FromResult(Result.Ok(Base));
    }

    public Task<Result> SendPatchAsync(ComponentName component, ContentPatch patch, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref asked);
        Patches.Enqueue(patch);
        return Task.FromResult(Refusal is null ? Result.Ok() : Result.Fail(Refusal));
    }

    public async Task<Result<BatchReceipt>> ApplyAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken)
    {
        Batches.Enqueue((component, batch));
        if (Pause is not null)
            await Pause(cancellationToken);
        return Refusal is not null ? Result.Fail(Refusal) : Receipt?.Invoke(batch) ?? new BatchReceipt(batch.Last, batch.Changes.Count, 0, []);
    }
}

/// <summary>Counts questions and knows nothing.</summary>
internal sealed class RecordingInspection(RecordingSink sink) : ILocalInspections, IReplicaInspection
{
    public IReplicaInspection For(Account reader, CoreId source) => this;

    public Task<Result<ReplicaState>> StateAsync(CancellationToken cancellationToken) =>
        Answer(new ReplicaState(sink.Core, new Dictionary<ComponentName, Checkpoint>(), new HashSet<ComponentName>(), []));

    public Task<Result<IReadOnlyList<RangeDigest>>> RangesAsync(ComponentName component, CoreId origin, IdPrefix within, int digits, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<RangeDigest>>([]);

    public Task<Result<IReadOnlyList<DigestEntry>>> EntriesAsync(ComponentName component, CoreId origin, IdPrefix within, ItemId? after, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<DigestEntry>>([]);

    public Task<Result<IReadOnlyList<HeldItem>>> HeldAsync(ComponentName component, IReadOnlyCollection<ItemId> items, bool documents, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<HeldItem>>([]);

    public Task<Result<IReadOnlyList<PlannedItem>>> PlanAsync(ComponentName component, ChangeBatch batch, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<PlannedItem>>([]);

    public Task<Result<IReadOnlyList<DamagedItem>>> DamagedAsync(ComponentName component, CoreId origin, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<DamagedItem>>([]);

    private Task<Result<T>> Answer<T>(T answer)
    {
        sink.Asked();
        return Task.FromResult(Result.Ok(answer));
    }
}

/// <summary>Hashes without the slowness that its own tests cover.</summary>
internal sealed class FastPasswordHasher : IPasswordHasher
{
    public string Hash(string password) => "fast:" + password;

    public bool Verify(string hash, string password) => hash == "fast:" + password;
}
