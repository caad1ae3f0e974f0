using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CoreSync.Trust;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Asks a serving core as a monitor would: by its name, and only if it presents its own certificate.</summary>
internal static class CoreBrowser
{
    public static async Task<(HttpStatusCode Status, string Body)> GetAsync(this RealCore core, string path, string? user = null, string? password = null, string? fingerprint = null)
    {
        var expected = CertificateFingerprint.Parse(fingerprint ?? await core.FingerprintAsync()).Value;
        using var http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = async (_, token) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(core.Address, token);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null && CertificateFingerprint.Of(certificate.GetRawCertData()) == expected },
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{core.Name}{path}");
        if (user is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
