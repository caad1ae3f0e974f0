#pragma warning disable CA5359 // the client is not what is tested
using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.Application.Accounts;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Wire;
using CoreSync.Items;
using CoreSync.Servers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>
/// R4, A01: every endpoint of a running core × every kind of caller. The endpoints are read from the core, with what they need: a new one is in the matrix without being
/// added here, and one that does not say who may use it fails.
/// </summary>
public sealed class R4_every_endpoint_and_every_role
{
    private static readonly CoreId Source = new(Guid.NewGuid());
    private static readonly string[] Roles = ["view", "edit", "trust", "console-administrator"];

    // These tell strangers at most one word; the test below holds them to it.
    private static readonly string[] WithoutPolicy = ["/health/live", "/health/ready", "/metrics"];

    [Fact]
    public async Task Every_endpoint_says_who_may_use_it()
    {
        await using var core = await RealCore.CreateAsync("target.example.net");
        await core.ServeAsync();

        var endpoints = Endpoints(core);

        Assert.True(endpoints.Count > 13, $"only {endpoints.Count} endpoints");
        var silent = endpoints.Where(endpoint => PolicyOf(endpoint) is null).Select(endpoint => endpoint.RoutePattern.RawText).Except(WithoutPolicy);
        Assert.Empty(silent);
        // Without sign-in: signing in and out, what the pages of it are made of, and the language that they speak.
        Assert.All(endpoints.Where(endpoint => PolicyOf(endpoint) is { IsAnonymous: true }), endpoint =>
            Assert.True(MethodOf(endpoint) == "GET" || new[] { "sign-in", "sign-in/provider", "sign-out", "preferences" }.Any(name => endpoint.RoutePattern.RawText!.EndsWith(name, StringComparison.Ordinal)), endpoint.DisplayName));
        Assert.All(endpoints.Where(endpoint => PolicyOf(endpoint) is { IsAnonymous: false } policy && policy.Rights == Rights.None), endpoint => Assert.Fail(endpoint.DisplayName));
    }

