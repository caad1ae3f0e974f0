using CoreSync.Accounts;

namespace CoreSync.AdminApi.Tests;

/// <summary>What changes something must come from a page of this core (CSRF).</summary>
public sealed class ForgeryTests
{
    [Fact]
    public async Task A_cookie_alone_changes_nothing()
    {
        await using var core = await ServedCore.StartAsync();
        using var browser = core.Anonymous();
        var cookie = await browser.SignInByFormAsync("consoleadministrator", ServedCore.Password);

        var forged = await browser.PostAsync("/api/v1/sign-out", null, ("Cookie", cookie));
        var wrong = await browser.PostAsync("/api/v1/sign-out", null, ("Cookie", cookie), ("X-CoreSync-Antiforgery", "AAAA"));

        Assert.Equal((403, "api.forgery-suspected"), (forged.Status, forged.Code));
        Assert.Equal((403, "api.forgery-suspected"), (wrong.Status, wrong.Code));
        Assert.Equal(200, (await browser.GetAsync("/api/v1/session", ("Cookie", cookie))).Status);
        Assert.Contains(core.Log(), line => line.Contains("8105", StringComparison.Ordinal) || line.Contains("without the proof", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_token_of_the_session_in_a_header_or_a_form_field_is_the_proof()
    {
        await using var core = await ServedCore.StartAsync();
        using var browser = core.Anonymous();
        var first = await browser.SignInByFormAsync("view", ServedCore.Password);
        var second = await browser.SignInByFormAsync("view", ServedCore.Password);

        var byHeader = await browser.PostAsync("/api/v1/sign-out", null, ("Cookie", first), ("X-CoreSync-Antiforgery", await TokenAsync(browser, first)));
        var byField = await browser.SendAsync(HttpMethod.Post, "/api/v1/sign-out", ApiClient.Form(("__antiforgery", await TokenAsync(browser, second))), ("Cookie", second));

        Assert.Equal(204, byHeader.Status);
        Assert.Equal(303, byField.Status);
        Assert.Equal(401, (await browser.GetAsync("/api/v1/session", ("Cookie", first))).Status);
        Assert.Equal(401, (await browser.GetAsync("/api/v1/session", ("Cookie", second))).Status);
    }

    [Fact]
    public async Task The_token_of_one_session_is_none_for_another()
    {
        await using var core = await ServedCore.StartAsync();
        using var browser = core.Anonymous();
        var mine = await browser.SignInByFormAsync("view", ServedCore.Password);
        var theirs = await browser.SignInByFormAsync("view", ServedCore.Password);

        var crossed = await browser.PostAsync("/api/v1/sign-out", null, ("Cookie", mine), ("X-CoreSync-Antiforgery", await TokenAsync(browser, theirs)));

        Assert.Equal("api.forgery-suspected", crossed.Code);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task A_page_of_another_site_changes_nothing_even_with_the_token_and_signs_nobody_in(string header, string value)
    {
        await using var core = await ServedCore.StartAsync();
        using var browser = core.Anonymous();
        var cookie = await browser.SignInByFormAsync("view", ServedCore.Password);
        var token = await TokenAsync(browser, cookie);

        var signOut = await browser.PostAsync("/api/v1/sign-out", null, ("Cookie", cookie), ("X-CoreSync-Antiforgery", token), (header, value));
        var signIn = await browser.SendAsync(HttpMethod.Post, "/api/v1/sign-in", ApiClient.Form(("user", "view"), ("password", ServedCore.Password)), (header, value));

        Assert.Equal((403, "api.forgery-suspected"), (signOut.Status, signOut.Code));
        Assert.Equal((403, "api.forgery-suspected"), (signIn.Status, signIn.Code));
        Assert.Empty(signIn.Cookies);
        Assert.Equal(200, (await browser.GetAsync("/api/v1/session", ("Cookie", cookie))).Status);
    }

    [Fact]
    public async Task A_program_with_a_token_needs_no_other_proof()
    {
        await using var core = await ServedCore.StartAsync();
        using var program = await core.SignedInAsync(Rights.View);

        Assert.Equal(204, (await program.PostAsync("/api/v1/sign-out")).Status);
    }

    private static async Task<string> TokenAsync(ApiClient browser, string cookie) =>
        (await browser.GetAsync("/api/v1/session", ("Cookie", cookie))).Json["antiforgeryToken"]!.GetValue<string>();
}
