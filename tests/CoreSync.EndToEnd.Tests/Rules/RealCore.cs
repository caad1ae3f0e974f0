using System.Net;
using System.Text;
using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Hosting;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Testing;
using FluentResults;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>
/// A real core in this process: its own data directory, SQLite store, certificate and listener. Commands work on the data directory beside the serving host, as
/// those of the command line do; without <see cref="ServeAsync"/> a <c>SyncNow</c> runs in the command itself and nothing happens by itself.
/// </summary>
internal sealed class RealCore : IAsyncDisposable
{
    public const string Account = "sync";
    public const string Password = "correct horse battery";

    private readonly TempDirectory directory;
    private readonly Action<IServiceCollection>? configure;
    private ServiceProvider commands;
    private CoreHost? host;

    private RealCore(string name, Action<IServiceCollection>? configure, bool onDisk)
    {
        Name = name;
        this.configure = configure;
        directory = new TempDirectory(onDisk);
        commands = Build();
    }

    public string Name { get; }

    public string DataDirectory => directory.At("core");

    public IPEndPoint Address => host?.Address ?? throw new InvalidOperationException($"{Name} does not serve");

    /// <summary>The services of the commands.</summary>
    public IServiceProvider Services => commands;

    /// <summary>The services of the serving host.</summary>
    public IServiceProvider HostServices => host?.Services ?? throw new InvalidOperationException($"{Name} does not serve");

    /// <summary>Makes a core.</summary>
    /// <param name="name">FQDN.</param>
    /// <param name="configure">Adds or replaces services, in the commands and in the host: components, a clock.</param>
    /// <param name="onDisk">On a real volume instead of memory.</param>
    /// <param name="role">Its role.</param>
    public static async Task<RealCore> CreateAsync(string name, Action<IServiceCollection>? configure = null, bool onDisk = false, CoreRole role = CoreRole.Standard)
    {
        var core = new RealCore(name, configure, onDisk);
        await core.AskAsync(new InitialiseCore(name, role, $"CoreSync-{Guid.NewGuid():N}"));
        return core;
    }

    /// <summary>A second core made of a copy of the store of another and its keys: what happens when a disk or a machine is cloned.</summary>
    public static Task<RealCore> CopyOfAsync(RealCore other, string store)
    {
        var core = new RealCore(other.Name, other.configure, onDisk: false);
        core.commands.Dispose();
        RestoredCores.CopyTree(Path.Combine(other.DataDirectory, "keys"), Path.Combine(core.DataDirectory, "keys"));
        RestoredCores.CopyTree(store, core.DataDirectory);
        core.Open();
        return Task.FromResult(core);
    }

    /// <summary>Serves on loopback; the engine runs from now on.</summary>
    public async Task ServeAsync(int port = 0)
    {
        var started = await CoreHost.StartAsync(
            new CoreHostOptions(DataDirectory, new IPEndPoint(IPAddress.Loopback, port), new Actor("tester", "service")), configure, CancellationToken.None);
        Assert.True(started.IsSuccess, started.ToString());
        host = started.Value;
    }

    /// <summary>Stops serving and closes the store: its files may be copied or replaced until <see cref="Open"/>.</summary>
    public async Task CloseAsync()
    {
        await StopAsync();
        await commands.DisposeAsync();
    }

    /// <summary>Opens the store again, as a new process.</summary>
    public void Open() => commands = Build();

    public async Task StopAsync()
    {
        if (host is null)
            return;
        await host.StopAsync(CancellationToken.None);
        await host.DisposeAsync();
        host = null;
    }

    private ServiceProvider Build()
    {
        var services = new ServiceCollection();
        CoreSyncComposition.Add(services, DataDirectory, new Actor("tester", "test"));
        configure?.Invoke(services);
        return services.BuildServiceProvider();
    }

    /// <summary>An account that may edit, for source cores.</summary>
    public Task AddAccountAsync(Rights rights = Rights.Edit, params string[] components) => AskAsync(new AddAccount(Account, rights, components, Password));

    /// <summary>Adds a serving core as an authorised target, with the credential for it.</summary>
    /// <param name="target">The core.</param>
    /// <param name="through">The address to dial instead of its own.</param>
    public async Task AddTargetAsync(RealCore target, IPEndPoint? through = null)
    {
        var identity = await target.AskAsync(new ShowIdentity());
        await TellAsync(new SetCredential(null, false, Account, Password));
        var added = await AskAsync(new AddTargetCore(target.Name, ConnectTo: (through ?? target.Address).ToString(), Fingerprint: identity.Certificate.Fingerprint.ToString()));
        Assert.Null(added.TrustError);
        Assert.Null(added.ContactError);
    }

