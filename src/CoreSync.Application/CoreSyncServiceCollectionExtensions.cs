using CoreSync.Application.Accounts;
using CoreSync.Application.Bundles;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Cores;
using CoreSync.Application.Health;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Notifications;
using CoreSync.Application.Outbox;
using CoreSync.Application.Pipeline;
using CoreSync.Application.Replication;
using CoreSync.Application.Rollup;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Telemetry;
using CoreSync.Application.Trust;
using CoreSync.Application.Verification;
using CoreSync.Items;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CoreSync.Application;

/// <summary>Adds CoreSync to a host. Reads as the table of contents of the product.</summary>
public static class CoreSyncServiceCollectionExtensions
{
    /// <summary>Adds the use cases; choose a store, a transport and files on the builder, and <see cref="AddEngine"/> where the core runs.</summary>
    public static CoreSyncBuilder AddCoreSync(this IServiceCollection services, Action<CoreSyncOptions> configure)
    {
        services.AddOptions<CoreSyncOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CoreSyncOptions>, CoreSyncOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRandomSource, SystemRandomSource>();
        services.TryAddSingleton<ICurrentActor, CurrentActor>();
        services.AddMediator();
        return new CoreSyncBuilder(services).AddCores().AddTrust().AddTargets().AddItems().AddReplication().AddVerification().AddRollup().AddJobs().AddBundles().AddHealth();
    }

