using System.Net;
using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;

namespace CoreSync.AdminApi.Tests;

public sealed class SignInTests
{
    [Fact]
    public async Task An_account_gets_a_token_that_tells_who_it_is_until_it_signs_out()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = await core.SignedInAsync(Rights.Edit);

        var session = await client.GetAsync("/api/v1/session");
        var ended = await client.PostAsync("/api/v1/sign-out");
        var after = await client.GetAsync("/api/v1/session");

        Assert.Equal(200, session.Status);
        Assert.Equal(("edit", "edit"), (session.Json["account"]!.GetValue<string>(), session.Json["rights"]!.GetValue<string>()));
        Assert.Equal(204, ended.Status);
        Assert.Equal((401, "account.token-invalid"), (after.Status, after.Code));
        Assert.Equal("Bearer", after.Headers["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("edit")]
    public async Task A_wrong_password_and_an_unknown_account_get_one_answer_and_no_cookie(string user)
    {
        await using var core = await ServedCore.StartAsync();
        using var client = core.Anonymous();

        var refused = await client.PostAsync("/api/v1/sign-in", new JsonObject { ["user"] = user, ["password"] = "wrong password here" });
        var byForm = await client.SendAsync(HttpMethod.Post, "/api/v1/sign-in", ApiClient.Form(("user", user), ("password", "wrong password here")));

        Assert.Equal((401, "account.sign-in-refused"), (refused.Status, refused.Code));
        Assert.Equal((401, "account.sign-in-refused"), (byForm.Status, byForm.Code));
        Assert.Empty(refused.Cookies);
        Assert.Empty(byForm.Cookies);
    }

    [Fact]
    public async Task Guessing_is_slowed_with_the_time_to_wait_and_the_right_password_is_not_looked_at()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = core.Anonymous();
        for (var i = 0; i < 6; i++)
            await client.PostAsync("/api/v1/sign-in", new JsonObject { ["user"] = "trust", ["password"] = "wrong password here" });

        var slowed = await client.PostAsync("/api/v1/sign-in", new JsonObject { ["user"] = "trust", ["password"] = ServedCore.Password });

        Assert.Equal((429, "account.sign-in-slowed"), (slowed.Status, slowed.Code));
        Assert.InRange(int.Parse(slowed.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
    }

    [Fact]
    public async Task The_cookie_is_bound_to_the_host_hidden_from_scripts_and_never_sent_for_other_sites()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = core.Anonymous();

        var answer = await client.SendAsync(HttpMethod.Post, "/api/v1/sign-in?return=/console/targets", ApiClient.Form(("user", "view"), ("password", ServedCore.Password)));

        var cookie = Assert.Single(answer.Cookies);
        Assert.StartsWith("__Host-coresync=", cookie, StringComparison.Ordinal);
        Assert.All(["; path=/", "; secure", "; samesite=strict", "; httponly"], part => Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((303, "/console/targets"), (answer.Status, answer.Headers["Location"]));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("%0d%0aSet-Cookie:x=y")]
    [InlineData("javascript:alert(1)")]
    public async Task A_form_is_sent_on_to_this_host_only(string elsewhere)
    {
        await using var core = await ServedCore.StartAsync();
        using var client = core.Anonymous();

        var answer = await client.SendAsync(
            HttpMethod.Post, "/api/v1/sign-in?return=" + (elsewhere.StartsWith('%') ? elsewhere : Uri.EscapeDataString(elsewhere)), ApiClient.Form(("user", "view"), ("password", ServedCore.Password)));

        Assert.Equal((303, "/"), (answer.Status, answer.Headers["Location"]));
    }

    [Fact]
    public async Task A_session_that_was_there_before_the_sign_in_is_worth_nothing_after_it()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = core.Anonymous();
        var planted = await client.SignInByFormAsync("edit", ServedCore.Password);

        var own = await client.SignInByFormAsync("consoleadministrator", ServedCore.Password, planted);

        Assert.NotEqual(planted, own);
        Assert.Equal(401, (await client.GetAsync("/api/v1/session", ("Cookie", planted))).Status);
        Assert.Equal("console-administrator", (await client.GetAsync("/api/v1/session", ("Cookie", own))).Json["rights"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_secret_of_a_cookie_is_no_token_and_a_token_is_no_cookie()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = core.Anonymous();
        var cookie = await client.SignInByFormAsync("edit", ServedCore.Password);
        using var program = await core.SignedInAsync(Rights.Edit);

        using var thief = core.Anonymous();
        thief.Token = cookie["__Host-coresync=".Length..];

        Assert.Equal(401, (await thief.GetAsync("/api/v1/session")).Status);
        Assert.Equal(401, (await client.GetAsync("/api/v1/session", ("Cookie", "__Host-coresync=" + program.Token))).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")]
    public async Task An_invented_token_opens_nothing(string token)
    {
        await using var core = await ServedCore.StartAsync();
        using var client = core.Anonymous();

        Assert.Equal(401, (await client.GetAsync("/api/v1/session", ("Authorization", "Bearer " + token))).Status);
        Assert.Equal(401, (await client.GetAsync("/api/v1/session", ("Cookie", "__Host-coresync=" + token))).Status);
    }

    [Fact]
    public async Task A_changed_password_and_a_removed_account_end_their_sessions_at_once()
    {
        await using var core = await ServedCore.StartAsync();
        using var changed = await core.SignedInAsync(Rights.Edit);
        using var removed = await core.SignedInAsync(Rights.View);
        Assert.Equal(200, (await changed.GetAsync("/api/v1/session")).Status);

        await core.TellAsync(new SetAccountPassword("edit", "another long password"));
        await core.TellAsync(new RemoveAccount("view"));

        Assert.Equal(401, (await changed.GetAsync("/api/v1/session")).Status);
        Assert.Equal(401, (await removed.GetAsync("/api/v1/session")).Status);
    }

    [Fact]
    public async Task Signing_in_and_out_is_in_the_log_and_no_secret_is()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = await core.SignedInAsync(Rights.Trust);
        var token = client.Token!;

        await client.PostAsync("/api/v1/sign-out");
        await client.PostAsync("/api/v1/sign-in", new JsonObject { ["user"] = "forged\r\n2026 signed in", ["password"] = "wrong password here" });

        var log = string.Join('\n', core.Log());
        Assert.Contains("trust signed in from 127.0.0.1 (Token)", log, StringComparison.Ordinal);
        Assert.Contains("trust signed out (Token)", log, StringComparison.Ordinal);
        Assert.Contains("Sign-in of (not a name) at the admin API from 127.0.0.1 refused", log, StringComparison.Ordinal);
        Assert.DoesNotContain(token, log, StringComparison.Ordinal);
        Assert.DoesNotContain(ServedCore.Password, log, StringComparison.Ordinal);
        Assert.DoesNotContain("forged", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_is_answered_over_TLS_only_and_the_answer_says_what_a_browser_may_do_with_it()
    {
        await using var core = await ServedCore.StartAsync();
        using var client = core.Anonymous();

        var answer = await client.GetAsync("/api/v1/session");

        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Contains("default-src 'none'; frame-ancestors 'none'", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new Uri($"http://{new IPEndPoint(IPAddress.Loopback, core.Address.Port)}/api/v1/session")));
    }
}
