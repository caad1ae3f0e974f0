using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Bundles;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Cores;
using CoreSync.Application.Health;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Lists;
using CoreSync.Application.Notifications;
using CoreSync.Application.Outbox;
using CoreSync.Application.Replication;
using CoreSync.Application.Rollup;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Application.Verification;
using CoreSync.Infrastructure.Identity;
using CoreSync.Infrastructure.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Adds the store of a single core.</summary>
public static class SqliteServiceCollectionExtensions
{
    /// <summary>Keeps everything in <c>coresync.db</c> in <see cref="CoreSyncOptions.DataDirectory"/>. Needs an <see cref="ISecretProtector"/> for credentials.</summary>
    public static CoreSyncBuilder UseSqlite(this CoreSyncBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        // A single core schedules for itself, in memory.
        services.TryAddSingleton<IScheduleClock, QuartzScheduleClock>();
        services.AddSingleton<SqliteDatabase>();
        services.AddSingleton<SqliteEngineLock>();
        services.AddSingleton<IEngineLock>(provider => provider.GetRequiredService<SqliteEngineLock>());
        services.AddSingleton<SqliteCoreStore>();
        services.AddSingleton<ICoreStore>(provider => provider.GetRequiredService<SqliteCoreStore>());
        services.AddSingleton<ILocalCore>(provider => provider.GetRequiredService<SqliteCoreStore>());
        services.AddSingleton<IStoreMaintenance>(provider => provider.GetRequiredService<SqliteCoreStore>());
        services.AddSingleton<IStoreMonitor, SqliteStoreMonitor>();
        services.AddSingleton<ITargetStore, SqliteTargetStore>();
        services.AddSingleton<ITargetFacts, SqliteTargetFacts>();
        services.AddSingleton<IPaceStore, SqlitePaceStore>();
        services.AddSingleton<TrustAnchorFile>();
        services.AddSingleton<TrustChain>();
        services.AddSingleton<ITrustStore, SqliteTrustStore>();
        services.AddSingleton<IClientStore, SqliteClientStore>();
        services.AddSingleton<IExpiryWarnings, SqliteExpiryWarnings>();
        services.AddSingleton<IAccountStore, SqliteAccountStore>();
        services.AddSingleton<IDirectoryGroupStore, SqliteDirectoryGroupStore>();
        services.AddSingleton<IAdminSessionStore, SqliteAdminSessionStore>();
        services.AddSingleton<ICredentialStore, SqliteCredentialStore>();
        services.AddSingleton<ISettingStore, SqliteSettingStore>();
        services.AddSingleton<IComponentStore, SqliteComponentStore>();
        services.AddSingleton<ICatalogue, SqliteCatalogue>();
        services.AddSingleton<IPayloadUses, SqlitePayloadUses>();
        services.AddSingleton<IUpkeepTimes, SqliteUpkeepTimes>();
        services.AddSingleton<ICheckpointStore, SqliteCheckpointStore>();
        services.AddSingleton<IReplicaStore, SqliteReplicaStore>();
        services.AddSingleton<IConflictStore, SqliteConflictStore>();
        services.AddSingleton<IReadOnlyAttemptStore, SqliteReadOnlyAttemptStore>();
        services.AddSingleton<IItemRevisions, SqliteItemRevisions>();
        services.AddSingleton<ISyncJobStore, SqliteSyncJobStore>();
        services.AddSingleton<IRelayStore, SqliteRelayStore>();
        services.AddSingleton<IListedVersions, SqliteListedVersions>();
        services.AddSingleton<IDigestStore, SqliteDigestStore>();
        services.AddSingleton<IBundleStore, SqliteBundleStore>();
        services.AddSingleton<IDoubtStore, SqliteDoubtStore>();
        services.AddSingleton<ITombstoneStore, SqliteTombstoneStore>();
        services.AddSingleton<IListPages, SqliteListPages>();
        services.AddSingleton<IReaderStore, SqliteReaderStore>();
        services.AddSingleton<ICollectedItems, SqliteCollectedItems>();
        services.AddSingleton<IServingRecord, SqliteServingRecord>();
        services.AddSingleton<INotificationStore, SqliteNotificationStore>();
        services.AddSingleton<IHealthProbe, StoreHealth>();
        return builder;
    }
}
