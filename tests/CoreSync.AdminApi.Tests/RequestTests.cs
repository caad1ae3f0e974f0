using System.Text;
using System.Text.Json.Nodes;
using CoreSync.Accounts;

namespace CoreSync.AdminApi.Tests;

/// <summary>Requests that cannot be understood, or that try what no caller may: a typed refusal, and nothing changes.</summary>
public sealed class RequestTests
{
    [Theory]
    [InlineData("{\"address\":\"core2.example.net\",\"trusted\":true}", "unknown member")]
    [InlineData("{\"address\":\"core2.example.net\",\"address\":\"core3.example.net\"}", "twice")]
    [InlineData("{\"description\":\"x\"}", "address")]
    [InlineData("{\"address\":5}", "address")]
    [InlineData("{\"address\":null}", "")]
    [InlineData("[]", "")]
    [InlineData("null", "object")]
    [InlineData("{", "")]
    [InlineData("", "")]
    public async Task A_body_that_is_not_what_the_operation_reads_changes_nothing_and_names_no_class_of_ours(string body, string named)
    {
        await using var core = await ServedCore.StartAsync();
        using var client = await core.SignedInAsync(Rights.ConsoleAdministrator);

        var answer = await client.SendAsync(HttpMethod.Post, "/api/v1/targets", new StringContent(body, Encoding.UTF8, "application/json"), ("Accept-Language", "en"));

        Assert.Equal((400, "api.request-invalid"), (answer.Status, answer.Code));
        Assert.Contains(named, answer.Json["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain("CoreSync.AdminApi", answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await client.GetAsync("/api/v1/targets")).Json["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task Other_content_larger_bodies_and_unknown_parameters_are_refused()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = await core.SignedInAsync(Rights.ConsoleAdministrator);

        var text = await client.SendAsync(HttpMethod.Post, "/api/v1/targets", new StringContent("{\"address\":\"core2.example.net\"}", Encoding.UTF8, "text/plain"));
        var large = await client.PostAsync("/api/v1/targets", new JsonObject { ["address"] = "core2.example.net", ["description"] = new string('x', 100_000) });
        var typo = await client.GetAsync("/api/v1/jobs?stat=failed");
        var twice = await client.GetAsync("/api/v1/jobs?state=failed&state=succeeded");
        var range = await client.GetAsync("/api/v1/jobs?size=100000");

        Assert.Equal((400, "api.request-invalid"), (text.Status, text.Code));
        Assert.Equal((413, "api.request-invalid"), (large.Status, large.Code));
        Assert.All([typo, twice, range], answer => Assert.Equal((400, "api.request-invalid"), (answer.Status, answer.Code)));
        Assert.Equal(0, (await client.GetAsync("/api/v1/targets")).Json["total"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("/api/v1/items/%2e%2e%2f%2e%2e%2fcore")]
    [InlineData("/api/v1/targets/..%2f..%2fsettings")]
    [InlineData("/api/v1/settings/..%5c..%5cetc")]
    [InlineData("/api/v1/items/1c9a7e0e-0000-4000-8000-000000000001/payloads/..%2f..%2fcoresync.db")]
    [InlineData("/api/v1/items/1c9a7e0e-0000-4000-8000-000000000001/payloads/%2fetc%2fpasswd")]
    [InlineData("/API/V1/Accounts")]
    [InlineData("/api/v1/./accounts")]
    public async Task No_spelling_of_an_address_leads_around_the_door(string path)
    {
        await using var core = await ServedCore.StartAsync();
        using var anonymous = core.Anonymous();
        using var viewer = await core.SignedInAsync(Rights.View);

        var outside = await anonymous.GetAsync(path);
        var inside = await viewer.GetAsync(path);

        Assert.Contains(outside.Status, new[] { 401, 404 });
        Assert.True(inside.Status is 400 or 403 or 404 or 422, inside.ToString());
        Assert.DoesNotContain("root:", inside.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_path_of_this_machine_comes_from_a_caller()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = await core.SignedInAsync(Rights.ConsoleAdministrator);

        var setting = await client.PutAsync("/api/v1/settings/trust.roots-file", new JsonObject { ["value"] = "/etc/passwd" });

        Assert.Equal((400, "api.request-invalid"), (setting.Status, setting.Code));
        Assert.Equal("", (await client.GetAsync("/api/v1/settings/trust.roots-file")).Json["value"]!.GetValue<string>());
        Assert.DoesNotContain(
            Documented.Operations(core).Select(operation => operation.Body).OfType<Type>().SelectMany(type => type.GetProperties()).Select(property => property.Name),
            name => name.Contains("File", StringComparison.Ordinal) || name.Contains("Path", StringComparison.Ordinal) || name.Contains("Director", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Adding_a_target_with_a_fingerprint_is_an_authorisation_and_needs_that_right()
    {
        await using var core = await ServedCore.StartAsync();
        using var editor = await core.SignedInAsync(Rights.Edit);

        var refused = await editor.PostAsync("/api/v1/targets", new JsonObject { ["address"] = "core2.example.net", ["fingerprint"] = new string('A', 64) });

        Assert.Equal((403, "account.rights-missing"), (refused.Status, refused.Code));
        Assert.Equal(0, (await editor.GetAsync("/api/v1/targets")).Json["total"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("fr-CH, en;q=0.5", "Introuvable")]
    [InlineData("en-US", "Not found")]
    [InlineData("de", "Introuvable")]
    public async Task Texts_follow_the_language_of_the_caller_and_codes_do_not(string languages, string title)
    {
        await using var core = await ServedCore.StartAsync();
        using var client = await core.SignedInAsync(Rights.View);

        var answer = await client.GetAsync("/api/v1/targets/core9.example.net", ("Accept-Language", languages));

        Assert.Equal((404, "target.not-found"), (answer.Status, answer.Code));
        Assert.Equal((title, "notFound"), (answer.Json["title"]!.GetValue<string>(), answer.Json["kind"]!.GetValue<string>()));
    }
}
