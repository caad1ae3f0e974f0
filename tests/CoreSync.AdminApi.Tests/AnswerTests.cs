using System.Text;
using System.Text.Json.Nodes;
using CoreSync.Accounts;

namespace CoreSync.AdminApi.Tests;

/// <summary>The life of targets, items and jobs through the API alone, between two real cores; every answer is as documented.</summary>
public sealed class AnswerTests
{
    private const string Target = "target.example.net";

    [Fact]
    public async Task Two_cores_are_administered_through_the_API_alone_and_every_answer_is_as_documented()
    {
        await using var source = await ServedCore.StartAsync();
        await using var target = await ServedCore.StartAsync(name: Target);
        using var here = await source.SignedInAsync(Rights.ConsoleAdministrator);
        using var there = await target.SignedInAsync(Rights.ConsoleAdministrator);
        var documented = new Documented(source);

        await TrustAsync(here, documented, target);
        var item = await SynchroniseAsync(here, there, documented);
        await CompareAsync(here, documented, item);
        await CarryAsync(here, there, documented);
        await AdministerAsync(here, documented);
        await ReadAsync(here, documented);
        documented.Check(await here.PostAsync("/api/v1/sign-in", Json(("user", "view"), ("password", ServedCore.Password))));

        // These need another history: two people, a client certificate, a rollup core.
        Assert.Equal(
            [
                "approval-accept", "approval-decline", "conflict-link", "conflict-resolve", "conflict-show", "import-receipt", "job-cancel", "job-retry", "keys-accept", "keys-remove", "ldap-test",
                "rollup-disable", "rollup-enable", "rollup-list", "rollup-now", "rollup-show", "trust-approve-next",
            ],
            documented.Unseen);
    }

    private static async Task TrustAsync(ApiClient here, Documented documented, ServedCore target)
    {
        var added = documented.Check(await here.PostAsync("/api/v1/targets", Json(("address", Target), ("connectTo", target.Address.ToString()))));
        Assert.Equal("trust.not-reviewed", added["trustError"]!["code"]!.GetValue<string>());
        var pending = documented.Check(await here.GetAsync("/api/v1/trust/pending"))["items"]!.AsArray();
        Assert.Equal(target.Fingerprint, Assert.Single(pending)!["fingerprint"]!.GetValue<string>());
        var mismatch = await here.PostAsync($"/api/v1/targets/{Target}/trust/accept", Json(("fingerprint", new string('A', 64))));
        Assert.Equal((409, "trust.fingerprint-mismatch"), (mismatch.Status, mismatch.Code));

        documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/trust/decline", Json(("reason", "not yet"))));
        var accepted = documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/trust/accept", Json(("fingerprint", target.Fingerprint), ("reason", "compared by telephone"))));
        Assert.True(accepted["trusted"]!.GetValue<bool>());
        documented.Check(await here.GetAsync($"/api/v1/targets/{Target}/trust"));
        var history = documented.Check(await here.GetAsync($"/api/v1/trust/history?verify=true&target={Target}"));
        var last = history["items"]!.AsArray()[^1]!;
        // T14: the person who was signed in, and from where.
        Assert.Equal(("consoleadministrator", "127.0.0.1", "compared by telephone"), (last["by"]!.GetValue<string>(), last["origin"]!.GetValue<string>(), last["reason"]!.GetValue<string>()));
        documented.Check(await here.GetAsync($"/api/v1/targets/{Target}"));
        documented.Check(await here.GetAsync("/api/v1/targets?search=target&enabled=true&trust=trusted&sort=-lastSuccess"));
    }

