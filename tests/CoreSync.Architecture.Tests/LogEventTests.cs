using System.Reflection;
using System.Text.RegularExpressions;
using CoreSync.Application;
using Microsoft.Extensions.Logging;

namespace CoreSync.Architecture.Tests;

/// <summary>Log events: ids are stable, unique, in one file, and each is described for the people who read the log.</summary>
public sealed partial class LogEventTests
{
    private static readonly IReadOnlyDictionary<string, int> Ids =
        typeof(CoreSyncEventId).GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(field => field.Name, field => (int)field.GetRawConstantValue()!);

    private static readonly IReadOnlyList<(MethodInfo Method, LoggerMessageAttribute Message)> Messages =
    [
        .. Assemblies.All.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (method, method.GetCustomAttribute<LoggerMessageAttribute>()!))
            .Where(entry => entry.Item2 is not null),
    ];

    private static readonly Lazy<Dictionary<int, (string Name, string Level, string Meaning, string NextStep)>> Documented = new(ReadDocumentation);

    public static TheoryData<string> Events => [.. Messages.Select(Name).Distinct()];

    [Fact]
    public void Ids_are_unique_and_in_the_range_of_their_slice()
    {
        Assert.NotEmpty(Messages);
        Assert.Equal(Ids.Count, Ids.Values.Distinct().Count());
        Assert.All(Ids.Values, id => Assert.InRange(id, 1000, 9999));
    }

    [Fact]
    public void No_two_messages_share_an_id()
    {
        Assert.Empty(Messages.GroupBy(entry => entry.Message.EventId).Where(group => group.Count() > 1).Select(group => string.Join(", ", group.Select(Where))));
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void A_message_has_an_id_of_the_one_list_under_its_name(string name)
    {
        var (method, message) = Named(name);

        Assert.True(Ids.TryGetValue(name, out var id), $"{Where((method, message))} is not in CoreSyncEventId");
        Assert.Equal(id, message.EventId);
        Assert.EndsWith("Log", method.DeclaringType!.Name, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void A_message_is_a_fragment_with_named_values(string name)
    {
        var message = Named(name).Message.Message;

        Assert.NotEmpty(message);
        Assert.DoesNotMatch(@"\.\z", message);
        Assert.All(Hole().Matches(message).Select(match => match.Groups[1].Value), hole => Assert.Matches("^[A-Z][A-Za-z]*$", hole));
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_is_described_with_the_level_that_it_has(string name)
    {
        var message = Named(name).Message;

        Assert.True(Documented.Value.TryGetValue(message.EventId, out var row), $"docs/log-events.md does not describe {message.EventId} {name}");
        // A message whose level depends on what happened has none of its own.
        Assert.Equal((name, message.Level == LogLevel.None ? "Varies" : message.Level.ToString()), (row.Name, row.Level));
        Assert.NotEmpty(row.Meaning);
        if (message.Level is LogLevel.Warning or LogLevel.Error or LogLevel.Critical)
            Assert.True(row.NextStep.Length > 3, $"docs/log-events.md says no next step for {name}");
    }

    [Fact]
    public void Every_id_is_described_and_nothing_else_is()
    {
        Assert.Equal(Ids.OrderBy(entry => entry.Value).Select(entry => (entry.Value, entry.Key)), Documented.Value.OrderBy(row => row.Key).Select(row => (row.Key, row.Value.Name)));
    }

    [Fact]
    public void Every_id_is_logged_somewhere()
    {
        Assert.Empty(Ids.Keys.Except(Messages.Select(Name)));
    }

    // Secrets must not be one careless template away.
    [Fact]
    public void No_message_has_a_place_for_a_secret()
    {
        var secrets = Messages.SelectMany(entry => Hole().Matches(entry.Message.Message)).Select(match => match.Groups[1].Value).Where(hole => Secret().IsMatch(hole)).ToList();

        Assert.Empty(secrets);
    }

    private static (MethodInfo Method, LoggerMessageAttribute Message) Named(string name) => Messages.First(entry => Name(entry) == name);

    // Without a name of its own an event has that of its method.
    private static string Name((MethodInfo Method, LoggerMessageAttribute Message) entry) => entry.Message.EventName ?? entry.Method.Name;

    private static string Where((MethodInfo Method, LoggerMessageAttribute Message) entry) => $"{entry.Method.DeclaringType!.Name}.{entry.Method.Name}";

    private static Dictionary<int, (string Name, string Level, string Meaning, string NextStep)> ReadDocumentation() =>
        Repository.Read("docs/log-events.md").Split('\n')
            .Select(line => Row().Match(line))
            .Where(match => match.Success)
            .ToDictionary(
                match => int.Parse(match.Groups["id"].Value, System.Globalization.CultureInfo.InvariantCulture),
                match => (match.Groups["name"].Value, match.Groups["level"].Value, match.Groups["meaning"].Value.Trim(), match.Groups["next"].Value.Trim()));

    [GeneratedRegex(@"\{([^{}:]+)(?::[^{}]*)?\}")]
    private static partial Regex Hole();

    [GeneratedRegex("password|secret|token|privatekey|content", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    [GeneratedRegex(@"^\| (?<id>\d{4}) \| `(?<name>\w+)` \| (?<level>\w+) \|(?<meaning>[^|]*)\|(?<next>[^|]*)\|")]
    private static partial Regex Row();
}
