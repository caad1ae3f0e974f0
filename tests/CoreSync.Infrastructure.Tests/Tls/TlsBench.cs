using System.Security.Cryptography.X509Certificates;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Trust;
using FluentResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CoreSync.Infrastructure.Tests.Tls;

/// <summary>The source's half of the transport: real TLS, real platform store, the real judgement; the store of the core in memory.</summary>
internal sealed class TlsBench : IAsyncDisposable
{
    public const string TargetName = "target.example.net";
    public const string Canary = "canary-password-3141592653";

    private readonly TempDirectory directory = new();
    private readonly ServiceProvider services;

    public TlsBench(TimeProvider? time = null, bool hasCredential = true)
    {
        Time = time ?? TimeProvider.System;
        Stores = new MemoryStores
        {
            Current = new LocalCore(
                new CoreId(Guid.NewGuid()), Fqdn.Parse("source.example.net").Value, CoreRole.Standard, Guid.NewGuid(), "CoreSync-" + Guid.NewGuid().ToString("N"), Time.GetUtcNow()),
        };
        var collection = new ServiceCollection();
        collection.AddSingleton(Time);
        collection.AddCoreSync(options => options.DataDirectory = directory.Path).UseTlsTransport();
        collection.AddSingleton<ITrustStore>(Stores).AddSingleton<ITargetStore>(Stores).AddSingleton<ISettingStore>(Stores).AddSingleton<ICredentialStore>(Stores)
            .AddSingleton<IAccountStore>(Stores).AddSingleton<IClientStore>(Stores).AddSingleton<IStoreMonitor>(Stores).AddSingleton<ILocalCore>(Stores);
        // The transport alone, without a store and files.
        collection.RemoveAll<Microsoft.Extensions.Options.IValidateOptions<CoreSyncOptions>>();
        services = collection.BuildServiceProvider();
        if (hasCredential)
            Stores.SetAsync(CredentialScope.Default, new Credential("sync", Canary), CancellationToken.None);
    }

    public TimeProvider Time { get; }

    public MemoryStores Stores { get; }

    public ITargetConnector Connector => services.GetRequiredService<ITargetConnector>();

    public ICertificateStore Certificates => services.GetRequiredService<ICertificateStore>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Adds a target whose name is asked for and whose port on loopback is dialled.</summary>
    public CoreServer AddTarget(int port, string name = TargetName)
    {
        var address = new CoreAddress(Fqdn.Parse(name).Value, 443, new DialAddress("127.0.0.1", port));
        var target = CoreServer.Add(new TargetId(Guid.NewGuid()), address, Stores.Current.Name, "", true, Time.GetUtcNow()).Value;
        Stores.AddAsync(target, TrustRecord.New(target.Id, address.Fqdn), CancellationToken.None);
        return target;
    }

    /// <summary>A person authorises the certificate with whatever is wrong with it now.</summary>
    public void Trust(CoreServer target, X509Certificate2 certificate, params byte[][] others)
    {
        var presented = Get<CertificateReader>().Read(certificate.RawData, others, false);
        var problems = CertificateAssessment.Assess(presented, target.Address.Fqdn, Time.GetUtcNow(), TrustPolicy.Default);
        Change(target, record => record.Authorise(presented, problems, presented.Fingerprint, "ann", Time.GetUtcNow()).Value);
        Certificates.Add(presented.Der);
    }

    /// <summary>Changes the record as another process would.</summary>
    public void Change(CoreServer target, Func<TrustRecord, TrustEvent> change)
    {
        var record = Record(target);
        var what = change(record);
        Stores.SaveAsync(record, new TrustHistoryDraft(Time.GetUtcNow(), target.Address.Fqdn, what, new Actor("ann", "test"), ""), CancellationToken.None);
    }

    public TrustRecord Record(CoreServer target) => ((ITrustStore)Stores).FindAsync(target.Id, CancellationToken.None).Result!;

    public Task<Result<ITargetConnection>> ConnectAsync(CoreServer target) => Connector.ConnectAsync(target, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var fingerprint in Certificates.List())
            Certificates.Remove(fingerprint);
        await services.DisposeAsync();
        directory.Dispose();
    }
}