    private static async Task<string> SynchroniseAsync(ApiClient here, ApiClient there, Documented documented)
    {
        Assert.Equal("credentials.missing", (await here.PostAsync($"/api/v1/targets/{Target}/plan")).Code);
        documented.Check(await here.PutAsync("/api/v1/credentials", Json(("user", "edit"), ("password", ServedCore.Password))));
        documented.Check(await here.PostAsync("/api/v1/credentials/test"));
        documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/test"));
        documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/pause", Json(("for", "2h"))));
        var put = documented.Check(await here.PostAsync("/api/v1/items", Json(("component", "queries"), ("name", "Windows machines"), ("document", "{\"os\":\"windows\"}"), ("autoSync", true))));
        var id = put["id"]!.GetValue<string>();
        documented.Check(await here.SendAsync(HttpMethod.Put, $"/api/v1/items/{id}/payloads/icons/large.bin", new ByteArrayContent(new byte[300_000])));
        var plan = documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/plan"));
        Assert.Equal("create", plan["items"]![0]!["action"]!.GetValue<string>());
        documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/resume"));

        var queued = await here.PostAsync("/api/v1/sync", Json());
        Assert.Equal(202, queued.Status);
        var job = documented.Check(queued)["items"]![0]!["id"]!.GetValue<string>();
        var ended = await EndedAsync(here, job);
        Assert.Equal("succeeded", ended["state"]!.GetValue<string>());
        await Eventually(async () => (await there.GetAsync("/api/v1/items/" + id)).Status == 200);
        Assert.Equal(300_000, (await there.GetAsync($"/api/v1/items/{id}/payloads/icons/large.bin")).Bytes.Length);
        Assert.Equal("item.read-only", (await there.DeleteAsync("/api/v1/items/" + id)).Code);

        documented.Check(await here.GetAsync("/api/v1/jobs?target=" + Target + "&state=succeeded&size=10"));
        documented.Check(await here.GetAsync("/api/v1/jobs/" + job));
        Assert.Equal("job.nothing-to-retry", (await here.PostAsync($"/api/v1/jobs/{job}/retry", Json())).Code);
        Assert.Equal("job.ended", (await here.PostAsync($"/api/v1/jobs/{job}/cancel")).Code);
        return id;
    }