    /// <summary>Adds a serving core as an authorised source of this rollup core, with the credential of the scheduler.</summary>
    /// <param name="source">The core.</param>
    /// <param name="through">The address to dial instead of its own.</param>
    public async Task AddSourceAsync(RealCore source, IPEndPoint? through = null)
    {
        await TellAsync(new SetCredential(null, true, Account, Password));
        var added = await AskAsync(new AddTargetCore(
            source.Name, ConnectTo: (through ?? source.Address).ToString(), Fingerprint: await source.FingerprintAsync(), Direction: SyncDirection.Pull));
        Assert.Null(added.TrustError);
        Assert.Null(added.ContactError);
    }

    /// <summary>Collects from all sources, or those named, and answers the ended jobs.</summary>
    public Task<IReadOnlyList<SyncJob>> CollectAsync(params string[] sources) => AskAsync(new SyncNow(sources, Wait: true, SyncDirection.Pull));

    /// <summary>Collects from all sources; every job must succeed.</summary>
    public async Task<IReadOnlyList<SyncJob>> CollectedAsync()
    {
        var jobs = await CollectAsync();
        foreach (var job in jobs.Where(job => job.State != SyncJobState.Succeeded))
        {
            var failures = (await AskAsync(new ShowJob(job.Id.ToString()))).Failures.Select(failure => $"{failure.Name}: {failure.Outcome.Code} {failure.Outcome.Message}");
            Assert.Fail($"{job.Fqdn}: {job.State}: {job.ErrorCode} {job.ErrorMessage}; {string.Join("; ", failures)}");
        }

        return jobs;
    }

    /// <summary>Sends a request.</summary>
    public async Task<Result<T>> SendAsync<T>(IRequest<Result<T>> request, CancellationToken cancellationToken = default)
    {
        await using var scope = commands.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, cancellationToken);
    }

    /// <summary>Sends a request that must succeed.</summary>
    public async Task<T> AskAsync<T>(IRequest<Result<T>> request, CancellationToken cancellationToken = default)
    {
        var result = await SendAsync(request, cancellationToken);
        Assert.True(result.IsSuccess, $"{Name}: {request} failed: {string.Join("; ", result.Errors)}");
        return result.Value;
    }

    /// <summary>Sends a request without an answer that must succeed.</summary>
    public async Task TellAsync(IRequest<Result> request)
    {
        await using var scope = commands.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
        Assert.True(result.IsSuccess, $"{Name}: {request} failed: {string.Join("; ", result.Errors)}");
    }

    /// <summary>Creates or updates a document.</summary>
    public Task<Item> PutAsync(string component, string name, string document, bool? autoSync = true, string? id = null, params Item[] references) => AskAsync(new PutItem(
        component, name, Encoding.UTF8.GetBytes(document), Id: id, AutoSync: autoSync, References: references.Length == 0 ? null : [.. references.Select(item => item.Id.ToString())]));

    /// <summary>Synchronises all targets, or those named, and answers the ended jobs.</summary>
    public Task<IReadOnlyList<SyncJob>> SyncAsync(params string[] targets) => AskAsync(new SyncNow(targets, Wait: true));

    /// <summary>Synchronises the one target; the job must succeed.</summary>
    public async Task<SyncJob> SyncedAsync()
    {
        var job = Assert.Single(await SyncAsync());
        if (job.State != SyncJobState.Succeeded)
        {
            var failures = (await AskAsync(new ShowJob(job.Id.ToString()))).Failures.Select(failure => $"{failure.Name}: {failure.Outcome.Code} {failure.Outcome.Message}");
            Assert.Fail($"{job.State}: {job.ErrorCode} {job.ErrorMessage}; {string.Join("; ", failures)}");
        }

        return job;
    }

    /// <summary>An item as this core holds it; null when it never heard of it.</summary>
    public async Task<Item?> FindAsync(Item item) => await commands.GetRequiredService<ICatalogue>().FindAsync(item.Id, CancellationToken.None);

    /// <summary>The text of a document here; null when it has none.</summary>
    public async Task<string?> TextAsync(Item item) =>
        await commands.GetRequiredService<ICatalogue>().ReadDocumentAsync(item.Id, CancellationToken.None) is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    /// <summary>Live documents and files of a component, by name.</summary>
    public Task<IReadOnlyList<Item>> ListAsync(string component) => AskAsync(new ListItems(component));

    /// <summary>The fingerprint of the certificate, as its administrator reads it out.</summary>
    public async Task<string> FingerprintAsync() => (await AskAsync(new ShowIdentity())).Certificate.Fingerprint.ToString();

    public Task SetAsync(Settings.Setting setting, string value) => AskAsync(new SetSetting(setting.Key, value));

    /// <summary>The lines of the log so far.</summary>
    public string[] Log()
    {
        using var file = new FileStream(Path.Combine(DataDirectory, "log", "CoreSyncService.exe.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n');
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await commands.DisposeAsync();
        directory.Dispose();
    }
}
