using System.Net;
using System.Text.RegularExpressions;
using CoreSync.Accounts;

namespace CoreSync.WebConsole.Tests;

/// <summary>Asks for pages and posts forms as a browser without scripts does.</summary>
internal sealed partial class ConsoleClient : IDisposable
{
    private readonly HttpClient http;

    public ConsoleClient(string url)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = new CookieContainer() };
        // Loopback, and the certificate is not what these tests are about.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
        http = new HttpClient(handler) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
    }

    /// <summary>Headers of the next request.</summary>
    public Dictionary<string, string> Extra { get; } = [];

    public async Task SignInAsync(Rights rights)
    {
        var answer = await PostAsync("sign-in", ("name", ConsoleCore.UserOf(rights)), ("password", ConsoleCore.Password));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>The text of a page that must be there.</summary>
    public async Task<string> PageAsync(string path)
    {
        var answer = await GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode} {answer.Headers.Location}\n{text}");
        return text;
    }

    /// <summary>Posts fields as a form, without the token of the session unless it is among them.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) });

    /// <summary>Posts fields with the token that a page of the session carries.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, params (string Name, string Value)[] fields)
    {
        var token = TokenPattern().Match(await PageAsync("help")).Groups[1].Value;
        Assert.NotEqual("", token);
        return await PostAsync(path, [.. fields, ("__antiforgery", token)]);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        foreach (var (name, value) in Extra)
            request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request);
    }

    public void Dispose() => http.Dispose();

    [GeneratedRegex("name=\"__antiforgery\" value=\"([^\"]+)\"")]
    private static partial Regex TokenPattern();
}
