using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Tls;
using CoreSync.Items;
using CoreSync.Servers;
using FluentResults;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace CoreSync.Infrastructure.Wire;

/// <summary>One request of another core on its way through an endpoint, with what is known about who sent it.</summary>
internal sealed class PeerExchange(HttpContext context, SignedIn? caller)
{
    public CancellationToken Aborted => context.RequestAborted;

    public HttpRequest Request => context.Request;

    /// <summary>Who sent it; sign-in alone has nobody.</summary>
    public SignedIn Caller => caller ?? throw new InvalidOperationException("This endpoint is anonymous");

    public IPAddress Address => context.Connection.RemoteIpAddress ?? IPAddress.None;

    /// <summary>The client certificate of the connection in DER, its key proven in the handshake; null when none was presented.</summary>
    public byte[]? ClientCertificate => context.Connection.ClientCertificate?.RawData;

    /// <summary>Whether the handshake of the connection asked for a client certificate.</summary>
    public bool WasAskedForCertificate => context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(CoreSyncListener.AskedForCertificate) == true;

    /// <summary>Ends the connection: the other core opens a new one.</summary>
    public void Abort() => context.Abort();

    public ComponentName? Component => ComponentName.Parse(Route("component")) is { IsSuccess: true, Value: var name } ? name : null;

    public string Route(string name) => context.GetRouteValue(name) as string ?? "";

    public CoreId? Source => CoreId.TryParse(Route("source"), out var id) ? id : null;

    /// <summary>A number of the query, given once and in plain digits; null otherwise.</summary>
    public long? Query(string name) =>
        Request.Query[name] is [{ } text] && long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A text of the query, given once; null otherwise.</summary>
    public string? QueryText(string name) => Request.Query[name] is [{ } text] ? text : null;

    /// <summary>The FQDN of the rollup core that asks, as it says itself; null when it says none.</summary>
    public string? Reader => Request.Headers[Protocol.ReaderHeader] is [{ } text] && Fqdn.Parse(text) is { IsSuccess: true, Value: var name } ? name.Ascii : null;

    /// <summary>Limits the request body to what the request itself announces.</summary>
    public void LimitBody(long bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = bytes;
    }

    /// <summary>Reads a JSON request, strictly (P14, A05).</summary>
    /// <returns>Fails with <see cref="BatchMalformedError"/>.</returns>
    public async Task<Result<T>> ReadJsonAsync<T>(JsonTypeInfo<T> form)
    {
        if (Request.ContentType != "application/json")
            return BatchFrame.Malformed("the request is not application/json");
        try
        {
            return await JsonSerializer.DeserializeAsync(Request.Body, form, Aborted).ConfigureAwait(false) is { } value ? value : BatchFrame.Malformed("the request is null");
        }
        catch (JsonException)
        {
            return BatchFrame.Malformed("the request is not the JSON that docs/protocol.md describes");
        }
    }

    /// <summary>Answers with a value.</summary>
    public async Task AnswerAsync<T>(T value, JsonTypeInfo<T> form)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, form);
        context.Response.StatusCode = StatusCodes.Status200OK;
        await WriteAsync(bytes, "application/json").ConfigureAwait(false);
    }

    /// <summary>Answers with bytes.</summary>
    public Task AnswerAsync(ReadOnlyMemory<byte> bytes, string type)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        return WriteAsync(bytes, type);
    }

    /// <summary>Answers with exactly <paramref name="length"/> bytes of a stream. A stream that cannot give them ends the connection: the reader goes on where it is.</summary>
    public async Task AnswerAsync(Stream stream, long length)
    {
        Describe(length, Protocol.ContentType);
        context.Response.StatusCode = StatusCodes.Status200OK;
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (var left = length; left > 0;)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), Aborted).ConfigureAwait(false);
                if (read == 0)
                    break;
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), Aborted).ConfigureAwait(false);
                left -= read;
                if (left == 0)
                    return;
            }

            if (length > 0)
                context.Abort();
        }
        catch (Exception exception) when (exception is IOException or CoreSyncException && !Aborted.IsCancellationRequested)
        {
            context.Abort();
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Answers with an error.</summary>
    public async Task AnswerAsync(CoreSyncError error)
    {
        var problem = WireErrors.ToProblem(error);
        context.Response.StatusCode = problem.Status;
        if (error is SignInSlowedError slowed)
            context.Response.Headers.RetryAfter = slowed.Seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (error is TokenInvalidError)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        await WriteAsync(JsonSerializer.SerializeToUtf8Bytes(problem, WireJson.Strict.Problem), Protocol.ProblemType).ConfigureAwait(false);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, string type)
    {
        Describe(bytes.Length, type);
        await context.Response.Body.WriteAsync(bytes, Aborted).ConfigureAwait(false);
    }

    private void Describe(long length, string type)
    {
        var response = context.Response;
        response.ContentType = type;
        response.ContentLength = length;
        response.Headers[Protocol.Header] = Protocol.VersionText;
        response.Headers.CacheControl = "no-store";
    }
}
