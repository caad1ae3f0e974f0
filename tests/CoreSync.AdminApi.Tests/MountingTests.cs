using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using CoreSync.Accounts;
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
using Microsoft.Extensions.Options;

namespace CoreSync.AdminApi.Tests;

/// <summary>The API in hosts of products: nobody comes in by accident, and the host's own rules hold.</summary>
public sealed class MountingTests : IDisposable
{
    private readonly TempDirectory directory = new();

    [Fact]
    public async Task A_host_in_which_nobody_decided_who_comes_in_does_not_start()
    {
        await using var app = Build(_ => { });
        app.MapCoreSyncApi();
        Assert.True((await app.Services.OpenCoreAsync(ServedCore.Name)).IsSuccess);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync());

        Assert.Contains("Nobody decided who may use the admin API", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mapping_without_adding_says_what_to_call()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        var failure = Assert.Throws<InvalidOperationException>(() => app.MapCoreSyncApi());

        Assert.Contains("AddCoreSyncAdmin", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_contradict_each_other_are_told_all_at_once()
    {
        await using var app = Build(options =>
        {
            options.UseAccounts = true;
            options.IdleTimeout = TimeSpan.Zero;
            options.CookieName = "session";
        });
        app.MapCoreSyncApi();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync());

        Assert.Equal(2, failure.Failures.Count());
    }

    [Fact]
    public async Task In_a_host_whose_fallback_policy_refuses_everybody_our_accounts_come_in_and_its_own_endpoints_stay_closed()
    {
        await using var app = Build(options => options.UseAccounts = true, services =>
        {
            services.AddAuthentication("never").AddScheme<AuthenticationSchemeOptions, NobodyHandler>("never", null);
            services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        });
        app.MapGet("/own", () => "own");
        app.MapCoreSyncApi();
        using var client = await StartAsync(app);

        await client.SignInAsync("boss", ServedCore.Password);

        Assert.Equal(200, (await client.GetAsync("/api/v1/status")).Status);
        Assert.Equal(401, (await client.GetAsync("/own")).Status);
        client.Token = null;
        Assert.Equal(401, (await client.GetAsync("/api/v1/status")).Status);
    }

    [Fact]
    public async Task Below_a_path_prefix_everything_answers_and_forms_are_sent_on_below_it()
    {
        await using var app = Build(options => options.UseAccounts = true);
        app.UsePathBase("/tools/coresync");
        app.UseRouting();
        app.MapCoreSyncApi();
        using var client = await StartAsync(app);

        var form = await client.SendAsync(HttpMethod.Post, "/tools/coresync/api/v1/sign-in", ApiClient.Form(("user", "boss"), ("password", ServedCore.Password)));
        var cookie = Assert.Single(form.Cookies).Split(';')[0];

        Assert.Equal((303, "/tools/coresync/"), (form.Status, form.Headers["Location"]));
        Assert.Equal(200, (await client.GetAsync("/tools/coresync/api/v1/session", ("Cookie", cookie))).Status);
    }

    [Fact]
    public async Task People_whom_the_host_signed_in_have_the_rights_that_it_grants_and_need_the_proof_against_forgery()
    {
        await using var app = Build(options => options.RightsOf = person => person.IsInRole("operators") ? Rights.Edit : person.IsInRole("readers") ? Rights.View : Rights.None, Claims);
        app.UseAuthentication();
        app.MapCoreSyncApi();
        using var client = await StartAsync(app);

        var reader = await client.GetAsync("/api/v1/session", ("X-Test-User", "rita"), ("X-Test-Role", "readers"));
        var token = (await client.GetAsync("/api/v1/session", ("X-Test-User", "otto"), ("X-Test-Role", "operators"))).Json["antiforgeryToken"]!.GetValue<string>();
        var forged = await SyncAsync("otto", "operators", null);
        var borrowed = await SyncAsync("oscar", "operators", token);
        var own = await SyncAsync("otto", "operators", token);

        Assert.Equal(("rita", "view"), (reader.Json["account"]!.GetValue<string>(), reader.Json["rights"]!.GetValue<string>()));
        Assert.Equal(401, (await client.GetAsync("/api/v1/session", ("X-Test-User", "eve"), ("X-Test-Role", "guests"))).Status);
        Assert.Equal(401, (await client.PostAsync("/api/v1/sign-in", new JsonObject { ["user"] = "boss", ["password"] = ServedCore.Password })).Status);
        Assert.Equal("api.forgery-suspected", forged.Code);
        Assert.Equal("api.forgery-suspected", borrowed.Code);
        Assert.Equal("sync.no-targets", own.Code);
        Assert.Equal("account.rights-missing", (await SyncAsync("rita", "readers", null)).Code);

        Task<ApiAnswer> SyncAsync(string user, string role, string? proof) => client.PostAsync(
            "/api/v1/sync", new JsonObject(), [("X-Test-User", user), ("X-Test-Role", role), .. proof is null ? Array.Empty<(string, string)>() : [("X-CoreSync-Antiforgery", proof)]]);
    }

    [Fact]
    public async Task A_policy_of_the_host_is_a_decision_and_holds()
    {
        await using var app = Build(_ => { }, services =>
        {
            Claims(services);
            services.AddAuthorizationBuilder().AddPolicy("CoreSync", policy => policy.RequireRole("operators"));
        });
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapCoreSyncApi().RequireAuthorization("CoreSync");
        using var client = await StartAsync(app);

        Assert.Equal("console-administrator", (await client.GetAsync("/api/v1/session", ("X-Test-User", "otto"), ("X-Test-Role", "operators"))).Json["rights"]!.GetValue<string>());
        Assert.Equal(403, (await client.GetAsync("/api/v1/session", ("X-Test-User", "rita"), ("X-Test-Role", "readers"))).Status);
        Assert.Equal(401, (await client.GetAsync("/api/v1/session")).Status);
    }

    public void Dispose() => directory.Dispose();

    private static void Claims(IServiceCollection services)
    {
        services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderHandler>("test", null);
        services.AddAuthorization();
    }

    private WebApplication Build(Action<CoreSyncAdminOptions> admin, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddCoreSync(options => options.DataDirectory = directory.At("core")).UseSqlite().UseFiles().UseTlsTransport();
        builder.Services.AddCoreSyncAdmin(admin);
        configure?.Invoke(builder.Services);
        builder.WebHost.UseCoreSyncListener(new IPEndPoint(IPAddress.Loopback, 0));
        return builder.Build();
    }

    private static async Task<ApiClient> StartAsync(WebApplication app)
    {
        var core = await app.Services.OpenCoreAsync(ServedCore.Name);
        Assert.True(core.IsSuccess, core.ToString());
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var added = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new AddAccount("boss", Rights.ConsoleAdministrator, [], ServedCore.Password));
            Assert.True(added.IsSuccess, added.ToString());
        }

        await app.StartAsync();
        return new ApiClient(new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.First()).Port), core.Value.Certificate.Fingerprint.ToString());
    }

    private sealed class NobodyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
    }

    private sealed class HeaderHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["X-Test-User"].ToString() is not { Length: > 0 } user)
                return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new(ClaimTypes.Name, user), new(ClaimTypes.Role, Request.Headers["X-Test-Role"].ToString())], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
