using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Sends requests to one target core over judged connections for one sync run, and turns every way in which that can end into a typed error.</summary>
internal sealed class PeerClient : IAsyncDisposable
{
    // One run makes fresh handshakes (P7); within a long run none is older than this.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromSeconds(60);

    // A token is renewed while it is still good: an upload of many minutes cannot be repeated.
    private static readonly TimeSpan TokenReserve = TimeSpan.FromMinutes(2);

    private readonly CoreServer target;
    private readonly TrustWatch watch;
    private readonly TimeProvider time;
    private readonly HttpClient http;
    private readonly SemaphoreSlim signingIn = new(1, 1);
    private readonly TimeSpan idle;
    private readonly UploadPace pace;
    private readonly Credential credential;
    private readonly CoreId self;
    private string? token;
    private long tokenStamp;
    private TimeSpan tokenLifetime;
    private ClientIdentity? identity;

    public PeerClient(
        CoreServer target, LocalCore self, Credential credential, TlsConnector connector, TrustWatch watch, ConnectionTrace trace, TimeSpan idle, UploadPace pace, TimeProvider time)
    {
        this.target = target;
        this.self = self.Id;
        this.credential = credential;
        this.watch = watch;
        this.idle = idle;
        this.pace = pace;
        this.time = time;
        var handler = new SocketsHttpHandler
        {
            // Everything that .NET would do by itself is off: other hosts, ambient proxies, ambient accounts, cookies, decompression (P5, P6, P15, T15).
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            Credentials = null,
            PreAuthenticate = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = ConnectionLifetime,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxConnectionsPerServer = 4,
            MaxResponseHeadersLength = 32,
            Expect100ContinueTimeout = TimeSpan.FromSeconds(2),
            ActivityHeadersPropagator = null,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connected = await connector.ConnectAsync(target, trace, cancellationToken).ConfigureAwait(false);
                if (connected.IsFailed)
                    throw new ConnectException(connected.Errors);
                watch.Guard(connected.Value);
                identity = connected.Value.Identity;
                Accepted = connected.Value.Sighting.Certificate.Fingerprint;
                // An SslStream is used as it is: no second handshake, no other validation.
                return connected.Value.Stream;
            },
        };
        http = new HttpClient(handler, disposeHandler: true)
        {
            BaseAddress = new Uri($"https://{target.Address.Fqdn.Ascii}:{target.Address.Port.ToString(CultureInfo.InvariantCulture)}{Protocol.Base}/"),
            DefaultRequestVersion = HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Add(Protocol.Header, Protocol.VersionText);
        if (target.Direction == SyncDirection.Pull)
            http.DefaultRequestHeaders.Add(Protocol.ReaderHeader, self.Name.Ascii);
    }

    /// <summary>The certificate that the newest connection was accepted with; null before the first.</summary>
    public CertificateFingerprint? Accepted { get; private set; }

    private string Name => target.Address.Fqdn.Ascii;

    /// <summary>Exchanges the credential for a token.</summary>
    /// <returns>Fails with <see cref="CredentialsRejectedError"/>, <see cref="ClientCertificateRefusedError"/> or <see cref="SignInThrottledError"/>, or as any request.</returns>
    public async Task<Result> SignInAsync(CancellationToken cancellationToken)
    {
        var asked = new SignInRequest(credential.User, credential.Password, self.Value);
        var answer = await ExchangeAsync(
            HttpMethod.Post, "sign-in", Json(asked, WireJson.Strict.SignInRequest), Read(WireJson.Tolerant.SignInAnswer), isSignIn: true, cancellationToken).ConfigureAwait(false);
        // The target tells nothing; that it asked for a certificate is all that is known here.
        if (answer.HasError<CredentialsRejectedError>() && identity is { WasAsked: true } mine)
            return Result.Fail(new ClientCertificateRefusedError(Name, credential.User, mine.Shown?.ToString() ?? "none"));
        if (answer.IsFailed)
            return answer.ToResult();
        if (answer.Value.Token.Length is 0 or > 8192 || answer.Value.Token.Any(c => c is <= ' ' or > '~'))
            return Result.Fail(new TargetNotACoreError(Name, "its token is malformed"));
        token = answer.Value.Token;
        tokenStamp = time.GetTimestamp();
        tokenLifetime = TimeSpan.FromSeconds(Math.Clamp(answer.Value.ExpiresInSeconds, 1, 86400));
        return Result.Ok();
    }

    /// <summary>Asks without a body.</summary>
    public Task<Result<T>> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        RepeatableAsync(HttpMethod.Get, path, () => null, Read(answer), cancellationToken);

    /// <summary>Asks with a JSON body.</summary>
    public Task<Result<TAnswer>> PostAsync<TAsked, TAnswer>(
        string path, TAsked asked, JsonTypeInfo<TAsked> form, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken) =>
        RepeatableAsync(HttpMethod.Post, path, () => Json(asked, form), Read(answer), cancellationToken);

    /// <summary>Asks for a frame.</summary>
    public Task<Result<ReadOnlyMemory<byte>>> GetFrameAsync(string path, string mediaType, CancellationToken cancellationToken) =>
        RepeatableAsync(HttpMethod.Get, path, () => null, ReadFrame(mediaType), cancellationToken);

