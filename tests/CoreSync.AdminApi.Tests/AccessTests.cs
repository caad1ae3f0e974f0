using System.Text;
using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Endpoints;
using CoreSync.Application.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.AdminApi.Tests;

/// <summary>Every endpoint of a running core and every kind of caller: who may not is refused before anything is read.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task Every_endpoint_of_a_core_says_who_may_use_it()
    {
        await using var core = await ServedCore.StartAsync();

        var endpoints = core.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

        // Health tells strangers a word; metrics are off unless the machine's own administrator switched them on.
        var silent = endpoints.Where(endpoint => !endpoint.RoutePattern.RawText!.StartsWith("/health/", StringComparison.Ordinal) && endpoint.RoutePattern.RawText != "/metrics")
            .Where(endpoint => endpoint.Metadata.GetMetadata<AdminAccess>() is null && endpoint.Metadata.All(data => data.GetType().Name != "PeerAccess"));
        Assert.Empty(silent.Select(endpoint => endpoint.DisplayName));
        Assert.True(endpoints.Count(endpoint => endpoint.Metadata.GetMetadata<AdminAccess>() is not null) > 70);
    }

    [Fact]
    public async Task Only_the_sign_in_answers_without_an_account()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = core.Anonymous();

        foreach (var operation in Documented.Operations(core))
        {
            var answer = await AskAsync(client, operation);
            if (operation.Access.IsAnonymous)
                Assert.Equal("/api/v1/sign-in", operation.Path);
            else
                Assert.True((answer.Status, answer.Code) == (401, "account.token-invalid"), $"{operation.Method} {operation.Path}: {answer}");
        }
    }

    [Theory]
    [InlineData(Rights.View)]
    [InlineData(Rights.Edit)]
    [InlineData(Rights.Trust)]
    [InlineData(Rights.ConsoleAdministrator)]
    public async Task An_account_reaches_what_its_rights_allow_and_nothing_else(Rights rights)
    {
        await using var core = await ServedCore.StartAsync();
        using var client = await core.SignedInAsync(rights);

        var refused = 0;
        foreach (var operation in Documented.Operations(core).Where(operation => !operation.Access.IsAnonymous && operation.Path != "/api/v1/sign-out" && operation.Path != "/api/v1/events"))
        {
            var isAllowed = rights >= operation.Access.Rights;
            // What is allowed is only looked at here: the rest of this class must not renew certificates.
            if (isAllowed && operation.Method != HttpMethods.Get)
                continue;
            var answer = await AskAsync(client, operation);
            var isRefused = (answer.Status, answer.Code) == (403, "account.rights-missing");
            Assert.True(isAllowed != isRefused, $"{operation.Method} {operation.Path} with {rights}: {answer}");
            refused += isRefused ? 1 : 0;
        }

        Assert.Equal(rights == Rights.ConsoleAdministrator, refused == 0);
        Assert.Equal(refused, core.Log().Count(line => line.Contains(" 8104 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_account_that_is_limited_to_components_changes_nothing_but_items_of_these()
    {
        await using var core = await ServedCore.StartAsync();
        await core.AskAsync(new AddAccount("narrow", Rights.ConsoleAdministrator, ["queries"], ServedCore.Password));
        using var admin = await core.SignedInAsync(Rights.ConsoleAdministrator);
        using var client = core.Anonymous();
        await client.SignInAsync("narrow", ServedCore.Password);

        foreach (var operation in Documented.Operations(core).Where(operation => operation.Access.Scope == AdminScope.Core && operation.Method != HttpMethods.Get))
        {
            var answer = await AskAsync(client, operation);
            Assert.True((answer.Status, answer.Code) == (403, "account.rights-missing"), $"{operation.Method} {operation.Path}: {answer}");
        }

        var own = await client.PostAsync("/api/v1/items", Put("queries"));
        var other = await client.PostAsync("/api/v1/items", Put("reports"));
        var report = (await admin.PostAsync("/api/v1/items", Put("reports"))).Json["id"]!.GetValue<string>();

        Assert.Equal(200, own.Status);
        Assert.Equal("account.rights-missing", other.Code);
        Assert.Equal("account.rights-missing", (await client.DeleteAsync("/api/v1/items/" + report)).Code);
        Assert.Equal("account.rights-missing", (await client.PostAsync("/api/v1/items/auto-sync", new System.Text.Json.Nodes.JsonObject { ["items"] = new System.Text.Json.Nodes.JsonArray(report), ["on"] = true })).Code);
        Assert.Equal(200, (await client.GetAsync("/api/v1/items/" + report)).Status);
    }

    [Fact]
    public async Task A_host_that_is_set_to_look_only_refuses_every_change_whatever_the_rights()
    {
        await using var core = await ServedCore.StartAsync(services => services.Configure<CoreSyncAdminOptions>(options => options.IsReadOnly = true));
        using var client = await core.SignedInAsync(Rights.ConsoleAdministrator);

        foreach (var operation in Documented.Operations(core).Where(operation => operation.Access.Scope != AdminScope.Nothing && operation.Method != HttpMethods.Get))
            Assert.Equal("api.read-only", (await AskAsync(client, operation)).Code);

        Assert.Equal(200, (await client.GetAsync("/api/v1/status")).Status);
        Assert.Equal(204, (await client.PostAsync("/api/v1/sign-out")).Status);
    }

    private static System.Text.Json.Nodes.JsonObject Put(string component) => new() { ["component"] = component, ["name"] = "one", ["document"] = "{}" };

    private static Task<ApiAnswer> AskAsync(ApiClient client, ApiOperation operation)
    {
        var path = System.Text.RegularExpressions.Regex.Replace(operation.Path, @"\{[^}]*\}", "nothing.example.net");
        var method = new HttpMethod(operation.Method);
        return client.SendAsync(method, path, operation.Method == HttpMethods.Get ? null : new StringContent("{}", Encoding.UTF8, "application/json"));
    }
}
