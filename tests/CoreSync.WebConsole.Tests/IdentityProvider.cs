using System.Collections.Immutable;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Encodings.Web;
using CoreSync.Hosting.OpenIdConnect;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CoreSync.WebConsole.Tests;

/// <summary>A real OpenID Connect provider (OpenIddict) over TLS on loopback, with a page on which a person says who they are. On request it sends what a broken or hostile one would.</summary>
internal sealed class IdentityProvider : IAsyncDisposable
{
    public const string ClientId = "coresync";
    public const string Secret = "a secret of the client, long enough to sign with";
    public const string Name = "Acme Login";
    private readonly TempDirectory directory = new();
    private readonly TestAuthority authority = TestCertificates.Authority("CN=Authority of the provider");
    private readonly RSA key = RSA.Create(2048);
    private WebApplication? app;

    /// <summary>People by what they are called on the page: their name and their groups.</summary>
    public Dictionary<string, (string Name, string[] Groups)> People { get; } = [];

    /// <summary>Puts another ID token in the place of the real one.</summary>
    public Func<string, string>? Forge { get; set; }

    /// <summary>Sends nobody back: the address stays here.</summary>
    public bool HoldsReturns { get; set; }

    /// <summary>The last address that was held.</summary>
    public string Held { get; private set; } = "";

    public string Issuer { get; private set; } = "";

    /// <summary>The key that it signs with.</summary>
    public SecurityKey SigningKey => new RsaSecurityKey(key) { KeyId = "provider" };