    /// <summary>Runs the engine in this host: inbox recovery, scans, auto sync, jobs, the outbox of a product. One process per data directory.</summary>
    public static CoreSyncBuilder AddEngine(this CoreSyncBuilder builder)
    {
        builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SyncEngine>());
        builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ContentCaretaker>());
        builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<OutboxRelay>());
        builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ExpiryWatch>());
        builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<HealthWatch>());
        // After the engine, which takes the lease.
        builder.Services.AddHostedService<Upkeep>();
        return builder;
    }

    /// <summary>Adds a kind of item that the product keeps in its own database (I1). Created in a scope of its own for each call.</summary>
    /// <typeparam name="T">The component; <see cref="ISyncComponent.Name"/> says which.</typeparam>
    public static CoreSyncBuilder AddComponent<T>(this CoreSyncBuilder builder)
        where T : class, ISyncComponent
    {
        builder.Services.TryAddScoped<T>();
        builder.Services.AddSingleton(new ProductRegistration(typeof(T)));
        return builder;
    }

    /// <summary>Adds a directory tree that the product sends, receives, or both (I6). Directories and patterns are set here at each start; flags and policies stay an administrator's.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name; the same on both cores.</param>
    /// <param name="sendFrom">Absolute directory that this core sends; null only receives.</param>
    /// <param name="receiveTo">Absolute directory for received files; null only sends.</param>
    /// <param name="include">Patterns; none takes all.</param>
    /// <param name="exclude">Patterns that win.</param>
    public static CoreSyncBuilder AddFilesComponent(
        this CoreSyncBuilder builder, string name, string? sendFrom, string? receiveTo, IReadOnlyList<string>? include = null, IReadOnlyList<string>? exclude = null)
    {
        builder.Services.AddSingleton(new FilesRegistration(name, new FilesSettings(sendFrom, receiveTo, include ?? [], exclude ?? [])));
        return builder;
    }

    private static CoreSyncBuilder AddCores(this CoreSyncBuilder builder)
    {
        builder.Services.AddSingleton<StoreGate>();
        builder.Services.AddSingleton<EngineLease>();
        builder.Services.AddSingleton<CredentialScopes>();
        builder.Services.AddSingleton<SettingSecrets>();
        builder.Services.AddSingleton<INotificationSecrets>(provider => provider.GetRequiredService<SettingSecrets>());
        return builder;
    }

    private static CoreSyncBuilder AddTrust(this CoreSyncBuilder builder)
    {
        builder.Services.AddSingleton<TrustPolicies>();
        builder.Services.AddSingleton<TrustedCertificates>();
        builder.Services.AddSingleton<ITrustGate, TrustGate>();
        builder.Services.AddSingleton<TrustDesk>();
        builder.Services.AddSingleton<ExpiryWatch>();
        builder.Services.AddSingleton<IClientGate, ClientGate>();
        builder.Services.AddSingleton<ClientDesk>();
        builder.Services.AddSingleton<Announcements>();
        builder.Services.AddSingleton<IAnnouncements>(provider => provider.GetRequiredService<Announcements>());
        return builder;
    }

    private static CoreSyncBuilder AddTargets(this CoreSyncBuilder builder)
    {
        builder.Services.AddSingleton<TargetFinder>();
        builder.Services.AddSingleton<TargetViews>();
        builder.Services.AddSingleton<TargetRulesEditor>();
        return builder;
    }

    private static CoreSyncBuilder AddItems(this CoreSyncBuilder builder)
    {
        builder.Services.AddSingleton<ComponentViews>();
        builder.Services.AddSingleton<ReadOnlyAttempts>();
        builder.Services.AddSingleton<HeldApplication>();
        builder.Services.AddSingleton<HeldChanges>();
        builder.Services.AddSingleton<ContentCaretaker>();
        builder.Services.AddSingleton<ProductComponents>();
        builder.Services.AddSingleton<IStoreOpening>(provider => provider.GetRequiredService<ProductComponents>());
        builder.Services.AddSingleton<IStoreOpening, FilesRegistrations>();
        builder.Services.AddSingleton<ComponentAppliers>();
        builder.Services.AddSingleton<ListedScan>();
        builder.Services.AddSingleton<OutboxSignal>();
        builder.Services.AddSingleton<OutboxRelay>();
        builder.Services.AddSingleton<ICoreSyncItems, CoreSyncItems>();
        return builder;
    }

    private static CoreSyncBuilder AddReplication(this CoreSyncBuilder builder)
    {
        builder.Services.AddSingleton<ComponentGates>();
        builder.Services.AddSingleton<ArrivalReview>();
        builder.Services.AddSingleton<IncomingBatches>();
        builder.Services.AddSingleton<DeltaBases>();
        builder.Services.AddSingleton<ItemAppliers>();
        builder.Services.AddSingleton<LocalItemSinks>();
        builder.Services.AddSingleton<ILocalItemSinks>(provider => provider.GetRequiredService<LocalItemSinks>());
        builder.Services.AddSingleton<INewItemSinks>(provider => provider.GetRequiredService<LocalItemSinks>());
        builder.Services.AddSingleton<LocalChangeFeed>();
        builder.Services.AddSingleton<IChangeFeed>(provider => provider.GetRequiredService<LocalChangeFeed>());
        builder.Services.AddSingleton<InboxRecovery>();
        builder.Services.AddSingleton<DamagedCopies>();
        builder.Services.AddSingleton<Replicator>();
        return builder;
    }

    private static CoreSyncBuilder AddVerification(this CoreSyncBuilder builder)
    {
        builder.Services.AddSingleton<BatchPlaces>();
        builder.Services.AddSingleton<BatchPlanner>();
        builder.Services.AddSingleton<TargetPlanner>();
        builder.Services.AddSingleton<ILocalInspections, LocalInspections>();
        builder.Services.AddSingleton<Reconciler>();
        builder.Services.AddSingleton<StoreRise>();
        builder.Services.AddSingleton<TargetAdmission>();
        builder.Services.AddSingleton<PastAgreement>();
        builder.Services.AddSingleton<TargetPasts>();
        builder.Services.AddSingleton<ContactCheck>();
        builder.Services.AddSingleton<DecisionCheck>();
        builder.Services.AddSingleton<ComponentChoice>();
        builder.Services.AddSingleton<DriftDetails>();
        return builder;
    }

    private static CoreSyncBuilder AddRollup(this CoreSyncBuilder builder)
    {
        builder.Services.AddSingleton<LocalHoldings>();
        builder.Services.AddSingleton<ILocalSources, LocalSources>();
        return builder;
    }

    private static CoreSyncBuilder AddJobs(this CoreSyncBuilder builder)
    {
        builder.Services.AddSingleton<FileScans>();
        builder.Services.AddSingleton<DocumentBrake>();
        builder.Services.AddSingleton<TransferBudget>();
        builder.Services.AddSingleton<TransferLimits>();
        builder.Services.AddSingleton<JobTurns>();
        builder.Services.AddSingleton<CopyRun>();
        builder.Services.AddSingleton<PushParts>();
        builder.Services.AddSingleton<PullParts>();
        builder.Services.AddSingleton<SyncRoutes>();
        builder.Services.AddSingleton<JobRunner>();
        builder.Services.AddSingleton<JobAftermath>();
        builder.Services.AddSingleton<JobDispatch>();
        builder.Services.AddSingleton<TargetSchedules>();
        builder.Services.AddSingleton<DueTargets>();
        builder.Services.AddSingleton<SyncEngine>();
        return builder;
    }

    private static CoreSyncBuilder AddHealth(this CoreSyncBuilder builder)
    {
        builder.Services.AddSingleton<EngineHolder>();
        builder.Services.AddSingleton<EngineHeart>();
        builder.Services.AddSingleton<HealthCheck>();
        builder.Services.AddSingleton<IHealthBoard, HealthBoard>();
        builder.Services.AddSingleton<IHealthProbe, EngineHealth>();
        builder.Services.AddSingleton<IHealthProbe, CertificateHealth>();
        builder.Services.AddSingleton<IHealthProbe, TargetHealth>();
        builder.Services.AddSingleton<IHealthProbe, WorkHealth>();
        builder.Services.AddSingleton<IHealthProbe, NotificationHealth>();
        builder.Services.AddSingleton<HealthMeters>();
        builder.Services.AddSingleton<Herald>();
        builder.Services.AddSingleton<HealthWatch>();
        return builder;
    }

    private static CoreSyncBuilder AddBundles(this CoreSyncBuilder builder)
    {
        builder.Services.AddSingleton<BundleExport>();
        builder.Services.AddSingleton<BundleSigners>();
        builder.Services.AddSingleton<BundleIntake>();
        builder.Services.AddSingleton<BundleApplication>();
        builder.Services.AddSingleton<BundleReceipts>();
        builder.Services.AddSingleton<BundleTurn>();
        return builder;
    }
}
