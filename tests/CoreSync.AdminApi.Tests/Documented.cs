using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Endpoints;
using CoreSync.AdminApi.Shapes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.AdminApi.Tests;

/// <summary>Holds answers against the shapes that the API documents.</summary>
internal sealed class Documented(ServedCore core)
{
    private readonly Dictionary<string, Shape> answers = Operations(core).Select(operation => operation.Answer).OfType<Shape>()
        .GroupBy(shape => shape.Name).ToDictionary(group => group.Key, group => group.First());

    private readonly HashSet<string> seen = [];

    /// <summary>The schemas of answers that were documented and never seen.</summary>
    public IEnumerable<string> Unseen => answers.Keys.Except(seen).Order(StringComparer.Ordinal);

    public static IReadOnlyList<ApiOperation> Operations(ServedCore core) =>
        [.. core.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>()).OfType<ApiOperation>()];

    /// <summary>The object of a successful answer, which must be as documented.</summary>
    public JsonObject Check(ApiAnswer answer)
    {
        Assert.True(answer.Status is >= 200 and < 300, answer.ToString());
        var json = answer.Json;
        var schema = json["schema"]!.GetValue<string>();
        Assert.Matches("^coresync/[a-z-]+/v1$", schema);
        var name = schema.Split('/')[1];
        // A plan of an import has the same form as the import.
        Assert.True(answers.TryGetValue(name == "import-plan" ? "import" : name, out var shape), $"{schema} is not documented");
        seen.Add(name);
        json.Remove("schema");
        Fits(json, shape!, name);
        return json;
    }

    private static void Fits(JsonObject json, Shape shape, string place)
    {
        foreach (var (name, _) in json)
            Assert.True(shape.Members.Any(member => member.Name == name), $"{place}.{name} is not documented");
        foreach (var member in shape.Members)
        {
            var at = $"{place}.{member.Name}";
            if (!json.ContainsKey(member.Name))
            {
                Assert.True(member.IsOptional, $"{at} is missing");
                continue;
            }

            var value = json[member.Name];
            if (value is null)
            {
                Assert.True(member.IsNullable, $"{at} is null");
                continue;
            }

            if (!member.IsList)
            {
                FitsType(value, member.Type, at);
                continue;
            }

            foreach (var one in Assert.IsType<JsonArray>(value))
                FitsType(one!, member.Type, at + "[]");
        }
    }

    private static void FitsType(JsonNode value, string type, string place)
    {
        if (ApiShapes.All.TryGetValue(type, out var shape))
        {
            Fits(Assert.IsType<JsonObject>(value), shape, place);
            return;
        }

        var kind = value.GetValueKind();
        var isRight = type switch
        {
            "text" => kind == JsonValueKind.String,
            "number" => kind == JsonValueKind.Number,
            "flag" => kind is JsonValueKind.True or JsonValueKind.False,
            "object" => kind == JsonValueKind.Object,
            "time" => kind == JsonValueKind.String
                && DateTimeOffset.TryParseExact(value.GetValue<string>(), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
            _ => throw new InvalidOperationException($"{place} has the unknown type {type}"),
        };
        Assert.True(isRight, $"{place} is no {type}: {value.ToJsonString()}");
    }
}
