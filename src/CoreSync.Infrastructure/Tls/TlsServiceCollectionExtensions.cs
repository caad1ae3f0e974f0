using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Bundles;
using CoreSync.Application.Cores;
using CoreSync.Application.Notifications;
using CoreSync.Application.Rollup;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Bundles;
using CoreSync.Infrastructure.Identity;
using CoreSync.Infrastructure.Notifications;
using CoreSync.Infrastructure.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace CoreSync.Infrastructure.Tls;

/// <summary>Adds everything between two cores: TLS, the certificate stores, accounts, the protocol, and the files that are carried.</summary>
public static class TlsServiceCollectionExtensions
{
    /// <summary>Connects to and listens for other cores over TLS. Needs a store on the same builder.</summary>
    public static CoreSyncBuilder UseTlsTransport(this CoreSyncBuilder builder)
    {
        var services = builder.Services;
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);

        services.TryAddSingleton<CertificateReader>();
        services.TryAddSingleton<OwnCertificate>();
        services.AddSingleton<IHostedService, OwnCertificateWatch>();
        services.TryAddSingleton<IOwnCertificate>(provider => provider.GetRequiredService<OwnCertificate>());
        services.TryAddSingleton<INextCertificate, NextCertificate>();
        services.TryAddSingleton<ICertificateStore, PlatformCertificateStore>();
        services.TryAddSingleton<ICertificateStoreNames, CertificateStoreNames>();

        services.TryAddSingleton<KeyRing>();
        services.TryAddSingleton<ISecretProtector, DataProtectionSecretProtector>();
        services.TryAddSingleton<IPasswordHasher, IdentityPasswordHasher>();
        services.TryAddSingleton<IAccountDirectory, BuiltInAccountDirectory>();
        services.TryAddSingleton<SignInThrottle>();
        services.TryAddSingleton<ISignInThrottle>(provider => provider.GetRequiredService<SignInThrottle>());
        services.TryAddSingleton<AccessTokens>();
        services.TryAddSingleton<IBasicSignIn, BasicSignIn>();

        services.TryAddSingleton<TrustedRoots>();
        services.TryAddSingleton<TlsConnector>();
        services.TryAddSingleton<TargetConnector>();
        services.TryAddSingleton<ITargetConnector>(provider => provider.GetRequiredService<TargetConnector>());
        services.TryAddSingleton<ISourceConnector>(provider => provider.GetRequiredService<TargetConnector>());

        services.TryAddSingleton<IBundleFiles, BundleFiles>();

        services.AddSingleton<INotificationChannel, WebhookChannel>();
        services.AddSingleton<INotificationChannel, MailChannel>();

        services.TryAddSingleton<PeerDoor>();
        services.TryAddSingleton<SignInEndpoint>();
        services.TryAddSingleton<CoreEndpoint>();
        services.TryAddSingleton<ReplicationEndpoints>();
        services.TryAddSingleton<InspectionEndpoints>();
        services.TryAddSingleton<FeedEndpoints>();
        services.TryAddSingleton<FeedContentEndpoints>();
        services.TryAddSingleton<FeedComparisonEndpoints>();
        return builder;
    }
}