    private static async Task CompareAsync(ApiClient here, Documented documented, string id)
    {
        Assert.Empty(documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/verify"))["items"]!.AsArray());
        documented.Check(await here.GetAsync($"/api/v1/targets/{Target}/failures"));
        documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/detach", Json(("items", new JsonArray(id)))));
        documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/attach", Json(("items", new JsonArray(id)))));
        Assert.Equal(204, (await here.PostAsync($"/api/v1/targets/{Target}/override", Json(("component", "queries")))).Status);
        documented.Check(await here.PostAsync("/api/v1/items/copy/plan", Json(("items", new JsonArray(id)), ("targets", new JsonArray(Target)))));
        documented.Check(await here.PostAsync("/api/v1/items/copy", Json(("items", new JsonArray(id)), ("targets", new JsonArray(Target)))));
        documented.Check(await here.GetAsync("/api/v1/items?component=queries&search=machines&autoSync=true"));
        documented.Check(await here.GetAsync("/api/v1/items/" + id));
        var replaced = await here.SendAsync(HttpMethod.Put, $"/api/v1/items/{id}/document", new StringContent("{\"os\":\"linux\"}", Encoding.UTF8, "application/json"));
        documented.Check(replaced);
        Assert.Equal("{\"os\":\"linux\"}", (await here.GetAsync($"/api/v1/items/{id}/document")).Text);
        Assert.Equal(1, documented.Check(await here.GetAsync($"/api/v1/items/{id}/revisions"))["items"]!.AsArray().Count(revision => revision!["label"]!.GetValue<string>() == "1"));
        documented.Check(await here.PostAsync($"/api/v1/items/{id}/roll-back", Json(("to", "1"))));
        Assert.Equal("{\"os\":\"windows\"}", (await here.GetAsync($"/api/v1/items/{id}/document")).Text);
        documented.Check(await here.PostAsync("/api/v1/items/auto-sync", Json(("items", new JsonArray(id)), ("on", false))));
        documented.Check(await here.DeleteAsync("/api/v1/items/" + id));
    }

    private static async Task CarryAsync(ApiClient here, ApiClient there, Documented documented)
    {
        documented.Check(await here.PostAsync("/api/v1/items", Json(("component", "reports"), ("name", "Monthly"), ("documentBase64", Convert.ToBase64String("{}"u8.ToArray())))));
        var bundle = await here.PostAsync("/api/v1/bundles/export", Json(("components", new JsonArray("reports"))));
        Assert.True(bundle.Status == 200, bundle.ToString());
        Assert.Contains("attachment", bundle.Headers["Content-Disposition"], StringComparison.Ordinal);
        var unknown = await there.SendAsync(HttpMethod.Post, "/api/v1/bundles/import?mode=update", new ByteArrayContent(bundle.Bytes));
        Assert.Equal((409, "bundle.signer-unknown"), (unknown.Status, unknown.Code));

        var signer = Uri.EscapeDataString(bundle.Headers["CoreSync-Signer"]);
        var planned = await there.SendAsync(HttpMethod.Post, $"/api/v1/bundles/import?mode=update&plan=true&fingerprint={signer}", new ByteArrayContent(bundle.Bytes));
        Assert.True(documented.Check(planned)["plan"]!.GetValue<bool>());
        documented.Check(await there.SendAsync(HttpMethod.Post, $"/api/v1/bundles/import?mode=update&fingerprint={signer}", new ByteArrayContent(bundle.Bytes)));
        documented.Check(await there.GetAsync("/api/v1/signers"));
        Assert.Equal(204, (await there.DeleteAsync("/api/v1/signers/" + signer)).Status);
    }

    private static async Task AdministerAsync(ApiClient here, Documented documented)
    {
        documented.Check(await here.PatchAsync($"/api/v1/targets/{Target}", Json(("description", "Branch"), ("every", "15m"), ("components", new JsonArray("queries", "reports")))));
        documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/disable"));
        documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/enable"));
        documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/trust/remove", Json()));
        documented.Check(await here.PostAsync($"/api/v1/targets/{Target}/trust/probe"));
        // What was changed above may be on its way there: until that has ended the answer is target.busy.
        await Eventually(async () => (await here.DeleteAsync($"/api/v1/targets/{Target}")).Status == 204);
        documented.Check(await here.PostAsync("/api/v1/accounts", Json(("name", "helpdesk"), ("rights", "view"), ("password", "a long enough password"))));
        Assert.Equal(204, (await here.PutAsync("/api/v1/accounts/helpdesk/password", Json(("password", "another long password")))).Status);
        documented.Check(await here.GetAsync("/api/v1/accounts"));
        var limited = documented.Check(await here.PatchAsync("/api/v1/accounts/helpdesk", Json(("rights", "edit"), ("components", new JsonArray("queries")))));
        Assert.Equal(("edit", "queries"), (limited["rights"]!.GetValue<string>(), Assert.Single(limited["components"]!.AsArray())!.GetValue<string>()));
        Assert.Equal("none", documented.Check(await here.PatchAsync("/api/v1/accounts/helpdesk", Json(("rights", "none"))))["rights"]!.GetValue<string>());
        Assert.Equal((400, "usage.invalid"), Refusal(await here.PatchAsync("/api/v1/accounts/helpdesk", Json())));
        Assert.False(documented.Check(await here.PostAsync("/api/v1/accounts/helpdesk/disable"))["enabled"]!.GetValue<bool>());
        Assert.True(documented.Check(await here.PostAsync("/api/v1/accounts/helpdesk/enable"))["enabled"]!.GetValue<bool>());
        Assert.Equal(204, (await here.DeleteAsync("/api/v1/accounts/helpdesk")).Status);
        // Nobody takes away what he acts with, in whatever spelling.
        foreach (var name in new[] { ServedCore.UserOf(Rights.ConsoleAdministrator), ServedCore.UserOf(Rights.ConsoleAdministrator).ToUpperInvariant() })
        {
            Assert.Equal((403, "account.own"), Refusal(await here.DeleteAsync($"/api/v1/accounts/{name}")));
            Assert.Equal((403, "account.own"), Refusal(await here.PostAsync($"/api/v1/accounts/{name}/disable")));
            Assert.Equal((403, "account.own"), Refusal(await here.PatchAsync($"/api/v1/accounts/{name}", Json(("components", new JsonArray("queries"))))));
        }

        await AskDirectoryAsync(here, documented);
        documented.Check(await here.DeleteAsync("/api/v1/credentials"));
        documented.Check(await here.PatchAsync("/api/v1/components/queries", Json(("onClash", "ask"), ("approve", true))));
        documented.Check(await here.PostAsync("/api/v1/components/queries/disable"));
        documented.Check(await here.PostAsync("/api/v1/components/queries/enable"));
        documented.Check(await here.PostAsync("/api/v1/components/queries/confirm-deletes"));
        documented.Check(await here.PutAsync("/api/v1/settings/sync.interval-seconds", Json(("value", "300"))));
        documented.Check(await here.PostAsync("/api/v1/core/certificate/announce"));
        documented.Check(await here.PostAsync("/api/v1/core/certificate/withdraw"));
    }

    // R3: groups and the account that asks for them; there is no directory to ask.
    private static async Task AskDirectoryAsync(ApiClient here, Documented documented)
    {
        const string groups = "/api/v1/directory/groups";
        const string name = "cn=Staff/Ops \\+ \\\"R&D\\\",ou=groups,dc=example,dc=net";
        var added = documented.Check(await here.PostAsync(groups, Json(("name", name), ("rights", "edit"), ("components", new JsonArray("queries")))));
        Assert.Equal("edit", added["rights"]!.GetValue<string>());
        var listed = Assert.Single(documented.Check(await here.GetAsync(groups))["items"]!.AsArray())!;
        Assert.Equal(added["name"]!.GetValue<string>(), listed["name"]!.GetValue<string>());
        Assert.Equal((409, "account.group-duplicate"), Refusal(await here.PostAsync(groups, Json(("name", name.ToUpperInvariant()), ("rights", "view")))));
        Assert.Equal((400, "account.group-invalid"), Refusal(await here.PostAsync(groups, Json(("name", "Staff"), ("rights", "view")))));
        Assert.Equal((400, "api.request-invalid"), Refusal(await here.PostAsync(groups, Json(("name", name), ("rights", "none")))));
        Assert.Equal((400, "api.request-invalid"), Refusal(await here.DeleteAsync(groups)));
        Assert.Equal(204, (await here.DeleteAsync($"{groups}?name={Uri.EscapeDataString(name)}")).Status);
        Assert.Equal((404, "account.group-not-found"), Refusal(await here.DeleteAsync($"{groups}?name={Uri.EscapeDataString(name)}")));
        Assert.Equal((400, "account.directory-invalid"), Refusal(await here.PostAsync("/api/v1/directory/test", Json(("user", "ann")))));

        const string reader = "cn=reader,dc=example,dc=net";
        var set = documented.Check(await here.PutAsync("/api/v1/credentials", Json(("user", reader), ("password", "the password of the reader"), ("ldap", true))));
        Assert.Equal("ldap", set["scope"]!.GetValue<string>());
        var credentials = documented.Check(await here.GetAsync("/api/v1/credentials"))["items"]!.AsArray();
        Assert.Equal([("default", "edit"), ("ldap", reader)], credentials.Select(one => (one!["scope"]!.GetValue<string>(), one["user"]!.GetValue<string>())).Order());
        Assert.DoesNotContain("password", credentials.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal((400, "usage.invalid"), Refusal(await here.PutAsync("/api/v1/credentials", Json(("user", "x"), ("password", "y"), ("ldap", true), ("scheduler", true)))));
        var cleared = documented.Check(await here.DeleteAsync("/api/v1/credentials?ldap=true"));
        Assert.Equal(("ldap", true), (cleared["scope"]!.GetValue<string>(), cleared["cleared"]!.GetValue<bool>()));
        Assert.Single(documented.Check(await here.GetAsync("/api/v1/credentials"))["items"]!.AsArray());
    }

    private static (int Status, string? Code) Refusal(ApiAnswer answer) => (answer.Status, answer.Code);

    private static async Task ReadAsync(ApiClient here, Documented documented)
    {
        foreach (var path in new[] { "core", "status", "settings", "settings/sync.interval-seconds", "components", "conflicts", "approvals", "clients", "session", "log?level=INF&lines=20", "jobs", "health", "rollup/readers" })
            documented.Check(await here.GetAsync("/api/v1/" + path));
        Assert.Contains("BEGIN CERTIFICATE", (await here.GetAsync("/api/v1/core/certificate")).Text, StringComparison.Ordinal);
        var keys = await here.GetAsync("/api/v1/keys");
        Assert.Contains(ServedCore.Name, keys.Text, StringComparison.Ordinal);
        Assert.Equal("target.is-self", (await here.SendAsync(HttpMethod.Post, "/api/v1/keys", new StringContent(keys.Text))).Code);
        await using var third = await ServedCore.StartAsync(name: "third.example.net");
        using var other = await third.SignedInAsync(Rights.View);
        documented.Check(await here.SendAsync(HttpMethod.Post, "/api/v1/keys?account=edit&as=source", new StringContent((await other.GetAsync("/api/v1/keys")).Text)));
        // Last of all: from here on the core presents another certificate.
        documented.Check(await here.PostAsync("/api/v1/core/certificate/renew", Json(("keepKey", true))));
    }

    private static async Task<JsonObject> EndedAsync(ApiClient client, string job)
    {
        JsonObject? last = null;
        await Eventually(async () =>
        {
            last = (await client.GetAsync("/api/v1/jobs/" + job)).Json;
            return last["endedAt"] is not null;
        });
        return last!;
    }

    private static async Task Eventually(Func<Task<bool>> look)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await look())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun).TotalSeconds < 30, "not within 30 s");
            await Task.Delay(50);
        }
    }

    private static JsonObject Json(params (string Name, JsonNode? Value)[] members) => new(members.Select(member => KeyValuePair.Create(member.Name, member.Value)));
}
