using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Application;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Identity;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CoreSync.Infrastructure.Tls;

/// <summary>Sets up Kestrel as other cores must find it: HTTPS alone, with the own certificate and explicit limits (P9, P11).</summary>
public static class CoreSyncListener
{
    /// <summary>Most connections at a time.</summary>
    public const int MaxConnections = 1000;

    /// <summary>Listens at <paramref name="endpoint"/>; the certificate is taken anew at each handshake, so that a changed one needs no restart (T12).</summary>
    /// <param name="kestrel">The server's options.</param>
    /// <param name="endpoint">Address and port.</param>
    /// <param name="services">The host's services, with <c>UseTlsTransport</c>.</param>
    /// <exception cref="CoreSyncException">With <see cref="IdentityUnusableError"/>: there is no certificate that may be used, or keys are open to others (C08).</exception>
    public static void ConfigureCoreSyncListener(this KestrelServerOptions kestrel, IPEndPoint endpoint, IServiceProvider services)
    {
        Check(endpoint, services);
        Limit(kestrel);
        Listen(kestrel, endpoint, services);
    }

    /// <summary>
    /// Listens for other cores in the web server of a product, beside whatever else it listens on. Kestrel then takes addresses from code and from <c>Kestrel:Endpoints</c>
    /// only: give the product's own there. The server's limits stay the product's; each endpoint of the protocol keeps its own.
    /// </summary>
    /// <param name="web">The product's web host.</param>
    /// <param name="endpoint">Address and port.</param>
    /// <remarks>Kestrel is set up while the host is built, before there is a core: the certificate is looked at when the host starts, which fails without a usable one.</remarks>
    public static IWebHostBuilder UseCoreSyncListener(this IWebHostBuilder web, IPEndPoint endpoint) =>
        web.ConfigureServices(services => services.AddSingleton<IHostedService>(provider => new ListenerCheck(() => Check(endpoint, provider))))
            .ConfigureKestrel(kestrel => Listen(kestrel, endpoint, kestrel.ApplicationServices));

    private static void Check(IPEndPoint endpoint, IServiceProvider services)
    {
        var described = services.GetRequiredService<OwnCertificate>().Describe();
        if (described.IsFailed)
            throw new CoreSyncException(described.FirstError());
        services.GetRequiredService<KeyRing>().Check();
        TlsLog.Listening(Logger(services), endpoint.ToString(), described.Value.Fingerprint.ToString());
    }

    private static ILogger Logger(IServiceProvider services) => services.GetRequiredService<ILoggerFactory>().CreateLogger("CoreSync.Tls.Listener");

    private static void Listen(KestrelServerOptions kestrel, IPEndPoint endpoint, IServiceProvider services)
    {
        var certificate = services.GetRequiredService<OwnCertificate>();
        var clients = services.GetRequiredService<IClientGate>();
        var logger = Logger(services);
        kestrel.Listen(endpoint, listener =>
        {
            // HTTP/2 gains nothing for bulk (measured) and would need its own limits.
            listener.Protocols = HttpProtocols.Http1;
            listener.UseHttps(new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = TimeSpan.FromSeconds(10),
                OnConnection = context => PresentAsync(certificate, clients, logger, context),
            });
        });
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.DisableStringReuse = true;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = MaxConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestLineSize = 4 * 1024;
        limits.MaxRequestHeaderCount = 40;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(90);
        // Each endpoint raises it as far as it needs.
        limits.MaxRequestBodySize = 64 * 1024;
        limits.MaxRequestBufferSize = 1024 * 1024;
        limits.MaxResponseBufferSize = 1024 * 1024;
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
    }

    /// <summary>The key under which a connection remembers that its handshake asked for a client certificate.</summary>
    internal static object AskedForCertificate { get; } = new();

    private static async ValueTask<SslServerAuthenticationOptions> PresentAsync(OwnCertificate certificate, IClientGate clients, ILogger logger, TlsHandshakeCallbackContext context)
    {
        var current = certificate.ForListener();
        if (current.IsFailed)
        {
            TlsLog.HandshakeRefused(logger, context.Connection.RemoteEndPoint?.ToString() ?? "", current.Errors[0].Message);
            throw new AuthenticationException(current.Errors[0].Message);
        }

        bool asks;
        try
        {
            asks = await clients.IsRequiredAsync(context.CancellationToken).ConfigureAwait(false);
        }
        catch (CoreSyncException ex)
        {
            // A setting that cannot be read opens nothing.
            TlsLog.HandshakeRefused(logger, context.Connection.RemoteEndPoint?.ToString() ?? "", ex.Message);
            throw new AuthenticationException(ex.Message, ex);
        }

        if (asks)
            context.Connection.Items[AskedForCertificate] = true;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = current.Value,
            EnabledSslProtocols = TlsPolicy.Protocols,
            CipherSuitesPolicy = TlsPolicy.CipherSuites,
            ApplicationProtocols = TlsPolicy.ApplicationProtocols,
            AllowRenegotiation = false,
            AllowTlsResume = false,
            ClientCertificateRequired = asks,
            // The handshake proves the key; who it is decides the sign-in, with one answer for every reason (T13). The platform builds a chain before that: it must contact nobody (T29).
            CertificateChainPolicy = asks ? new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck } : null,
            RemoteCertificateValidationCallback = asks ? static (_, presented, _, _) => presented is null || presented.GetRawCertData().Length <= CertificateReader.MaxDerBytes : null,
        };
    }
}

/// <summary>Looks at the certificate and the keys when the host starts, before anything is served.</summary>
internal sealed class ListenerCheck(Action check) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        check();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
