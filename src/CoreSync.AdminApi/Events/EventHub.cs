using System.Globalization;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Application.Live;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.AdminApi.Events;

/// <summary>One thing that changed.</summary>
/// <param name="Number">Grows by one.</param>
/// <param name="Kind"><c>job</c>, <c>target</c>, <c>target-removed</c> or <c>decisions</c>.</param>
/// <param name="Data">One line of JSON.</param>
internal sealed record LiveEvent(long Number, string Kind, string Data);

/// <summary>
/// Finds out what changed since somebody looked last, and keeps the newest changes for whoever was cut off. The store is compared once per change, however many watch, and not at all
/// while nobody does.
/// </summary>
internal sealed class EventHub(IServiceScopeFactory scopes, IStoreMonitor monitor, IRandomSource random) : IDisposable
{
    private const int Kept = 2000;
    private readonly SemaphoreSlim gate = new(1);
    private readonly Queue<LiveEvent> events = new();
    private Dictionary<string, (string Kind, string Data)> known = new(StringComparer.Ordinal);
    private long version = -1;
    private long last;

    /// <summary>Names this run: numbers of another one mean nothing here.</summary>
    public string Run { get; } = random.NewGuid().ToString("N")[..12];

    /// <summary>The id of an event as it is sent.</summary>
    public string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{Run}-{number}");

    /// <summary>What happened after an event, oldest first.</summary>
    /// <param name="after">Its number; null for somebody who begins now.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The events, where to go on, and whether some are lost: then everything is to be read anew.</returns>
    public async Task<(IReadOnlyList<LiveEvent> Events, long Last, bool IsGap)> ReadAsync(long? after, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await CompareAsync_NeedsGate(cancellationToken).ConfigureAwait(false);
            if (after is not { } seen)
                return ([], last, false);
            var isGap = seen > last || (events.Count == 0 ? seen != last : seen < events.Peek().Number - 1);
            return (isGap ? [] : [.. events.Where(one => one.Number > seen)], last, isGap);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The number of an id of this run; null for ids of others.</summary>
    public long? NumberOf(string id)
    {
        var dash = id.IndexOf('-', StringComparison.Ordinal);
        return dash == Run.Length && id.StartsWith(Run, StringComparison.Ordinal) && long.TryParse(id.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    public void Dispose() => gate.Dispose();

    private async Task CompareAsync_NeedsGate(CancellationToken cancellationToken)
    {
        // Before the look: a write in between is found the next time.
        var present = monitor.Version;
        if (present == version)
            return;
        var scope = scopes.CreateAsyncScope();
        await using var _ = scope.ConfigureAwait(false);
        var state = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ReadLiveState(), cancellationToken).ConfigureAwait(false);
        if (state.IsFailed)
            throw new Errors.CoreSyncException(state.FirstError());
        var isFirst = version < 0;
        var now = Facts(state.Value);
        if (!isFirst)
        {
            foreach (var (key, fact) in now.Where(one => !known.TryGetValue(one.Key, out var before) || before.Data != one.Value.Data))
                Add(fact.Kind, fact.Data);
            foreach (var gone in known.Where(one => one.Value.Kind == "target" && !now.ContainsKey(one.Key)))
                Add("target-removed", gone.Value.Data);
        }

        known = now;
        version = present;
    }

    private void Add(string kind, string data)
    {
        events.Enqueue(new LiveEvent(++last, kind, data));
        if (events.Count > Kept)
            events.Dequeue();
    }

    private static Dictionary<string, (string Kind, string Data)> Facts(LiveState state)
    {
        var facts = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        foreach (var job in state.Jobs)
            facts["job " + job.Id] = ("job", Json.Line(CoreJson.Job(job)));
        foreach (var (target, trust) in state.Targets)
        {
            facts["target " + target.Id] = ("target", Json.Line(new JsonObject
            {
                ["id"] = target.Id.ToString(),
                ["fqdn"] = target.Address.Fqdn.Ascii,
                ["direction"] = Json.Enum(target.Direction),
                ["enabled"] = target.IsEnabled,
                ["trustState"] = Json.Enum(trust.State),
                ["pendingFingerprint"] = trust.Pending?.Certificate.Fingerprint.ToString(),
                ["connection"] = Json.Enum(target.LastContact.State),
                ["connectionErrorCode"] = target.LastContact.ErrorCode,
                ["lastContact"] = Json.Time(target.LastContact.At),
                ["lastSuccess"] = Json.Time(target.LastSuccess),
            }));
        }

        facts["decisions"] = ("decisions", Json.Line(new JsonObject { ["conflicts"] = state.Conflicts, ["approvals"] = state.Approvals }));
        return facts;
    }
}
