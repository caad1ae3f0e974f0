using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;
using CoreSync.AdminApi.Endpoints;
using CoreSync.AdminApi.Shapes;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.OpenApi;

/// <summary>The description of the API (OpenAPI 3.1), made from what is mapped: operations, bodies, shapes, rights, codes of errors. It cannot tell of what is not there.</summary>
internal static partial class OpenApiDocument
{
    private const string Problem = "application/problem+json";

    // What every operation may answer beside its own.
    private static readonly string[] CommonErrors =
        ["account.token-invalid", "account.rights-missing", "api.request-invalid", "api.forgery-suspected", "api.read-only", "store.unavailable", "internal.unexpected"];

    /// <summary>Describes operations, in the order of their paths.</summary>
    public static JsonObject Of(IEnumerable<ApiOperation> operations)
    {
        var all = operations.OrderBy(operation => operation.Path, StringComparer.Ordinal).ThenBy(operation => operation.Method, StringComparer.Ordinal).ToList();
        var paths = new JsonObject();
        foreach (var group in all.GroupBy(operation => Catch().Replace(operation.Path, "{$1}")))
            paths[group.Key] = new JsonObject(group.Select(operation => KeyValuePair.Create(operation.Method.ToLowerInvariant(), (JsonNode?)Operation(operation))));
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "CoreSync admin API",
                ["version"] = "1",
                ["description"] = "Everything that the command line does. Codes, names and numbers are the same in every language; texts follow Accept-Language (en, fr).",
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = Schemas(all),
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                    ["session"] = new JsonObject { ["type"] = "apiKey", ["in"] = "cookie", ["name"] = "__Host-coresync" },
                },
            },
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }, new JsonObject { ["session"] = new JsonArray() }),
        };
    }

    private static JsonObject Operation(ApiOperation operation)
    {
        var described = new JsonObject
        {
            ["operationId"] = IdOf(operation),
            ["tags"] = new JsonArray(operation.Path.Split('/')[3]),
            ["summary"] = operation.Summary,
            ["x-rights"] = operation.Access.IsAnonymous ? "none" : CoreJson.Rights(operation.Access.Rights),
            ["x-errors"] = Json.Strings(operation.Errors),
        };
        if (operation.Access.IsAnonymous)
            described["security"] = new JsonArray();
        var parameters = Parameters(operation);
        if (parameters.Count > 0)
            described["parameters"] = parameters;
        if (Body(operation) is { } body)
            described["requestBody"] = body;
        described["responses"] = Responses(operation);
        return described;
    }

    private static JsonArray Parameters(ApiOperation operation)
    {
        var parameters = Json.List(Hole().Matches(operation.Path), match => new JsonObject
        {
            ["name"] = match.Groups[1].Value.TrimStart('*'),
            ["in"] = "path",
            ["required"] = true,
            ["schema"] = new JsonObject { ["type"] = "string" },
        });
        foreach (var parameter in operation.Query)
        {
            parameters.Add((JsonNode)new JsonObject
            {
                ["name"] = parameter.Name,
                ["in"] = "query",
                ["description"] = parameter.Description,
                ["schema"] = new JsonObject { ["type"] = "string" },
            });
        }

        return parameters;
    }

    private static JsonObject? Body(ApiOperation operation)
    {
        if (operation.Body is { } type)
            return Content("application/json", Reference(BodyName(type)), isRequired: true);
        return operation.BodyMediaType is { } media ? Content(media, new JsonObject { ["type"] = "string", ["format"] = "binary" }, isRequired: true) : null;
    }

    private static JsonObject Responses(ApiOperation operation)
    {
        var success = new JsonObject { ["description"] = operation.Status == StatusCodes.Status204NoContent ? "Done" : "The answer" };
        if (operation.Answer is { } shape)
            success["content"] = Content("application/json", Reference(shape.Name))["content"]!.DeepClone();
        else if (operation.Status != StatusCodes.Status204NoContent)
            success["content"] = Content(operation.AnswerMediaType, new JsonObject { ["type"] = "string", ["format"] = "binary" })["content"]!.DeepClone();
        return new JsonObject
        {
            [operation.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = success,
            ["default"] = new JsonObject { ["description"] = "A refusal; its code is one of x-errors, or one that every operation has", ["content"] = Content(Problem, Reference("problem"))["content"]!.DeepClone() },
        };
    }

    private static JsonObject Schemas(IReadOnlyList<ApiOperation> operations)
    {
        var schemas = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var operation in operations)
        {
            if (operation.Body is { } type)
                schemas[BodyName(type)] = BodySchema(type);
            if (operation.Answer is { } answer)
            {
                schemas[answer.Name] = SchemaOf(answer, isAnswer: true);
                foreach (var nested in Nested(answer))
                    schemas.TryAdd(nested.Name, SchemaOf(nested, isAnswer: false));
            }
        }

        var problem = SchemaOf(ApiShapes.Problem, isAnswer: false);
        problem["description"] = "RFC 9457. Every operation may answer: " + string.Join(", ", CommonErrors);
        schemas["problem"] = problem;
        return new JsonObject(schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value)));
    }

    private static IEnumerable<Shape> Nested(Shape shape) => shape.Members
        .Select(member => ApiShapes.All.GetValueOrDefault(member.Type)).OfType<Shape>().Where(nested => nested.Name != shape.Name)
        .SelectMany(nested => Nested(nested).Prepend(nested));

    private static JsonObject SchemaOf(Shape shape, bool isAnswer)
    {
        var properties = new JsonObject();
        if (isAnswer)
            properties["schema"] = new JsonObject { ["const"] = $"coresync/{shape.Name}/v1" };
        foreach (var member in shape.Members)
            properties[member.Name] = SchemaOf(member);
        IEnumerable<string> required = shape.Members.Where(member => !member.IsOptional).Select(member => member.Name);
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = Json.Strings(isAnswer ? required.Prepend("schema") : required),
        };
    }

    private static JsonObject SchemaOf(ShapeMember member)
    {
        if (member.IsList)
            return new JsonObject { ["type"] = "array", ["items"] = SchemaOf(member with { IsList = false, IsNullable = false }) };
        if (ApiShapes.All.ContainsKey(member.Type))
            return member.IsNullable ? new JsonObject { ["anyOf"] = new JsonArray(Reference(member.Type), new JsonObject { ["type"] = "null" }) } : Reference(member.Type);
        var (type, format) = member.Type switch
        {
            "text" => ("string", null),
            "time" => ("string", "date-time"),
            "number" => ("integer", null),
            "flag" => ("boolean", null),
            _ => ("object", (string?)null),
        };
        var schema = new JsonObject { ["type"] = member.IsNullable ? new JsonArray(type, "null") : JsonValue.Create(type) };
        if (format is not null)
            schema["format"] = format;
        return schema;
    }

    private static JsonObject BodySchema(Type type)
    {
        var schema = AdminExchange.BodyOptions.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true }).AsObject();
        schema["type"] = "object";
        return schema;
    }

    private static JsonObject Content(string mediaType, JsonObject schema, bool isRequired = false)
    {
        var content = new JsonObject { ["content"] = new JsonObject { [mediaType] = new JsonObject { ["schema"] = schema } } };
        if (isRequired)
            content["required"] = true;
        return content;
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = "#/components/schemas/" + name };

    private static string BodyName(Type type) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(type.Name);

    // Stable for generators of clients: the method and the path.
    private static string IdOf(ApiOperation operation) =>
        operation.Method.ToLowerInvariant() + string.Concat(operation.Path.Split('/').Skip(3).Select(part => Part().Matches(part)).SelectMany(matches => matches).Select(match => char.ToUpperInvariant(match.Value[0]) + match.Value[1..]));

    [GeneratedRegex(@"\{\*\*(\w+)\}")]
    private static partial Regex Catch();

    [GeneratedRegex(@"\{(\**\w+)\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Part();
}
