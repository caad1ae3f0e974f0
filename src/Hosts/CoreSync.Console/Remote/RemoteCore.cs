using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Errors;
using CoreSync.Trust;

namespace CoreSync.Console.Remote;

/// <summary>A core behind the admin API of its running service. Its certificate is trusted by fingerprint alone; follows no redirect and uses no ambient proxy.</summary>
internal sealed class RemoteCore : IAsyncDisposable
{
    private const int PageSize = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly HttpClient http;
    private readonly string server;
    private readonly CertificateFingerprint? expected;
    private readonly CancellationToken stop;
    private CertificateFingerprint? presented;
    private bool isSignedIn;

    private RemoteCore(Uri address, CertificateFingerprint? expected, CancellationToken stop)
    {
        server = address.GetLeftPart(UriPartial.Authority);
        this.expected = expected;
        this.stop = stop;
        http = new HttpClient(Handler(address.IdnHost)) { BaseAddress = new Uri(address, "/api/v1/"), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName));
    }

    /// <summary>Connects and signs in: with the token in <c>CORESYNC_TOKEN</c>, else with the account in <c>CORESYNC_USER</c> and its password, else by asking.</summary>
    /// <exception cref="CommandFailure">The address cannot be one, the certificate is not the one named, or the sign-in was refused.</exception>
    public static async Task<RemoteCore> ConnectAsync(Invocation run, string url, string? fingerprint)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps || address.UserInfo.Length > 0 || address.PathAndQuery != "/")
            throw CommandFailure.Usage(Texts.T("server.url-invalid", url));
        CertificateFingerprint? expected = null;
        if (fingerprint is not null)
        {
            var parsed = CertificateFingerprint.Parse(fingerprint);
            CommandFailure.ThrowIfFailed(parsed);
            expected = parsed.Value;
        }

        var core = new RemoteCore(address, expected, run.Stop);
        try
        {
            await core.SignInAsync(RemoteSignIn.Read(run));
            return core;
        }
        catch
        {
            await core.DisposeAsync();
            throw;
        }
    }

    /// <summary>Looks.</summary>
    public Task<JsonObject> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    /// <summary>Asks for something to be done.</summary>
    public Task<JsonObject> PostAsync(string path, JsonObject? body = null) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>Removes.</summary>
    public Task<JsonObject> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <summary>A list, page after page.</summary>
    /// <param name="path">The list, with the parameters of its filter.</param>
    /// <param name="limit">Most entries.</param>
    public async Task<JsonArray> ListAsync(string path, int limit = int.MaxValue)
    {
        var all = new JsonArray();
        for (var page = 1; ; page++)
        {
            var size = Math.Min(PageSize, limit);
            var answer = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}page={page}&size={size}"));
            var items = Items(answer);
            foreach (var item in items.Take(limit - all.Count).ToList())
                all.Add(item!.DeepClone());
            if (items.Count < size || all.Count >= limit)
                return all;
        }
    }

    /// <summary>The entries of an answer that is a list.</summary>
    public JsonArray Items(JsonObject answer) => answer["items"] as JsonArray ?? throw NotOurs("an answer without items");

    /// <summary>One part of a path.</summary>
    public static string Part(string text) => Uri.EscapeDataString(text);

    public async ValueTask DisposeAsync()
    {
        try
        {
            // A session that this command opened ends with it; whoever brought a token keeps it.
            if (isSignedIn)
                await SendAsync(HttpMethod.Post, "sign-out", null);
        }
        catch (Exception failure) when (failure is CommandFailure or OperationCanceledException)
        {
            // It ends by itself as well; what the command did or met is what counts.
        }

        http.Dispose();
    }

    private async Task SignInAsync(RemoteSignIn who)
    {
        var token = who.Token;
        if (token is null)
        {
            var answer = await PostAsync("sign-in", new JsonObject { ["user"] = who.User, ["password"] = who.Password });
            token = answer["token"]?.GetValue<string>() ?? throw NotOurs("a sign-in without a token");
            isSignedIn = true;
        }

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var limit = new CancellationTokenSource(Patience, Invocation.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        using var request = new HttpRequestMessage(method, path) { Version = HttpVersion.Version11 };
        if (body is not null)
            request.Content = new StringContent(Json.Line(body), Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.SendAsync(request, linked.Token);
            var text = await response.Content.ReadAsStringAsync(linked.Token);
            if (!response.IsSuccessStatusCode)
                throw RemoteProblem.Of(Parse(text)) ?? NotOurs(string.Create(CultureInfo.InvariantCulture, $"status {(int)response.StatusCode}"));
            return response.StatusCode == HttpStatusCode.NoContent ? [] : Parse(text) ?? throw NotOurs("no JSON");
        }
        catch (HttpRequestException failure) when (failure.InnerException is AuthenticationException && presented is not null && presented != expected)
        {
            throw new CommandFailure(expected is null
                ? new ServerNotTrustedError(server, presented.ToString())
                : new ServerFingerprintMismatchError(server, expected.ToString(), presented.ToString()));
        }
        catch (HttpRequestException failure)
        {
            throw new CommandFailure(new ServerUnreachableError(server, (failure.InnerException ?? failure).Message));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new CommandFailure(new ServerUnreachableError(server, string.Create(CultureInfo.InvariantCulture, $"no answer within {Patience.TotalSeconds:0} seconds")));
        }
    }

    private CommandFailure NotOurs(string what) => new(new ServerUnreachableError(server, "it answered " + what));

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private SocketsHttpHandler Handler(string host) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        SslOptions = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            // A resumed session would not ask for the certificate.
            AllowTlsResume = false,
            // The certificate that a person compared, and no other: neither a name nor an authority stands in for it.
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                presented = certificate is null ? null : CertificateFingerprint.Of(certificate.GetRawCertData());
                return presented is not null && presented == expected;
            },
        },
    };
}
