using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoreSync.Application.Notifications;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Settings;
using FluentResults;

namespace CoreSync.Infrastructure.Notifications;

/// <summary>Posts notifications as JSON over HTTPS, signed with a shared key (docs/operations.md). Follows no redirect and uses no ambient proxy.</summary>
internal sealed class WebhookChannel(ISettingStore settings, INotificationSecrets secrets, TimeProvider time) : INotificationChannel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public string Name => "webhook";

    public async Task<bool> IsSetUpAsync(CancellationToken cancellationToken) => (await settings.ReadAsync(Setting.WebhookUrl, cancellationToken).ConfigureAwait(false)).Length > 0;

    public async Task<Result> SendAsync(Notification notification, string core, CancellationToken cancellationToken)
    {
        try
        {
            var address = new Uri(await settings.ReadAsync(Setting.WebhookUrl, cancellationToken).ConfigureAwait(false));
            var fingerprint = await settings.ReadAsync(Setting.WebhookFingerprint, cancellationToken).ConfigureAwait(false);
            var secret = await secrets.ReadAsync(Setting.WebhookSecret, cancellationToken).ConfigureAwait(false);
            if (secret.Length == 0)
                return Result.Fail(new NotifySettingsError(Name, Setting.WebhookSecret.Key));
            using var http = new HttpClient(Handler(address.Host, fingerprint)) { Timeout = Timeout.InfiniteTimeSpan };
            using var limit = new CancellationTokenSource(Patience, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            using var request = Request(address, notification, core, secret);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? Result.Ok() : Failed(string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode}"));
        }
        catch (CoreSyncException failure)
        {
            return Result.Fail(failure.Error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(string.Create(CultureInfo.InvariantCulture, $"no answer within {Patience.TotalSeconds:0} seconds"));
        }
        catch (HttpRequestException failure)
        {
            return Failed(failure.InnerException is AuthenticationException ? "its certificate is not the one expected" : failure.Message);
        }
    }

    private HttpRequestMessage Request(Uri address, Notification notification, string core, string secret)
    {
        var body = Encoding.UTF8.GetBytes(Body(notification, core).ToJsonString());
        var moment = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.ASCII.GetBytes(moment + "."), .. body]);
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version11,
            Content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } },
        };
        request.Headers.Add("CoreSync-Signature", $"t={moment},v1={Convert.ToHexStringLower(signed)}");
        request.Headers.Add("CoreSync-Notification", notification.Id.ToString());
        return request;
    }

    private static JsonObject Body(Notification notification, string core) => new()
    {
        ["schema"] = "coresync/notification/v1",
        ["id"] = notification.Id,
        ["kind"] = Word(notification.Kind),
        ["core"] = core,
        ["code"] = notification.Code,
        ["subject"] = notification.Subject,
        ["severity"] = Word(notification.Severity),
        ["message"] = notification.Message,
        ["hint"] = notification.Hint,
        ["since"] = notification.Since.UtcDateTime,
        ["at"] = notification.At.UtcDateTime,
    };

    private static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static SocketsHttpHandler Handler(string host, string fingerprint) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        Credentials = null,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 32,
        MaxResponseDrainSize = 0,
        ActivityHeadersPropagator = null,
        SslOptions = ReceiverTls.For(host, fingerprint),
    };

    private Result Failed(string reason) => Result.Fail(new NotifyFailedError(Name, reason));
}
