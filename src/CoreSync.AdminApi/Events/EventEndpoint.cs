using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Endpoints;
using CoreSync.Application.Cores;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CoreSync.AdminApi.Events;

/// <summary>
/// Server-sent events (WHATWG HTML, 9.2): what changed, as it changes. Resumes after <c>Last-Event-ID</c>; the event <c>reset</c> tells that some are lost and everything is to be read
/// anew. The stream does not keep a session alive, and ends within seconds when the account loses its rights (R7).
/// </summary>
internal static class EventEndpoint
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    public static void Map(ApiMap api) => api.Map(
        HttpMethods.Get, "/events", AdminAccess.Account(Rights.View, isActivity: false), "Streams what changes: jobs, target cores, decisions that wait. Resumes after Last-Event-ID.", StreamAsync)
        .AnswersBytes("text/event-stream");

    private static async Task StreamAsync(AdminExchange exchange)
    {
        // A stream has no end of its own: a host that stops must not wait for those who watch.
        var stopping = exchange.Context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(exchange.Aborted, stopping);
        try
        {
            await StreamAsync(exchange, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Whoever watches comes back and resumes.
        }
    }

    private static async Task StreamAsync(AdminExchange exchange, CancellationToken end)
    {
        var services = exchange.Context.RequestServices;
        var (hub, monitor, time) = (services.GetRequiredService<EventHub>(), services.GetRequiredService<IStoreMonitor>(), services.GetRequiredService<TimeProvider>());
        var resumed = exchange.Context.Request.Headers["Last-Event-ID"].ToString();
        var response = exchange.Context.Response;
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        exchange.Context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        var position = resumed.Length == 0 ? null : hub.NumberOf(resumed);
        var isLost = resumed.Length > 0 && position is null;
        var (seen, checkedAt, wroteAt) = (monitor.Version, time.GetTimestamp(), time.GetTimestamp());
        await response.WriteAsync("retry: 2000\n\n", end).ConfigureAwait(false);
        while (true)
        {
            var (events, last, isGap) = await hub.ReadAsync(position, end).ConfigureAwait(false);
            if (isLost || isGap)
                await response.WriteAsync($"id: {hub.IdOf(last)}\nevent: reset\ndata: {{}}\n\n", end).ConfigureAwait(false);
            else if (position is null)
                // Where to resume, before anything happened.
                await response.WriteAsync($"id: {hub.IdOf(last)}\nevent: begin\ndata: {{}}\n\n", end).ConfigureAwait(false);
            foreach (var one in events)
                await response.WriteAsync($"id: {hub.IdOf(one.Number)}\nevent: {one.Kind}\ndata: {one.Data}\n\n", end).ConfigureAwait(false);
            if (time.GetElapsedTime(wroteAt) > Beat || events.Count > 0)
            {
                await response.WriteAsync(":\n\n", end).ConfigureAwait(false);
                wroteAt = time.GetTimestamp();
            }

            await response.Body.FlushAsync(end).ConfigureAwait(false);
            (position, isLost) = (last, false);
            seen = await WaitAsync(monitor, seen, time, end).ConfigureAwait(false);
            if (time.GetElapsedTime(checkedAt) < Look)
                continue;
            checkedAt = time.GetTimestamp();
            if (!await MayStillAsync(exchange).ConfigureAwait(false))
                return;
        }
    }

    // Until something was written to the store, or until it is time to look whether the account may still see it.
    private static async Task<long> WaitAsync(IStoreMonitor monitor, long seen, TimeProvider time, CancellationToken aborted)
    {
        using var patience = new CancellationTokenSource(Look, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, aborted);
        try
        {
            await monitor.WaitForChangeAsync(seen, either.Token).ConfigureAwait(false);
            // Progress is written often: what comes together is told together.
            await Task.Delay(Gather, time, aborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            // Nothing happened.
        }

        return monitor.Version;
    }

    private static async Task<bool> MayStillAsync(AdminExchange exchange)
    {
        var caller = await exchange.Context.RequestServices.GetRequiredService<AdminCallers>().FindAsync(exchange.Context, isActivity: false).ConfigureAwait(false);
        return caller.IsSuccess && caller.Value.Account.May(Rights.View);
    }
}
