using System.Globalization;
using System.Text.Json.Nodes;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;

namespace CoreSync.Console.Remote;

/// <summary>Answers of the admin API on a terminal: lists as tables, one thing as the names and values of its JSON.</summary>
internal static class RemoteView
{
    /// <summary>A table of some members of each entry.</summary>
    public static void Table(Invocation run, JsonArray items, params RemoteColumn[] columns) => run.Terminal.Table(
        [.. columns.Select(column => column.Title)], items.Select(item => columns.Select(column => column.Show(item?[column.Member])).ToArray()));

    /// <summary>Everything that an object tells; what is unset is left out.</summary>
    public static void Facts(JsonObject answer) => Terminal.Facts(
        System.Console.Out, answer.Where(member => member.Key != "schema").Select(member => (member.Key, Value(member.Value))));

    private static string? Value(JsonNode? node) => node switch
    {
        null => null,
        JsonArray { Count: 0 } or JsonObject { Count: 0 } => null,
        JsonArray many => string.Join('\n', many.Select(one => one is JsonObject inner ? Line(inner) : one?.ToString())),
        JsonObject inner => Line(inner),
        _ => node.ToString(),
    };

    private static string Line(JsonObject inner) => string.Join(", ", inner.Where(member => member.Value is not null).Select(member => $"{member.Key} {member.Value}"));
}

/// <summary>A column of a table.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Member">The member of the JSON object.</param>
/// <param name="Show">How the value is written.</param>
internal sealed record RemoteColumn(string Title, string Member, Func<JsonNode?, string> Show)
{
    private const string None = "–";

    public static RemoteColumn Text(string title, string member) => new(title, member, node => node?.ToString() ?? None);

    public static RemoteColumn YesNo(string title, string member) => new(title, member, node => node is null ? None : Output.Show.YesNo(node.GetValue<bool>()));

    public static RemoteColumn Time(string title, string member) => new(
        title, member, node => Output.Show.Time(node is null ? null : DateTimeOffset.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture)));

    public static RemoteColumn Number(string title, string member) => new(title, member, node => node is null ? None : node.GetValue<long>().ToString("N0", CultureInfo.CurrentCulture));

    /// <summary>A value of an enumeration by its label; a newer server's value by its name.</summary>
    public static RemoteColumn Of<T>(string title, string member, Func<T, string> label)
        where T : struct, Enum =>
        new(title, member, node => Enum.TryParse<T>(node?.ToString(), ignoreCase: true, out var value) && Enum.IsDefined(value) ? label(value) : node?.ToString() ?? None);
}
