using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CoreSync.AdminApi.Shapes;

/// <summary>The invariant forms of JSON: times ISO 8601 UTC, enums camel-case English, whatever the language.</summary>
internal static class Json
{
    // Readable in a terminal; control characters are escaped all the same. It is never embedded in HTML.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = Encoder };
    private static readonly JsonSerializerOptions Compact = new() { Encoder = Encoder };

    /// <summary>What days left and pauses are told against.</summary>
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public static string Text(JsonNode node) => node.ToJsonString(Indented);

    public static string Line(JsonNode node) => node.ToJsonString(Compact);

    public static string Enum(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static JsonNode? Time(DateTimeOffset? time) => time is { } at ? JsonValue.Create(Iso(at)) : null;

    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An answer: the schema first, then the members of <paramref name="json"/>, which are taken out of it.</summary>
    public static JsonObject Answer(string schema, JsonObject json)
    {
        var answer = new JsonObject { ["schema"] = $"coresync/{schema}/v1" };
        foreach (var (name, value) in json.ToList())
        {
            json.Remove(name);
            answer[name] = value;
        }

        return answer;
    }

    public static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)JsonValue.Create(value)!)]);

    public static JsonArray List<T>(IEnumerable<T> values, Func<T, JsonObject> of) => new([.. values.Select(value => (JsonNode)of(value))]);
}
