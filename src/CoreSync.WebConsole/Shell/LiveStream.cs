using System.Globalization;
using System.Text;
using CoreSync.Application.Cores;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CoreSync.WebConsole.Shell;

/// <summary>Tells a page that something changed in the store, by server-sent events; the page then asks for itself again. The id is the version of the store.</summary>
/// <remarks>Nothing but a number travels: what a person may see is decided when the page is asked for, by the same rules as ever.</remarks>
internal sealed class LiveStream(Exchange exchange) : IResult
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(700);

    // A session that ended elsewhere must not stay open for ever: the browser comes back by itself.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var monitor = exchange.Service<IStoreMonitor>();
        var time = exchange.Service<TimeProvider>();
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var life = new CancellationTokenSource(Life, time);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(life.Token, exchange.Gone);
        try
        {
            var seen = monitor.Version;
            var known = httpContext.Request.Headers["Last-Event-ID"].ToString();
            await WriteAsync(response, known == Text(seen) ? ": here\n\n" : Event(seen), gone.Token).ConfigureAwait(false);
            while (true)
            {
                var changed = await WaitAsync(monitor, seen, time, gone.Token).ConfigureAwait(false);
                seen = monitor.Version;
                await WriteAsync(response, changed ? Event(seen) : ": here\n\n", gone.Token).ConfigureAwait(false);
                await Task.Delay(Pace, time, gone.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The page was left, or asks again.
        }
    }

    private static async Task<bool> WaitAsync(IStoreMonitor monitor, long seen, TimeProvider time, CancellationToken gone)
    {
        using var beat = new CancellationTokenSource(Beat, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(beat.Token, gone);
        try
        {
            await monitor.WaitForChangeAsync(seen, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return false;
        }
    }

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static string Event(long version) => $"event: change\nid: {Text(version)}\nretry: 2000\ndata: {Text(version)}\n\n";

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken gone)
    {
        await response.Body.WriteAsync(Encoding.ASCII.GetBytes(text), gone).ConfigureAwait(false);
        await response.Body.FlushAsync(gone).ConfigureAwait(false);
    }
}
