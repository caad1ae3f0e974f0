using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CoreSync.EndToEnd.Tests.Secrets;

/// <summary>What a collector of OpenTelemetry receives from a process: traces and metrics as they come, by the standard environment variables.</summary>
internal sealed class TelemetryCollector : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Bytes)> received = [];
    private readonly Uri address;
    private readonly Task receiving;

    public TelemetryCollector()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        listener.Prefixes.Add(address.ToString());
        listener.Start();
        receiving = ReceiveAsync();
    }

    /// <summary>What makes a process send to it, without waiting for long.</summary>
    public (string Name, string Value)[] Environment =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", address.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "200"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
    ];

    /// <summary>All of one kind so far.</summary>
    /// <param name="kind"><c>traces</c> or <c>metrics</c>.</param>
    public byte[] Received(string kind) => [.. received.Where(one => one.Path == "/v1/" + kind).SelectMany(one => one.Bytes)];

    /// <summary>Whether anything of one kind holds a text.</summary>
    public bool Tells(string kind, string text) => Received(kind).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await receiving;
        listener.Close();
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var bytes = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(bytes);
                received.Enqueue((context.Request.Url!.AbsolutePath, bytes.ToArray()));
                context.Response.Close();
            }
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
