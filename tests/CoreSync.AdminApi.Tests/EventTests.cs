using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;

namespace CoreSync.AdminApi.Tests;

public sealed class EventTests
{
    [Fact]
    public async Task What_changes_is_streamed_and_whoever_was_cut_off_resumes_where_it_was()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = await core.SignedInAsync(Rights.Edit);
        string first;
        await using (var stream = await EventStream.OpenAsync(client))
        {
            first = (await stream.NextAsync()).Id;
            await AddAsync(client, "one.example.net");
            var added = await stream.NextAsync("target");
            Assert.Equal("one.example.net", added.Data["fqdn"]!.GetValue<string>());
        }

        await AddAsync(client, "two.example.net");
        await using var resumed = await EventStream.OpenAsync(client, first);
        var missed = new List<string>();
        while (missed.Count < 2)
        {
            var name = (await resumed.NextAsync("target")).Data["fqdn"]!.GetValue<string>();
            if (!missed.Contains(name))
                missed.Add(name);
        }

        Assert.Equal(["one.example.net", "two.example.net"], missed);
    }

    [Fact]
    public async Task Whoever_comes_back_after_a_restart_is_told_to_read_everything_anew()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = await core.SignedInAsync(Rights.View);

        await using var stream = await EventStream.OpenAsync(client, "ffffffffffff-17");

        Assert.Equal("reset", (await stream.NextAsync()).Kind);
    }

    [Fact]
    public async Task The_stream_ends_within_five_seconds_when_the_account_is_removed()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = await core.SignedInAsync(Rights.View);
        await using var stream = await EventStream.OpenAsync(client);
        await stream.NextAsync();

        await core.TellAsync(new RemoveAccount("view"));

        var begun = TimeProvider.System.GetTimestamp();
        await stream.EndAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task A_host_that_stops_does_not_wait_for_those_who_watch()
    {
        var core = await ServedCore.StartAsync();
        using var client = await core.SignedInAsync(Rights.View);
        await using var stream = await EventStream.OpenAsync(client);
        await stream.NextAsync();

        var begun = TimeProvider.System.GetTimestamp();
        await core.DisposeAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 0, 15);
    }

    private static Task<ApiAnswer> AddAsync(ApiClient client, string name) =>
        client.PostAsync("/api/v1/targets", new JsonObject { ["address"] = name, ["connectTo"] = "127.0.0.1:9", ["enabled"] = false });

    private sealed class EventStream(HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
    {
        public static async Task<EventStream> OpenAsync(ApiClient client, string? after = null)
        {
            var response = await client.OpenAsync("/api/v1/events", CancellationToken.None, after is null ? [] : [("Last-Event-ID", after)]);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            return new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
        }

        /// <summary>The next event, or the next of a kind.</summary>
        public async Task<(string Id, string Kind, JsonNode Data)> NextAsync(string? wanted = null)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var (id, kind) = ("", "");
            while (true)
            {
                var line = await reader.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("the stream ended");
                if (line.StartsWith("id: ", StringComparison.Ordinal))
                    id = line[4..];
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                    kind = line[7..];
                if (line.StartsWith("data: ", StringComparison.Ordinal) && (wanted is null || wanted == kind))
                    return (id, kind, JsonNode.Parse(line[6..])!);
            }
        }

        public async Task EndAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (await reader.ReadLineAsync(patience.Token) is not null)
            {
                // Heartbeats.
            }
        }

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
