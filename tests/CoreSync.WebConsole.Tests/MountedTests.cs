using System.Diagnostics;
using System.Net;
using CoreSync.Accounts;
using CoreSync.AdminApi;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Pipeline;
using CoreSync.Infrastructure.Files;
using CoreSync.Infrastructure.Sqlite;
using CoreSync.Infrastructure.Tls;
using CoreSync.Testing;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoreSync.WebConsole.Tests;

/// <summary>The console in hosts of others: the same walk through it in each.</summary>
[Collection(nameof(Chromium))]
public sealed class MountedTests(Chromium chromium)
{
    [Fact]
    public async Task In_a_host_that_has_nothing_else()
    {
        await using var host = await MountedHost.StartAsync();

        await WalkAsync(host.Url);
    }

    [Fact]
    public async Task In_a_host_with_pages_of_its_own()
    {
        await using var host = await MountedHost.StartAsync(services => services.AddRazorComponents(), app =>
        {
            app.UseAntiforgery();
            app.MapGet("/", () => "the product");
        });

        await WalkAsync(host.Url);
    }

    [Fact]
    public async Task In_a_host_that_refuses_whoever_it_does_not_know()
    {
        await using var host = await MountedHost.StartAsync(
            services =>
            {
                services.AddAuthentication("none").AddScheme<AuthenticationSchemeOptions, NobodyHandler>("none", null);
                services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            },
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapGet("/", () => "the product");
            });

        await WalkAsync(host.Url);
    }

    [Fact]
    public async Task Behind_a_proxy_that_adds_a_prefix_nobody_tells_of()
    {
        Assert.SkipUnless(File.Exists(PrefixProxy.Program), $"No nginx at {PrefixProxy.Program}: install the package nginx");
        await using var host = await MountedHost.StartAsync();
        await using var proxy = await PrefixProxy.StartAsync(host.Address);

        await WalkAsync($"https://127.0.0.1:{proxy.Port}/some/prefix/ops/coresync/");
    }

    [Fact]
    public async Task Mapping_it_without_a_decision_about_who_comes_in_does_not_start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddCoreSync(options => options.DataDirectory = "/nowhere").UseSqlite().UseFiles().UseTlsTransport();
        builder.Services.AddCoreSyncConsole();
        await using var app = builder.Build();

        var failure = Assert.Throws<InvalidOperationException>(() => app.MapCoreSyncConsole());

        Assert.Contains("AddCoreSyncAdmin", failure.Message, StringComparison.Ordinal);
    }

    private async Task WalkAsync(string url)
    {
        await using var visit = await chromium.VisitAsync(url, "fr");
        await visit.SignInAsync();
        await visit.IsAccessibleAsync();
        await visit["[aria-label=Console] a[href$=targets]"].ClickAsync();
        await visit[".empty a"].ClickAsync();
        await visit["[name=address]"].FillAsync("core2.example.net");
        await visit["details summary"].ClickAsync();
        await visit["[name=dial]"].FillAsync("127.0.0.1:9");
        await visit[".answer .main"].ClickAsync();
        await visit.Expect(".steps .bad").ToBeVisibleAsync();
        await visit.GoAsync("targets");
        await visit["[data-row] th a"].ClickAsync();
        await visit.Expect("h1").ToHaveTextAsync("core2.example.net");
        await visit[".menu-button"].ClickAsync();
        await visit["[role=menuitem][href$=remove]"].ClickAsync();
        await visit["dialog[open] .danger"].ClickAsync();
        await visit.Expect(".empty h2").ToBeVisibleAsync();
        await visit.IsAccessibleAsync();
    }

    private sealed class NobodyHandler(
        Microsoft.Extensions.Options.IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
    }
}

/// <summary>A product that embeds CoreSync and mounts its console at a path of its own.</summary>
internal sealed class MountedHost : IAsyncDisposable
{
    private readonly TempDirectory directory = new();
    private WebApplication? app;

    public IPEndPoint Address { get; private set; } = null!;

    public string Url => $"https://127.0.0.1:{Address.Port}/ops/coresync/";

    public static async Task<MountedHost> StartAsync(Action<IServiceCollection>? services = null, Action<WebApplication>? use = null)
    {
        var host = new MountedHost { Address = new IPEndPoint(IPAddress.Loopback, FreePort()) };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddCoreSync(options => options.DataDirectory = host.directory.At("core")).UseSqlite().UseFiles().UseTlsTransport().AddEngine();
        builder.Services.AddCoreSyncAdmin(admin => admin.UseAccounts = true);
        builder.Services.AddCoreSyncConsole(console => console.Title = "Acme Sync");
        services?.Invoke(builder.Services);
        builder.WebHost.UseCoreSyncListener(host.Address);
        host.app = builder.Build();
        use?.Invoke(host.app);
        host.app.MapCoreSyncConsole("/ops/coresync");
        Assert.True((await host.app.Services.OpenCoreAsync("product.example.net")).IsSuccess);
        await using (var scope = host.app.Services.CreateAsyncScope())
        {
            var added = await scope.ServiceProvider.GetRequiredService<IMediator>()
                .Send(new AddAccount(ConsoleCore.UserOf(Rights.ConsoleAdministrator), Rights.ConsoleAdministrator, [], ConsoleCore.Password));
            Assert.True(added.IsSuccess, added.ToString());
        }

        await host.app.StartAsync();
        return host;
    }

    public static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
        directory.Dispose();
    }
}

/// <summary>A real nginx before a host, which serves it below a prefix and takes the prefix away.</summary>
internal sealed class PrefixProxy : IAsyncDisposable
{
    public const string Program = "/usr/sbin/nginx";
    private readonly TempDirectory directory = new();
    private Process? process;

    public int Port { get; private set; }

    public static async Task<PrefixProxy> StartAsync(IPEndPoint behind)
    {
        var proxy = new PrefixProxy { Port = MountedHost.FreePort() };
        using var certificate = Testing.Tls.TestCertificates.SelfSigned("proxy.example.net");
        await File.WriteAllTextAsync(proxy.directory.At("proxy.pem"), certificate.ExportCertificatePem());
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
        await File.WriteAllTextAsync(proxy.directory.At("proxy.key"), key.ExportPkcs8PrivateKeyPem());
        var folder = proxy.directory.At("");
        await File.WriteAllTextAsync(proxy.directory.At("nginx.conf"), $$"""
            daemon off; pid {{folder}}/nginx.pid; error_log {{folder}}/error.log; worker_processes 1;
            events { }
            http {
                access_log off;
                client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/fastcgi; uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
                server {
                    listen 127.0.0.1:{{proxy.Port}} ssl;
                    ssl_certificate {{folder}}/proxy.pem; ssl_certificate_key {{folder}}/proxy.key;
                    location /some/prefix/ { proxy_pass https://127.0.0.1:{{behind.Port}}/; proxy_ssl_server_name on; proxy_http_version 1.1; proxy_set_header Connection ""; }
                }
            }
            """);
        proxy.process = Process.Start(new ProcessStartInfo(Program, ["-p", folder, "-c", proxy.directory.At("nginx.conf")]) { RedirectStandardError = true })!;
        for (var i = 0; i < 100; i++)
        {
            try
            {
                using var client = new System.Net.Sockets.TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, proxy.Port);
                return proxy;
            }
            catch (System.Net.Sockets.SocketException) when (!proxy.process.HasExited)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException("nginx does not listen: " + await proxy.process.StandardError.ReadToEndAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
            process.Kill(entireProcessTree: true);
        if (process is not null)
            await process.WaitForExitAsync();
        process?.Dispose();
        directory.Dispose();
    }
}
