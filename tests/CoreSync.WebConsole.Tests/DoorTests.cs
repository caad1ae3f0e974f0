using System.Net;
using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.Application.Targets;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.WebConsole.Tests;

/// <summary>Who comes in, what is forged, and what every answer tells the browser.</summary>
public sealed class DoorTests : IAsyncLifetime
{
    private const string Target = "target.example.net";
    private ConsoleCore core = null!;
    private ConsoleClient client = null!;

    public async ValueTask InitializeAsync()
    {
        core = await ConsoleCore.StartAsync("source.example.net");
        client = core.Client();
        await core.AskAsync(new AddTargetCore(Target, ConnectTo: "127.0.0.1:9"));
    }

    private IReadOnlyList<RouteEndpoint> Endpoints => [.. core.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/console/", StringComparison.Ordinal))];

    [Fact]
    public async Task Nothing_but_sign_in_and_assets_answers_who_is_not_signed_in()
    {
        var closed = Endpoints.Where(endpoint => endpoint.Metadata.GetRequiredMetadata<AdminAccess>() is { IsAnonymous: false }).ToList();
        var open = Endpoints.Except(closed).Select(endpoint => endpoint.RoutePattern.RawText!["/console/".Length..]).Distinct().Order();

        Assert.True(closed.Count > 30, $"{closed.Count} endpoints");
        Assert.Equal(["assets/{version}/{name}", "preferences", "sign-in", "sign-in/callback", "sign-in/provider", "sign-out"], open);
        foreach (var endpoint in closed)
        {
            var isAct = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("POST");
            var path = endpoint.RoutePattern.RawText!["/console/".Length..].Replace("{fqdn}", Target, StringComparison.Ordinal).Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
                .Replace("{name}", "queries", StringComparison.Ordinal).Replace("{key}", "sync.retries", StringComparison.Ordinal);
            var answer = isAct ? await client.PostAsync(path) : await client.GetAsync(path);

            Assert.True(answer.StatusCode == (isAct ? HttpStatusCode.Unauthorized : HttpStatusCode.SeeOther), $"{path}: {answer.StatusCode}");
            if (!isAct)
                Assert.Contains("sign-in", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_act_without_the_token_of_the_session_changes_nothing()
    {
        await client.SignInAsync(Rights.ConsoleAdministrator);

        var without = await client.PostAsync($"targets/{Target}/disable");
        var wrong = await client.PostAsync($"targets/{Target}/disable", ("__antiforgery", "forged"));
        client.Extra["Sec-Fetch-Site"] = "cross-site";
        var elsewhere = await client.SubmitAsync($"targets/{Target}/disable");

        Assert.All([without, wrong, elsewhere], answer => Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode));
        Assert.True((await core.AskAsync(new ShowTargetCore(Target))).Target.IsEnabled);
    }

    [Fact]
    public async Task An_act_does_not_answer_GET()
    {
        await client.SignInAsync(Rights.ConsoleAdministrator);

        var answer = await client.GetAsync($"targets/{Target}/disable");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.True((await core.AskAsync(new ShowTargetCore(Target))).Target.IsEnabled);
    }

    [Fact]
    public async Task Rights_decide_what_is_shown_and_what_is_done()
    {
        await client.SignInAsync(Rights.View);

        var list = await client.PageAsync("targets");
        var act = await client.SubmitAsync($"targets/{Target}/disable");
        var trust = await client.SubmitAsync($"targets/{Target}/trust", ("shown", "x"));

        Assert.DoesNotContain("targets/add", list, StringComparison.Ordinal);
        Assert.DoesNotContain($"targets/{Target}/disable", list, StringComparison.Ordinal);
        Assert.All([act, trust], answer => Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode));
        Assert.True((await core.AskAsync(new ShowTargetCore(Target))).Target.IsEnabled);
    }

    [Fact]
    public async Task Every_answer_forbids_frames_sniffing_and_everything_from_elsewhere()
    {
        await client.SignInAsync(Rights.ConsoleAdministrator);
        foreach (var path in new[] { "", "sign-in", "targets", "targets/unknown.example.net", $"targets/{Target}", "help" })
        {
            var answer = await client.GetAsync(path);
            var policy = string.Join("", answer.Headers.GetValues("Content-Security-Policy"));

            Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
            Assert.True(answer.Headers.CacheControl!.NoStore);
        }
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/console/../../x")]
    [InlineData("javascript:alert(1)")]
    [InlineData("\\\\evil.example\\x")]
    public async Task Sign_in_leads_nowhere_but_into_the_console(string to)
    {
        var answer = await client.PostAsync("sign-in", ("name", ConsoleCore.UserOf(Rights.View)), ("password", ConsoleCore.Password), ("to", to));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("./", answer.Headers.Location!.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await core.DisposeAsync();
    }
}
