using System.Text.Json.Nodes;
using CoreSync.Infrastructure.Wire;
using CoreSync.Items;
using CoreSync.Replication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>A source core that is real up to its answers: what it tells a rollup core is rewritten before it leaves, inside TLS, after the sign-in.</summary>
internal sealed class CrookedSource : IStartupFilter
{
    private Func<string, byte[], byte[]>? rewrite;
    private int rewritten;

    /// <summary>Answers that were really changed so far.</summary>
    public int Rewritten => Volatile.Read(ref rewritten);

    /// <summary>Puts itself before the answers of a serving core.</summary>
    public void Install(IServiceCollection services) => services.AddSingleton<IStartupFilter>(this);

    /// <summary>Answers honestly from now on.</summary>
    public void Reform() => rewrite = null;

    /// <summary>Changes the bytes of every answer whose path ends like that.</summary>
    public void Answers(string path, Func<byte[], byte[]> change) => Answers(asked => asked.EndsWith(path, StringComparison.Ordinal), change);

    /// <summary>Changes the bytes of every answer to certain paths.</summary>
    public void Answers(Func<string, bool> isOne, Func<byte[], byte[]> change) => rewrite = (asked, bytes) => isOne(asked) ? change(bytes) : bytes;

    /// <summary>Changes every JSON answer whose path ends like that.</summary>
    public void Tells(string path, Action<JsonObject> change) => Answers(path, bytes =>
    {
        var json = JsonNode.Parse(bytes)!.AsObject();
        change(json);
        return System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
    });

    /// <summary>Changes the batches of a component that have changes.</summary>
    public void Sends(string component, Func<ChangeBatch, ChangeBatch> change) => Answers($"/feed/components/{component}/changes", bytes => Batch(component, bytes, change));

    /// <summary>Changes the items that are asked for by their ids.</summary>
    public void Finds(Func<ChangeBatch, ChangeBatch> change) => Answers("/feed/items", bytes => Batch("queries", bytes, change));

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(AnswerAsync);
        next(app);
    };

    private static byte[] Batch(string component, byte[] bytes, Func<ChangeBatch, ChangeBatch> change)
    {
        var name = ComponentName.Parse(component).Value;
        var batch = BatchFrame.Decode(name, bytes).Value;
        return batch.Changes.Count == 0 ? bytes : BatchFrame.Encode(name, change(batch), compress: false).Value.ToArray();
    }

    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        if (rewrite is not { } change || !context.Request.Path.Value!.Contains("/feed/", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        var wire = context.Response.Body;
        using var honest = new MemoryStream();
        context.Response.Body = honest;
        await next(context);
        context.Response.Body = wire;
        var answer = context.Response.StatusCode == StatusCodes.Status200OK ? change(context.Request.Path.Value!, honest.ToArray()) : honest.ToArray();
        if (!answer.AsSpan().SequenceEqual(honest.ToArray()))
            Interlocked.Increment(ref rewritten);
        context.Response.ContentLength = answer.Length;
        await wire.WriteAsync(answer, context.RequestAborted);
    }
}