    /// <summary>Asks for a frame with a JSON body.</summary>
    public Task<Result<ReadOnlyMemory<byte>>> PostForFrameAsync<TAsked>(string path, TAsked asked, JsonTypeInfo<TAsked> form, string mediaType, CancellationToken cancellationToken) =>
        RepeatableAsync(HttpMethod.Post, path, () => Json(asked, form), ReadFrame(mediaType), cancellationToken);

    /// <summary>Opens content of known length; what is read of it keeps to the pace. Dispose it to give the connection back.</summary>
    public Task<Result<DownloadedContent>> OpenAsync(string path, long length, CancellationToken cancellationToken) => RepeatableAsync(
        HttpMethod.Get, path, () => null, new Reading<DownloadedContent>(
            async (response, _, token) => response.Content.Headers.ContentType?.MediaType == Protocol.ContentType && response.Content.Headers.ContentLength == length
                ? new DownloadedContent(response, await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false))
                : PeerAnswer.Wrong(response, Name),
            KeepsResponse: true),
        cancellationToken);

    /// <summary>Reads on in opened content; ends with an error where a request would.</summary>
    /// <exception cref="CoreSyncException">The connection broke, stood still, or was cut since the trust ended.</exception>
    public async ValueTask<int> ReadAsync(DownloadedContent content, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var deadline = new LinkedDeadline(idle, time, cancellationToken, watch.Ended);
        try
        {
            var read = await content.Body.ReadAsync(buffer[..Math.Min(buffer.Length, pace.Portion)], deadline.Token).ConfigureAwait(false);
            // To wait for its turn is no sign of a dead link.
            await pace.SpendAsync(read, cancellationToken).ConfigureAwait(false);
            return read;
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            if (watch.Error is { } cut)
                throw new CoreSyncException(cut);
            cancellationToken.ThrowIfCancellationRequested();
            throw new CoreSyncException(Translate(ex, "answer").FirstError());
        }
    }

    /// <summary>Sends bytes that can be sent again when the token has become void meanwhile.</summary>
    public Task<Result<T>> PostAsync<T>(string path, ReadOnlyMemory<byte> body, string mediaType, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        RepeatableAsync(HttpMethod.Post, path, () => new Body(moved => new UploadContent(body, mediaType, pace, moved), IsPatient: true), Read(answer), cancellationToken);

    /// <summary>Sends a stream; again only when nothing of it was read yet.</summary>
    public async Task<Result<T>> PutAsync<T>(string path, Stream body, long length, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
    {
        var ready = await EnsureTokenAsync(cancellationToken).ConfigureAwait(false);
        if (ready.IsFailed)
            return ready.ToResult<T>();
        var used = token;
        var hasBegun = false;
        var content = new Body(
            moved => new UploadContent(body, length, Protocol.ContentType, pace, isComplete =>
            {
                hasBegun = true;
                moved(isComplete);
            }),
            ExpectContinue: true);
        var first = await ExchangeAsync(HttpMethod.Put, path, content, Read(answer), isSignIn: false, cancellationToken).ConfigureAwait(false);
        if (!first.HasError<TokenInvalidError>() || hasBegun)
            return first;

        // Refused before the target wanted the body: the stream is where it was.
        var again = await RenewTokenAsync(used, cancellationToken).ConfigureAwait(false);
        return again.IsFailed ? again.ToResult<T>() : await ExchangeAsync(HttpMethod.Put, path, content, Read(answer), isSignIn: false, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await watch.DisposeAsync().ConfigureAwait(false);
        signingIn.Dispose();
    }

    private async Task<Result<T>> RepeatableAsync<T>(HttpMethod method, string path, Func<Body?> body, Reading<T> answer, CancellationToken cancellationToken)
    {
        var ready = await EnsureTokenAsync(cancellationToken).ConfigureAwait(false);
        if (ready.IsFailed)
            return ready.ToResult<T>();
        var used = token;
        var first = await ExchangeAsync(method, path, body(), answer, isSignIn: false, cancellationToken).ConfigureAwait(false);
        if (!first.HasError<TokenInvalidError>())
            return first;

        // The account changed, or the target restarted: sign in once more, which tells whether it may still.
        var again = await RenewTokenAsync(used, cancellationToken).ConfigureAwait(false);
        return again.IsFailed ? again.ToResult<T>() : await ExchangeAsync(method, path, body(), answer, isSignIn: false, cancellationToken).ConfigureAwait(false);
    }

    private Task<Result> EnsureTokenAsync(CancellationToken cancellationToken) =>
        token is not null && time.GetElapsedTime(tokenStamp) < tokenLifetime - TokenReserve
            ? Task.FromResult(Result.Ok())
            : RenewTokenAsync(token, cancellationToken);

    private async Task<Result> RenewTokenAsync(string? used, CancellationToken cancellationToken)
    {
        await signingIn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return ReferenceEquals(token, used) ? await SignInAsync(cancellationToken).ConfigureAwait(false) : Result.Ok();
        }
        finally
        {
            signingIn.Release();
        }
    }

    private async Task<Result<T>> ExchangeAsync<T>(
        HttpMethod method, string path, Body? body, Reading<T> answer, bool isSignIn, CancellationToken cancellationToken)
    {
        if (watch.Error is { } ended)
            return Result.Fail(ended);
        using var deadline = new LinkedDeadline(Connecting, time, cancellationToken, watch.Ended);
        try
        {
            using var request = new HttpRequestMessage(method, path);
            // What is uploaded moves the deadline on; its application at the target may take longer than a network delay.
            request.Content = body?.Make(isComplete => deadline.Extend(isComplete || body.IsPatient ? Answering : idle));
            request.Headers.ExpectContinue = body?.ExpectContinue == true ? true : null;
            if (!isSignIn)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                // On a judged connection alone, and the context alone: no baggage, no state (docs/telemetry.md).
                if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } context })
                    request.Headers.Add(Protocol.TraceHeader, context);
            }

            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            var isKept = false;
            try
            {
                deadline.Extend(idle);
                if (await PeerAnswer.RefusalAsync(response, Name, credential.User, deadline.Token).ConfigureAwait(false) is { } refusal)
                    return refusal;
                var read = await answer.Read(response, () => deadline.Extend(idle), deadline.Token).ConfigureAwait(false);
                isKept = answer.KeepsResponse && read.IsSuccess;
                return read;
            }
            finally
            {
                if (!isKept)
                    response.Dispose();
            }
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException or CoreSyncException)
        {
            if (watch.Error is { } cut)
                return Result.Fail(cut);
            cancellationToken.ThrowIfCancellationRequested();
            return Translate(ex, isSignIn ? "sign-in" : "answer");
        }
    }

    private Reading<T> Read<T>(JsonTypeInfo<T> answer) =>
        new((response, _, cancellationToken) => PeerAnswer.ReadAsync(response, answer, Name, cancellationToken));

    private Reading<ReadOnlyMemory<byte>> ReadFrame(string mediaType) => new(async (response, moved, cancellationToken) =>
    {
        if (response.Content.Headers.ContentType?.MediaType != mediaType || response.Content.Headers.ContentLength is not ({ } length and <= FrameHeader.Bytes + FrameHeader.MaxStoredBytes))
            return PeerAnswer.Wrong(response, Name);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = body.ConfigureAwait(false);
        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        for (var done = 0; done < bytes.Length;)
        {
            var read = await body.ReadAsync(bytes.AsMemory(done, Math.Min(pace.Portion, bytes.Length - done)), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new IOException("the answer ends early");
            await pace.SpendAsync(read, cancellationToken).ConfigureAwait(false);
            moved();
            done += read;
        }

        return new ReadOnlyMemory<byte>(bytes);
    });

    // Name, TCP and TLS have their own deadlines, each of one idle time; this one stands behind them.
    private TimeSpan Connecting => idle * 4;

    private TimeSpan Answering => idle * 4;

    private Result Translate(Exception ex, string step)
    {
        for (var cause = ex; cause is not null; cause = cause.InnerException)
        {
            if (cause is ConnectException refused)
                return Result.Fail(refused.Errors);
            if (cause is CoreSyncException typed)
                return Result.Fail(typed.Error);
        }

        CoreSyncError error = ex switch
        {
            OperationCanceledException => new TargetTimeoutError(Name, step, (int)idle.TotalSeconds),
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } =>
                new TargetNotACoreError(Name, "its answer is not HTTP"),
            _ => new TargetUnreachableError(Name, target.Address.Endpoint.ToString(), "the connection broke: " + (ex.InnerException?.Message ?? ex.Message)),
        };
        return Result.Fail(error.CausedBy(ex));
    }

    /// <summary>Carries all the reasons of a refused connection through the HTTP client.</summary>
    private sealed class ConnectException(IReadOnlyList<IError> errors) : IOException(errors[0].Message)
    {
        public IReadOnlyList<IError> Errors { get; } = errors;
    }

    private static Body Json<T>(T asked, JsonTypeInfo<T> form)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(asked, form);
        return new Body(moved => new UploadContent(bytes, "application/json", default, moved));
    }

    /// <param name="Read">Reads a success; the second argument is called whenever something moved.</param>
    /// <param name="KeepsResponse">What was read goes on using the response, and disposes of it.</param>
    private sealed record Reading<T>(Func<HttpResponseMessage, Action, CancellationToken, Task<Result<T>>> Read, bool KeepsResponse = false);

    /// <param name="Make">Makes the content; what it is given is called at each step, with whether it was the last.</param>
    /// <param name="ExpectContinue">Waits for the target's word before the body is sent: a refusal costs no upload.</param>
    /// <param name="IsPatient">The target may take its time before it reads: batches of many sources wait for their turn.</param>
    private sealed record Body(Func<Action<bool>, HttpContent> Make, bool ExpectContinue = false, bool IsPatient = false);
}

/// <summary>Content on its way in: dispose it to give its connection back.</summary>
internal sealed class DownloadedContent(HttpResponseMessage response, Stream body) : IDisposable
{
    public Stream Body => body;

    public void Dispose() => response.Dispose();
}