    public static async Task<IdentityProvider> StartAsync()
    {
        var provider = new IdentityProvider();
        var port = MountedHost.FreePort();
        provider.Issuer = $"https://localhost:{port}/";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(provider.Certificate())));
        builder.Services.AddOpenIddict().AddServer(provider.Configure);
        provider.app = builder.Build();
        provider.app.Use((context, next) =>
        {
            context.Response.OnStarting(() => provider.Hold(context.Response));
            return next(context);
        });
        provider.app.UseAuthentication();
        provider.app.MapGet("/authorize", provider.AskAsync);
        await provider.app.StartAsync();
        return provider;
    }

    /// <summary>Forgets what a test made it do: it knows Ada, and is honest.</summary>
    public void Behave()
    {
        (Forge, HoldsReturns, Held) = (null, false, "");
        People.Clear();
        People["ada"] = ("Ada Lovelace", ["CoreSync Administrators", "watchers"]);
    }

    /// <summary>The section of the configuration of a core that trusts it.</summary>
    public Dictionary<string, string?> Section(params (string Key, string Value)[] other)
    {
        File.WriteAllText(directory.At("roots.pem"), authority.Certificate.ExportCertificatePem());
        File.WriteAllText(directory.At("secret"), Secret + "\n");
        var section = new Dictionary<string, string?>
        {
            ["CoreSync:Oidc:Authority"] = Issuer,
            ["CoreSync:Oidc:ClientId"] = ClientId,
            ["CoreSync:Oidc:ClientSecret_FILE"] = directory.At("secret"),
            ["CoreSync:Oidc:DisplayName"] = Name,
            ["CoreSync:Oidc:CertificatesFile"] = directory.At("roots.pem"),
            ["CoreSync:Oidc:Rights:View"] = "watchers; auditors",
            ["CoreSync:Oidc:Rights:Edit:0"] = "editors",
            ["CoreSync:Oidc:Rights:Trust"] = "/security/officers",
            ["CoreSync:Oidc:Rights:ConsoleAdministrator"] = "CoreSync Administrators",
        };
        foreach (var (name, value) in other)
            section["CoreSync:Oidc:" + name] = value;
        return section;
    }

    /// <summary>The settings of a core that trusts it, read as a host reads them.</summary>
    public OidcSettings Settings(params (string Key, string Value)[] other)
    {
        var faults = new List<string>();
        var settings = OidcConfiguration.Read(new ConfigurationBuilder().AddInMemoryCollection(Section(other)).Build().GetSection("CoreSync"), null, faults);
        Assert.Empty(faults);
        return settings!;
    }

    private Task Hold(HttpResponse response)
    {
        if (HoldsReturns && response.Headers.Location.ToString() is { Length: > 0 } address)
        {
            Held = address;
            response.Headers.Location = default;
            response.StatusCode = StatusCodes.Status200OK;
        }

        return Task.CompletedTask;
    }

    public Task StopAsync() => app!.StopAsync();

    private X509Certificate2 Certificate()
    {
        using var issued = authority.Issue("localhost");
        // Kestrel wants a key that the platform can hold.
        return X509CertificateLoader.LoadPkcs12(issued.Export(X509ContentType.Pkcs12), null);
    }

    private void Configure(OpenIddictServerBuilder server)
    {
        server.SetIssuer(new Uri(Issuer)).SetAuthorizationEndpointUris("/authorize").SetTokenEndpointUris("/token");
        server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().RegisterScopes(Scopes.Profile);
        server.AddEphemeralEncryptionKey().AddSigningKey(SigningKey);
        server.EnableDegradedMode();
        server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            var isOurs = context.ClientId == ClientId && Uri.TryCreate(context.RedirectUri, UriKind.Absolute, out var back)
                && back is { Host: "127.0.0.1", Scheme: "https", AbsolutePath: "/console/sign-in/callback" };
            if (!isOurs)
                context.Reject(OpenIddictConstants.Errors.InvalidClient, $"{context.ClientId} at {context.RedirectUri} is not known here");
            return ValueTask.CompletedTask;
        }));
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != ClientId || context.ClientSecret != Secret)
                context.Reject(OpenIddictConstants.Errors.InvalidClient);
            return ValueTask.CompletedTask;
        }));
        server.AddEventHandler<ApplyTokenResponseContext>(handler => handler.SetOrder(int.MinValue).UseInlineHandler(context =>
        {
            if (Forge is { } forge && context.Response.IdToken is { } token)
                context.Response.IdToken = forge(token);
            return ValueTask.CompletedTask;
        }));
        server.UseAspNetCore().EnableAuthorizationEndpointPassthrough();
    }

    // The person is a parameter that the page adds to the request.
    private async Task AskAsync(HttpContext context)
    {
        var request = context.GetOpenIddictServerRequest()!;
        var person = (string?)request["person"];
        if (person is null)
        {
            await context.Response.WriteAsync(Page(context.Request.Query));
        }
        else if (!People.TryGetValue(person, out var known))
        {
            await context.ForbidAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, new AuthenticationProperties(new Dictionary<string, string?>
            {
                [OpenIddictServerAspNetCoreConstants.Properties.Error] = OpenIddictConstants.Errors.AccessDenied,
                [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = "Call this number",
            }));
        }
        else
        {
            var identity = new ClaimsIdentity("page", Claims.Name, Claims.Role);
            identity.SetClaim(Claims.Subject, "subject-of-" + person).SetClaim(Claims.Name, known.Name).SetClaims("groups", [.. known.Groups]);
            identity.SetScopes(request.GetScopes()).SetDestinations(_ => ImmutableArray.Create(Destinations.IdentityToken));
            await context.SignInAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, new ClaimsPrincipal(identity));
        }
    }

    private string Page(IQueryCollection query)
    {
        var page = new StringBuilder("<!DOCTYPE html><html lang=\"en\"><title>Acme Login</title><h1>Who are you?</h1><form method=\"get\" action=\"/authorize\">");
        foreach (var (name, value) in query)
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"<input type=\"hidden\" name=\"{HtmlEncoder.Default.Encode(name)}\" value=\"{HtmlEncoder.Default.Encode(value.ToString())}\">");
        foreach (var person in People.Keys.Append("nobody"))
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"<button name=\"person\" value=\"{person}\">{person}</button>");
        return page.Append("</form></html>").ToString();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
        key.Dispose();
        authority.Dispose();
        directory.Dispose();
    }
}
