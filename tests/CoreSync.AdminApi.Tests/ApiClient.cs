using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CoreSync.AdminApi.Tests;

/// <summary>Talks to a served core over TLS, pinned to its certificate.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient http;

    public ApiClient(IPEndPoint address, string fingerprint, string name = ServedCore.Name)
    {
        http = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = async (_, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(address, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null
                    && Convert.ToHexString(SHA256.HashData(presented.GetRawCertData())) == fingerprint.Replace(":", "", StringComparison.Ordinal),
            },
        })
        {
            BaseAddress = new Uri($"https://{name}/"),
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    /// <summary>The bearer token that goes along; null for none.</summary>
    public string? Token { get; set; }

    public async Task SignInAsync(string user, string password)
    {
        var answer = await PostAsync("/api/v1/sign-in", new JsonObject { ["user"] = user, ["password"] = password });
        Assert.True(answer.Status == 200, answer.ToString());
        Token = answer.Json["token"]!.GetValue<string>();
    }

    /// <summary>Signs in as a browser does; answers the cookie as it is to be sent back.</summary>
    public async Task<string> SignInByFormAsync(string user, string password, string? cookie = null)
    {
        var answer = await SendAsync(HttpMethod.Post, "/api/v1/sign-in", Form(("user", user), ("password", password)), cookie is null ? [] : [("Cookie", cookie)]);
        Assert.True(answer.Status == 303, answer.ToString());
        return Assert.Single(answer.Cookies).Split(';')[0];
    }

    public Task<ApiAnswer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<ApiAnswer> PostAsync(string path, JsonNode? body = null, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, Content(body), headers);

    public Task<ApiAnswer> PutAsync(string path, JsonNode body) => SendAsync(HttpMethod.Put, path, Content(body));

    public Task<ApiAnswer> PatchAsync(string path, JsonNode body) => SendAsync(HttpMethod.Patch, path, Content(body));

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <summary>Opens an answer that does not end.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken stop, params (string Name, string Value)[] headers)
    {
        using var request = Request(HttpMethod.Get, path, null, headers);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
    }

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = Request(method, path, content, headers);
        using var response = await http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new ApiAnswer(
            (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", bytes,
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            response.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : []);
    }

    public static HttpContent Form(params (string Name, string Value)[] fields) =>
        new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    public static HttpContent? Content(JsonNode? body) => body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (Token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}

/// <summary>An answer, read to its end.</summary>
internal sealed record ApiAnswer(int Status, string MediaType, byte[] Bytes, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<string> Cookies)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonObject Json => JsonNode.Parse(Bytes)!.AsObject();

    /// <summary>The code of a refusal; null where it was none.</summary>
    public string? Code => MediaType == "application/problem+json" ? Json["code"]?.GetValue<string>() : null;

    public override string ToString() => $"{Status} {MediaType}: {Text}";
}
