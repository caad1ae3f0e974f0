using CoreSync.Application.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Replication;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Application.Verification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Testing.Contracts;

/// <summary>A store that was created for <see cref="SomeStored.Core"/> and opened, with its adapters. Disposing removes it.</summary>
public interface IStoreUnderTest : IAsyncDisposable
{
    /// <summary>The adapters.</summary>
    IServiceProvider Services { get; }

    /// <summary>The clock that they use.</summary>
    FakeTimeProvider Time { get; }
}

/// <summary>The ports by short names.</summary>
public static class StoreUnderTestExtensions
{
    extension(IStoreUnderTest store)
    {
        public ICoreStore Core => store.Services.GetRequiredService<ICoreStore>();

        public ILocalCore Local => store.Services.GetRequiredService<ILocalCore>();

        public IStoreMonitor Monitor => store.Services.GetRequiredService<IStoreMonitor>();

        public ITargetStore Targets => store.Services.GetRequiredService<ITargetStore>();

        public IPaceStore Paces => store.Services.GetRequiredService<IPaceStore>();

        public ITrustStore Trust => store.Services.GetRequiredService<ITrustStore>();

        public IAccountStore Accounts => store.Services.GetRequiredService<IAccountStore>();

        public ICredentialStore Credentials => store.Services.GetRequiredService<ICredentialStore>();

        public ISettingStore Settings => store.Services.GetRequiredService<ISettingStore>();

        public IComponentStore Components => store.Services.GetRequiredService<IComponentStore>();

        public ICatalogue Catalogue => store.Services.GetRequiredService<ICatalogue>();

        public ICheckpointStore Checkpoints => store.Services.GetRequiredService<ICheckpointStore>();

        public IReplicaStore Replicas => store.Services.GetRequiredService<IReplicaStore>();

        public IDigestStore Digests => store.Services.GetRequiredService<IDigestStore>();

        public ISyncJobStore Jobs => store.Services.GetRequiredService<ISyncJobStore>();
    }
}