    [Fact]
    public async Task What_watches_a_core_learns_one_word_from_it()
    {
        await using var core = await RealCore.CreateAsync("target.example.net");
        await core.ServeAsync();
        await core.SetAsync(Settings.Setting.Prometheus, "on");
        using var client = Client(core);

        foreach (var token in new[] { null, "AAAA", Secret() })
        {
            foreach (var path in new[] { "/health/live", "/health/ready" })
            {
                using var health = await GetAsync(client, path, token);
                Assert.Matches("^[a-z-]{1,16}\n?$", await health.Content.ReadAsStringAsync());
            }

            using var metrics = await GetAsync(client, "/metrics", token);
            Assert.Contains(metrics.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.NotFound });
        }
    }

    [Fact]
    public async Task Every_endpoint_lets_through_whom_it_names_and_nobody_else()
    {
        await using var core = await RealCore.CreateAsync("target.example.net");
        await core.ServeAsync();
        using var client = Client(core);
        var callers = await CallersAsync(core);
        var endpoints = Endpoints(core).Where(endpoint => PolicyOf(endpoint) is { IsAnonymous: false }).ToList();
        var before = await SnapshotAsync(core);

        var cells = 0;
        foreach (var endpoint in endpoints)
        {
            foreach (var caller in callers)
            {
                if (Expected(PolicyOf(endpoint)!, endpoint, caller) is not { } expected)
                    continue;
                using var answer = await SendAsync(client, endpoint, await caller.TokenAsync(PolicyOf(endpoint)!.IsPeer));
                Assert.True(expected.Contains(answer.StatusCode), $"{endpoint.DisplayName} by {caller.Name}: {(int)answer.StatusCode}, not {string.Join(" or ", expected.Select(status => (int)status))}");
                cells++;
            }
        }

        // Refused many times, nothing happened.
        Assert.True(cells > 100, $"only {cells} refusals were tried");
        Assert.Equal(before, await SnapshotAsync(core));

        foreach (var endpoint in endpoints)
        {
            var policy = PolicyOf(endpoint)!;
            foreach (var caller in callers.Where(caller => caller.Rights is not null && Expected(policy, endpoint, caller) is null))
            {
                // Which items an account with one component may change is for the endpoint to say, once it knows which are meant.
                if (caller.Name == "another component" && endpoint.Metadata.GetMetadata<AdminAccess>() is { Scope: AdminScope.Items })
                    continue;
                using var answer = await SendAsync(client, endpoint, await caller.TokenAsync(policy.IsPeer));
                Assert.True(answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.InternalServerError),
                    $"{endpoint.DisplayName} by {caller.Name}: {(int)answer.StatusCode}");
            }
        }
    }

    public static TheoryData<string> Disguises =>
    [
        "{path}/", "/{path}", "{path}%20", "{path}%00", "{path};.json", "{path}.", "{upper}", "{slashes}", "{backslashes}", "{path}/..", "/./{tail}", "/x/..{path}", "/x/%2e%2e{path}", "{dots}", "{path}%2f", "{path}%5c..%5csign-in",
        "{path}/../sign-in", "{path}#/sign-in", "{path}?/sign-in", "//target.example.net{path}", "{letters}",
    ];

    // A06, A07: however a request is spelt, and whatever its headers claim, it is judged as what it is.
    [Theory]
    [MemberData(nameof(Disguises))]
    public async Task No_spelling_of_an_address_and_no_header_opens_what_needs_a_right(string disguise)
    {
        await using var core = await RealCore.CreateAsync("target.example.net");
        await core.ServeAsync();
        var viewer = (await CallersAsync(core)).Single(caller => caller.Name == "view");
        string[] headers =
        [
            "", "X-HTTP-Method-Override: POST\r\nX-HTTP-Method: POST\r\nX-Method-Override: POST\r\n", "X-Original-URL: /coresync/v1/sign-in\r\nX-Rewrite-URL: /api/v1/sign-in\r\n",
            "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: target.example.net\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /coresync/v1\r\nForwarded: for=127.0.0.1;host=target.example.net;proto=https\r\n",
        ];
        var guarded = Endpoints(core).Where(endpoint => PolicyOf(endpoint) is { IsAnonymous: false } policy && policy.Rights > Rights.View).ToList();
        // A few of each kind: every one has its own door.
        foreach (var endpoint in guarded.Where(endpoint => PolicyOf(endpoint)!.IsPeer).Take(3).Concat(guarded.Where(endpoint => !PolicyOf(endpoint)!.IsPeer).Take(3)))
        {
            var path = Disguised(disguise, PathOf(endpoint));
            foreach (var header in headers)
            {
                foreach (var token in new[] { null, await viewer.TokenAsync(PolicyOf(endpoint)!.IsPeer) })
                {
                    var bearer = token is null ? "" : $"Authorization: Bearer {token}\r\n";
                    var answer = await RawRequest.SendAsync(core, $"{MethodOf(endpoint)} {path} HTTP/1.1\r\nHost: target.example.net\r\n{header}{bearer}Content-Length: 2\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{{}}");
                    Assert.Matches("^HTTP/1.1 (400|401|403|404|405|415|421) ", answer);
                }
            }
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("target.example.net.evil.example")]
    [InlineData("127.0.0.1")]
    [InlineData("target.example.net@evil.example")]
    [InlineData("")]
    public async Task The_protocol_answers_to_the_name_of_the_core_alone(string host)
    {
        await using var core = await RealCore.CreateAsync("target.example.net");
        await core.ServeAsync();
        var admin = (await CallersAsync(core)).Single(caller => caller.Name == "console-administrator");

        var answer = await RawRequest.SendAsync(core, $"GET /coresync/v1/core HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: target.example.net\r\nAuthorization: Bearer {await admin.TokenAsync(true)}\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (400|421) ", answer);
    }

    private static string Disguised(string disguise, string path) => disguise
        .Replace("{path}", path, StringComparison.Ordinal)
        .Replace("{upper}", path.ToUpperInvariant(), StringComparison.Ordinal)
        .Replace("{slashes}", "/" + path[1..].Replace("/", "%2f", StringComparison.Ordinal), StringComparison.Ordinal)
        .Replace("{backslashes}", path.Replace('/', '\\'), StringComparison.Ordinal)
        .Replace("{tail}", path[1..], StringComparison.Ordinal)
        .Replace("{dots}", path.Replace("/v1/", "/v1/%2e%2e/v1/", StringComparison.Ordinal), StringComparison.Ordinal)
        .Replace("{letters}", string.Concat(path.Select(c => char.IsAsciiLetter(c) ? $"%{(int)c:x2}" : c.ToString())), StringComparison.Ordinal);

    private static HttpStatusCode[]? Expected(Policy policy, RouteEndpoint endpoint, Caller caller)
    {
        HttpStatusCode[] unknown = endpoint.Metadata.GetMetadata<AdminRefusal>() is null ? [HttpStatusCode.Unauthorized] : [HttpStatusCode.Unauthorized, HttpStatusCode.Redirect, HttpStatusCode.SeeOther, HttpStatusCode.PermanentRedirect];
        if (caller.Rights is not { } rights)
            return unknown;
        if (rights < policy.Rights)
            return [HttpStatusCode.Forbidden];
        if (caller.Name == "another source" && policy.IsPeer)
            return endpoint.RoutePattern.RawText!.Contains("{source}", StringComparison.Ordinal) ? [HttpStatusCode.Forbidden] : null;
        return caller.Name == "another component" && policy.IsComponent ? [HttpStatusCode.Forbidden] : null;
    }

    private static async Task<List<Caller>> CallersAsync(RealCore core)
    {
        var store = core.HostServices.GetRequiredService<IAccountStore>();
        var tokens = core.HostServices.GetRequiredService<AccessTokens>();
        var keys = core.HostServices.GetRequiredService<KeyRing>();
        var directory = core.HostServices.GetRequiredService<IAccountDirectory>();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var role in Roles)
            await AddAsync(role, role);
        await AddAsync("another component", "edit", "tasks");
        foreach (var name in new[] { "changed", "disabled", "removed" })
            await AddAsync(name, "console-administrator");

        var callers = Roles.Select(role => new Caller(role, RightsOf(role), isPeer => isPeer ? IssueAsync(role, tokens, Source) : SessionAsync(role, now.AddHours(1)))).ToList();
        callers.Add(new Caller("another component", Rights.Edit, isPeer => isPeer ? IssueAsync("another component", tokens, Source) : SessionAsync("another component", now.AddHours(1))));
        callers.Add(new Caller("another source", Rights.Edit, isPeer => isPeer ? IssueAsync("edit", tokens, new CoreId(Guid.NewGuid())) : SessionAsync("edit", now.AddHours(1))));
        callers.Add(new Caller("nobody", null, _ => Task.FromResult<string?>(null)));
        callers.Add(new Caller("garbage", null, _ => Task.FromResult<string?>("AAAA")));
        callers.Add(new Caller("a token of the other door", null, isPeer => isPeer ? SessionAsync("console-administrator", now.AddHours(1)) : IssueAsync("console-administrator", tokens, Source)));
        var past = new AccessTokens(keys, directory, new FakeTimeProvider(now - AccessTokens.Lifetime - TimeSpan.FromSeconds(1)));
        callers.Add(new Caller("an expired token", null, isPeer => isPeer ? IssueAsync("console-administrator", past, Source) : SessionAsync("console-administrator", now.AddSeconds(-1))));
        // Of a core with other keys, where somebody has the same name, stamp and rights.
        using var other = new Testing.TempDirectory();
        var foreign = await IssueAsync("console-administrator", new AccessTokens(new KeyRing(Microsoft.Extensions.Options.Options.Create(new Application.CoreSyncOptions { DataDirectory = other.Path })), directory, TimeProvider.System), Source);
        callers.Add(new Caller("a token of another core", null, isPeer => isPeer ? Task.FromResult(foreign) : Task.FromResult<string?>(Secret())));

        // Tokens from before: rights changed, disabled, removed.
        foreach (var name in new[] { "changed", "disabled", "removed" })
        {
            var (peer, admin) = (await IssueAsync(name, tokens, Source), await SessionAsync(name, now.AddHours(1)));
            callers.Add(new Caller($"a token from before the account was {name}", null, isPeer => Task.FromResult(isPeer ? peer : admin)));
        }

        await core.AskAsync(new SetAccountRights("changed", Rights.ConsoleAdministrator, null));
        await core.AskAsync(new SetAccountEnabled("disabled", false));
        await core.TellAsync(new RemoveAccount("removed"));
        return callers;

        Task AddAsync(string name, string role, params string[] components) => store.AddAsync(
            new Account(name, RightsOf(role), [.. components.Select(component => ComponentName.Parse(component).Value)], Guid.NewGuid().ToString("N")), "no password fits", CancellationToken.None);

        async Task<string?> IssueAsync(string name, AccessTokens by, CoreId source) => by.Issue((await store.FindAsync(name, CancellationToken.None))!.Value.Account, source);

        async Task<string?> SessionAsync(string name, DateTimeOffset until)
        {
            var secret = Secret();
            var account = (await store.FindAsync(name, CancellationToken.None))!.Value.Account;
            await core.HostServices.GetRequiredService<IAdminSessionStore>().AddAsync(
                new StoredAdminSession(SHA256.HashData(Encoding.ASCII.GetBytes(secret)), account.Name, account.Stamp, AdminSessionKind.Token, "127.0.0.1", now, now, until), 10_000, CancellationToken.None);
            return secret;
        }
    }

    private static string Secret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static Rights RightsOf(string role) => role switch
    {
        "view" => Rights.View,
        "edit" => Rights.Edit,
        "trust" => Rights.Trust,
        _ => Rights.ConsoleAdministrator,
    };

    private static async Task<string> SnapshotAsync(RealCore core)
    {
        var accounts = await core.AskAsync(new ListAccounts());
        var settings = await core.AskAsync(new ListSettings());
        var targets = await core.AskAsync(new ListTargetCores());
        var groups = await core.AskAsync(new ListDirectoryGroups());
        var items = await core.ListAsync("queries");
        return string.Join('\n', [.. accounts.Select(account => $"{account.Name} {account.Rights} {account.Stamp} {account.IsEnabled}"), .. settings.Select(view => $"{view.Setting.Key}={view.Value}"), $"{targets.Count} {groups.Count} {items.Count}"]);
    }

    private static List<RouteEndpoint> Endpoints(RealCore core) => [.. core.HostServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    private static string MethodOf(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";

    // Names that nothing has, so that what is let through changes nothing.
    private static string PathOf(RouteEndpoint endpoint)
    {
        var path = new StringBuilder();
        foreach (var segment in endpoint.RoutePattern.PathSegments)
        {
            path.Append('/');
            foreach (var part in segment.Parts)
            {
                path.Append(part switch
                {
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "source" } => Source.ToString(),
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "component" } => "queries",
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "hash" } => ContentHash.Empty.ToString(),
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
                    _ => "00000000-0000-0000-0000-000000000000",
                });
            }
        }

        return path.Length == 0 ? "/" : path.ToString();
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, RouteEndpoint endpoint, string? token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(MethodOf(endpoint)), new Uri("https://target.example.net" + PathOf(endpoint)));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (request.Method != HttpMethod.Get)
            request.Content = new StringContent("{\"nothing that is expected\":1}", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        // Streams of events have no end: what counts is how they begin.
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("https://target.example.net" + path));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(request);
    }

    private static HttpClient Client(RealCore core) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(core.Address, cancellationToken);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        },
    });

    private static Policy? PolicyOf(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<PeerAccess>() is { } peer
        ? new Policy(true, peer.IsAnonymous, peer.Rights, peer.IsComponent)
        : endpoint.Metadata.GetMetadata<AdminAccess>() is { } admin
            ? new Policy(false, admin.IsAnonymous, admin.Rights, admin.Scope == AdminScope.Core && MethodOf(endpoint) != "GET") : null;

    /// <summary>What an endpoint asks for.</summary>
    private sealed record Policy(bool IsPeer, bool IsAnonymous, Rights Rights, bool IsComponent);

    /// <summary>Somebody who calls; without rights nobody that the core knows.</summary>
    private sealed record Caller(string Name, Rights? Rights, Func<bool, Task<string?>> TokenAsync);
}
