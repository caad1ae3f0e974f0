using CoreSync.AdminApi.SignIn;
using CoreSync.Application.Accounts;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CoreSync.Hosting.OpenIdConnect;

/// <summary>Adds sign-in through an OpenID Connect provider.</summary>
internal static class OidcServiceCollectionExtensions
{
    // What proves by a public key: with the others, whoever knows the client secret could write tokens.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384,
        SecurityAlgorithms.RsaSsaPssSha512, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>Adds the provider, where the console returns to at <paramref name="callbackPath"/>.</summary>
    /// <remarks>
    /// Without <c>AddAuthentication</c>: its keys would end up in the home directory of the service. What travels to the provider and back is protected by keys that live as long as
    /// this process; a sign-in that a restart interrupts begins anew.
    /// </remarks>
    public static void AddCoreSyncOidc(this IServiceCollection services, OidcSettings settings, string callbackPath)
    {
        services.AddAuthenticationCore(authentication => authentication.AddScheme<OpenIdConnectHandler>(OidcProvider.Scheme, null));
        services.AddWebEncoders();
        services.AddTransient<OpenIdConnectHandler>();
        services.AddSingleton<IPostConfigureOptions<OpenIdConnectOptions>>(new OpenIdConnectPostConfigureOptions(new EphemeralDataProtectionProvider()));
        services.AddOptions<OpenIdConnectOptions>(OidcProvider.Scheme).Configure<TimeProvider>((options, time) =>
        {
            options.TimeProvider = time;
            options.CallbackPath = callbackPath;
            Configure(options, settings);
        });
        services.AddSingleton(settings);
        services.AddSingleton<OidcProvider>();
        services.AddSingleton<IAdminProvider>(provider => provider.GetRequiredService<OidcProvider>());
        services.AddSingleton<IIdentityProvider>(provider => provider.GetRequiredService<OidcProvider>());
    }

    private static void Configure(OpenIdConnectOptions options, OidcSettings settings)
    {
        options.Authority = settings.Authority.AbsoluteUri;
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.Scope.Clear();
        foreach (var scope in settings.Scopes)
            options.Scope.Add(scope);
        options.MapInboundClaims = false;
        options.ClaimActions.Clear();
        options.DisableTelemetry = true;
        options.TokenValidationParameters.ValidAlgorithms = Algorithms;
        options.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(2);

        options.BackchannelTimeout = TimeSpan.FromSeconds(15);
        options.BackchannelHttpHandler = Handler(settings);

        // Never signed in with: the events of the provider take what came, and our own session is opened with it.
        options.SignInScheme = "coresync-session";
        options.Events = OidcProvider.Events;

        // Lax: the provider leads back by a link, which takes them along; nothing but the return needs them.
        foreach (var (cookie, name) in new[] { (options.CorrelationCookie, "__Secure-coresync-oidc."), (options.NonceCookie, "__Secure-coresync-oidc-nonce.") })
        {
            cookie.Name = name;
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.Always;
        }
    }

    // As everything that leaves this core: no redirects, ambient proxies or cookies.
    private static SocketsHttpHandler Handler(OidcSettings settings)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (settings.Roots is not { } roots)
            return handler;
        handler.SslOptions.CertificateChainPolicy = new()
        {
            TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust,
            RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        return handler;
    }
}
