using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Reads what a target core answers. Only an answer of the protocol counts; everything else is an error by name (W06).</summary>
internal static class PeerAnswer
{
    /// <summary>Reads a success, bounded.</summary>
    public static async Task<Result<T>> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> answer, string fqdn, CancellationToken cancellationToken)
    {
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (type != "application/json")
            return Wrong(response, fqdn);
        var bytes = await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false);
        if (bytes is null)
            return Result.Fail(new TargetNotACoreError(fqdn, "its answer is too large"));
        try
        {
            return JsonSerializer.Deserialize(bytes, answer) is { } value ? value : Wrong(response, fqdn);
        }
        catch (JsonException ex)
        {
            return Result.Fail(new TargetNotACoreError(fqdn, "its answer is not of the protocol").CausedBy(ex));
        }
    }

    /// <summary>What an answer says when it is no success; null when it is one.</summary>
    public static async Task<Result?> RefusalAsync(HttpResponseMessage response, string fqdn, string user, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
            return Result.Fail(new TargetRedirectedError(fqdn, status));

        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (!response.Headers.Contains(Protocol.Header))
        {
            // A proxy in front of a core that is away answers by itself; that is no reason to doubt the core.
            return status is 502 or 503 or 504
                ? Result.Fail(new PeerFailedError(fqdn, "http." + status.ToString(CultureInfo.InvariantCulture), "what stands in front of the core cannot reach it"))
                : Result.Fail(new TargetNotACoreError(fqdn, $"status {status}, {(type.Length == 0 ? "no content" : type)}"));
        }

        if (status is >= 200 and < 300)
            return null;
        var bytes = await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false);
        if (bytes is null)
            return Result.Fail(new TargetNotACoreError(fqdn, "its answer is too large"));
        try
        {
            if (status >= 400 && type == Protocol.ProblemType && JsonSerializer.Deserialize(bytes, WireJson.Tolerant.Problem) is { } problem)
                return Result.Fail(WireErrors.FromProblem(problem, fqdn, user));
        }
        catch (JsonException ex)
        {
            return Result.Fail(new TargetNotACoreError(fqdn, "its answer is not of the protocol").CausedBy(ex));
        }

        return Wrong(response, fqdn);
    }

    /// <summary>An answer that no core gives.</summary>
    public static Result Wrong(HttpResponseMessage response, string fqdn)
    {
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        return Result.Fail(new TargetNotACoreError(fqdn, $"status {(int)response.StatusCode}, {(type.Length == 0 ? "no content" : type)}"));
    }

    private static async Task<byte[]?> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > Protocol.MaxAnswerBytes)
            return null;
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (true)
            {
                var read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    return bytes.ToArray();
                if (bytes.Length + read > Protocol.MaxAnswerBytes)
                    return null;
                bytes.Write(buffer, 0, read);
            }
        }
    }
}
