using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.AdminApi.OpenApi;
using CoreSync.AdminApi.Shapes;
using CoreSync.Errors;

namespace CoreSync.AdminApi.Tests;

/// <summary>The description of the API is what was reviewed: docs/openapi.json. To accept a change, run the test with CORESYNC_ACCEPT_API=1.</summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task The_description_is_what_was_reviewed()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = await core.SignedInAsync(Rights.View);
        var file = Path.GetFullPath(Path.Combine(Here(), "..", "..", "docs", "openapi.json"));

        var answer = await client.GetAsync(OpenApiEndpoint.Path);

        Assert.Equal(200, answer.Status);
        if (Environment.GetEnvironmentVariable("CORESYNC_ACCEPT_API") == "1")
            await File.WriteAllTextAsync(file, answer.Text + "\n");
        Assert.Equal((await File.ReadAllTextAsync(file)).TrimEnd(), answer.Text);
        using var anonymous = core.Anonymous();
        Assert.Equal(401, (await anonymous.GetAsync(OpenApiEndpoint.Path)).Status);
    }

    [Fact]
    public async Task Every_operation_has_a_summary_its_rights_its_answer_and_codes_that_exist()
    {
        await using var core = await ServedCore.StartAsync();
        var codes = typeof(CoreSyncError).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CoreSyncError)) && !type.IsAbstract)
            .Select(type => ((CoreSyncError)type.GetConstructors().Single().Invoke([.. type.GetConstructors().Single().GetParameters().Select(parameter =>
                parameter.ParameterType == typeof(string) ? (object)"x" : Convert.ChangeType(1, parameter.ParameterType, System.Globalization.CultureInfo.InvariantCulture))])).Code).ToHashSet();
        var operations = Documented.Operations(core);

        Assert.All(operations, operation => Assert.EndsWith(".", operation.Summary, StringComparison.Ordinal));
        Assert.All(operations, operation => Assert.All(operation.Errors, code => Assert.True(codes.Contains(code), $"{operation.Path}: no error has the code {code}")));
        Assert.All(operations.Where(operation => operation.Method == "GET"), operation => Assert.NotEqual(204, operation.Status));
        Assert.All(operations.Select(operation => operation.Answer).OfType<Shape>().SelectMany(shape => shape.Members), member =>
            Assert.True(ApiShapes.All.ContainsKey(member.Type) || member.Type is "text" or "number" or "flag" or "time" or "object", $"{member.Name}:{member.Type}"));
    }

    [Fact]
    public async Task Every_reference_in_the_description_leads_somewhere_and_ids_are_unique()
    {
        await using var core = await ServedCore.StartAsync();

        var document = OpenApiDocument.Of(Documented.Operations(core));

        var references = Walk(document).Where(node => node.Name == "$ref").Select(node => node.Value!.GetValue<string>()).Distinct();
        var schemas = document["components"]!["schemas"]!.AsObject();
        Assert.All(references, reference => Assert.True(schemas.ContainsKey(reference.Split('/')[^1]), reference));
        var ids = Walk(document).Where(node => node.Name == "operationId").Select(node => node.Value!.GetValue<string>()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    private static IEnumerable<(string Name, JsonNode? Value)> Walk(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Walk(member.Value).Prepend((member.Key, member.Value))),
        JsonArray list => list.SelectMany(Walk),
        _ => [],
    };

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
