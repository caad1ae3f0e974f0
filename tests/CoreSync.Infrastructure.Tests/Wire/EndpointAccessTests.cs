#pragma warning disable CA5359 // the client is not what is tested
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Wire;
using CoreSync.Items;
using CoreSync.Servers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Infrastructure.Tests.Wire;

/// <summary>Every endpoint × every kind of caller (A01, A08; goal G11). The list of endpoints is read from the routes: a new one is in the matrix without being added here.</summary>
public sealed class EndpointAccessTests
{
    private static readonly CoreId Source = new(Guid.NewGuid());

    [Fact]
    public async Task Every_endpoint_says_who_may_use_it_and_only_sign_in_is_anonymous()
    {
        await using var host = await PeerHost.StartAsync();

        var endpoints = Endpoints(host);

        Assert.Equal(29, endpoints.Count);
        Assert.All(endpoints, endpoint => Assert.NotNull(endpoint.Metadata.GetMetadata<PeerAccess>()));
        Assert.Equal(["POST sign-in"], endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<PeerAccess>()!.IsAnonymous).Select(endpoint => endpoint.DisplayName));
    }

    [Fact]
    public async Task Every_endpoint_lets_through_whom_it_names_and_nobody_else()
    {
        await using var host = await PeerHost.StartAsync();
        using var client = Client(host);
        host.AddAccount("viewer", "p", Rights.View);
        host.AddAccount("editor", "p", Rights.Edit);
        host.AddAccount("other", "p", Rights.Edit, "tasks");
        host.AddAccount("admin", "p", Rights.ConsoleAdministrator);
        host.AddAccount("removed", "p", Rights.Edit);
        host.AddAccount("renewed", "p", Rights.Edit);
        var tokens = new Dictionary<string, string?> { ["anonymous"] = null, ["garbage"] = "AAAA", ["another source"] = await TokenAsync(host, "editor", new CoreId(Guid.NewGuid())) };
        foreach (var name in new[] { "viewer", "editor", "other", "admin", "removed", "renewed" })
            tokens[name] = await TokenAsync(host, name, Source);
        await ((IAccountStore)host.Stores).RemoveAsync("removed", CancellationToken.None);
        host.AddAccount("renewed", "p", Rights.Edit);

        foreach (var endpoint in Endpoints(host))
        {
            var access = endpoint.Metadata.GetMetadata<PeerAccess>()!;
            foreach (var (caller, token) in tokens)
            {
                var before = host.Sink.Calls;
                using var answer = await client.SendAsync(Request(endpoint, token));

                var cell = $"{endpoint.DisplayName} by {caller}: {(int)answer.StatusCode}";
                var expected = Expected(access, caller, endpoint.RoutePattern.RawText!.Contains("{source}", StringComparison.Ordinal));
                if (expected is null)
                    Assert.True(answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), cell);
                else
                    Assert.True(answer.StatusCode == expected, cell);
                if (expected is not null)
                    Assert.Equal(before, host.Sink.Calls);
            }
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/coresync/v1/")]
    [InlineData("/coresync/v1/nothing")]
    [InlineData("/coresync/v1/core/")]
    [InlineData("/coresync/v1/../v1/core")]
    [InlineData("/coresync/v1/%63ore")]
    [InlineData("/coresync%2fv1%2fcore")]
    [InlineData("/coresync/v1/core%5c..%5csign-in")]
    [InlineData("/CORESYNC/V1/CORE")]
    [InlineData("//coresync/v1/core")]
    [InlineData("/coresync/v1/core;.json")]
    public async Task No_spelling_of_a_path_opens_what_needs_a_token(string path)
    {
        await using var host = await PeerHost.StartAsync();

        var answer = await RawHttp.SendAsync(host.Port, $"GET {path} HTTP/1.1\r\nHost: {PeerHost.Name}\r\nX-HTTP-Method-Override: POST\r\nX-Original-URL: /coresync/v1/sign-in\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (400|401|404|405) ", answer);
        Assert.DoesNotContain(host.Stores.Current.Id.ToString(), answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_for_another_host_is_refused()
    {
        await using var host = await PeerHost.StartAsync();

        var answer = await RawHttp.SendAsync(host.Port, "GET /coresync/v1/core HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 421 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_ends_after_its_time()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var host = await PeerHost.StartAsync(time);
        using var client = Client(host);
        host.AddAccount("viewer", "p", Rights.View);
        var token = await TokenAsync(host, "viewer", Source);
        var core = Endpoints(host).Single(endpoint => endpoint.DisplayName == "GET core");

        time.Advance(AccessTokens.Lifetime - TimeSpan.FromSeconds(1));
        using (var good = await client.SendAsync(Request(core, token)))
            Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        time.Advance(TimeSpan.FromSeconds(2));
        using var late = await client.SendAsync(Request(core, token));

        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
    }

    public static TheoryData<string, string> BadSignIns => new()
    {
        { "a member twice", "{\"user\":\"a\",\"user\":\"b\",\"password\":\"p\",\"source\":\"5f0c2f0e-8f3e-4b44-9f6f-1f4a5c1f7a11\"}" },
        { "an unknown member", "{\"user\":\"a\",\"password\":\"p\",\"source\":\"5f0c2f0e-8f3e-4b44-9f6f-1f4a5c1f7a11\",\"rights\":\"edit\"}" },
        { "a missing member", "{\"user\":\"a\",\"password\":\"p\"}" },
        { "null", "{\"user\":null,\"password\":\"p\",\"source\":\"5f0c2f0e-8f3e-4b44-9f6f-1f4a5c1f7a11\"}" },
        { "depth", new string('[', 10_000) },
        { "a comment", "{/**/\"user\":\"a\",\"password\":\"p\",\"source\":\"5f0c2f0e-8f3e-4b44-9f6f-1f4a5c1f7a11\"}" },
        { "a trailing comma", "{\"user\":\"a\",\"password\":\"p\",\"source\":\"5f0c2f0e-8f3e-4b44-9f6f-1f4a5c1f7a11\",}" },
        { "other case", "{\"USER\":\"a\",\"password\":\"p\",\"source\":\"5f0c2f0e-8f3e-4b44-9f6f-1f4a5c1f7a11\"}" },
        { "nothing", "" },
        { "too much", "{\"user\":\"" + new string('a', 20_000) + "\",\"password\":\"p\",\"source\":\"5f0c2f0e-8f3e-4b44-9f6f-1f4a5c1f7a11\"}" },
    };

    [Theory]
    [MemberData(nameof(BadSignIns))]
    public async Task A_sign_in_with(string what, string body)
    {
        await using var host = await PeerHost.StartAsync();
        using var client = Client(host);

        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await client.PostAsync(new Uri($"https://{PeerHost.Name}/coresync/v1/sign-in"), content);

        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{what}: {(int)answer.StatusCode}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Wrong_password_and_unknown_account_are_answered_alike()
    {
        await using var host = await PeerHost.StartAsync();
        using var client = Client(host);
        host.AddAccount("known", "the password");
        host.AddAccount("disabled", "the password", Rights.None);

        var wrong = await SignInAsync(client, "known", "guess");
        var unknown = await SignInAsync(client, "nobody", "guess");
        var disabled = await SignInAsync(client, "disabled", "the password");

        Assert.Equal(wrong, unknown);
        Assert.Equal(wrong, disabled);
        Assert.StartsWith("401 ", wrong, StringComparison.Ordinal);
    }

    private static HttpStatusCode? Expected(PeerAccess access, string caller, bool hasSource)
    {
        if (access.IsAnonymous)
            return caller.Length > 0 ? HttpStatusCode.BadRequest : null;
        return caller switch
        {
            "anonymous" or "garbage" or "removed" or "renewed" => HttpStatusCode.Unauthorized,
            "another source" => hasSource || access.Rights > Rights.Edit ? HttpStatusCode.Forbidden : null,
            "viewer" => access.Rights > Rights.View ? HttpStatusCode.Forbidden : null,
            "editor" => access.Rights > Rights.Edit ? HttpStatusCode.Forbidden : null,
            "other" => access.IsComponent || access.Rights > Rights.Edit ? HttpStatusCode.Forbidden : null,
            _ => null,
        };
    }

    private static List<RouteEndpoint> Endpoints(PeerHost host) =>
        [.. host.Services.GetRequiredService<EndpointDataSource>().Endpoints.Cast<RouteEndpoint>()];

    private static HttpRequestMessage Request(RouteEndpoint endpoint, string? token)
    {
        var path = endpoint.RoutePattern.RawText!.Replace("{source}", Source.ToString(), StringComparison.Ordinal).Replace("{component}", "queries", StringComparison.Ordinal)
            .Replace("{hash}", ContentHash.Empty.ToString(), StringComparison.Ordinal).Replace("{item}", Source.ToString(), StringComparison.Ordinal);
        var request = new HttpRequestMessage(new HttpMethod(endpoint.DisplayName!.Split(' ')[0]), new Uri($"https://{PeerHost.Name}{path}"));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (request.Method != HttpMethod.Get)
            request.Content = new StringContent("{}", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return request;
    }

    private static async Task<string> TokenAsync(PeerHost host, string account, CoreId source)
    {
        var found = await ((IAccountStore)host.Stores).FindAsync(account, CancellationToken.None);
        return host.Services.GetRequiredService<AccessTokens>().Issue(found!.Value.Account, source);
    }

    private static async Task<string> SignInAsync(HttpClient client, string user, string password)
    {
        using var content = new StringContent($"{{\"user\":\"{user}\",\"password\":\"{password}\",\"source\":\"{Source}\"}}", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await client.PostAsync(new Uri($"https://{PeerHost.Name}/coresync/v1/sign-in"), content);
        return $"{(int)answer.StatusCode} {string.Join(';', answer.Headers.Where(header => header.Key != "Date").Select(header => header.Key))} {await answer.Content.ReadAsStringAsync()}";
    }

    private static HttpClient Client(PeerHost host) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, host.Port, cancellationToken);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        },
    });
}
