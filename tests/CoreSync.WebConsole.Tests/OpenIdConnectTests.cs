using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using CoreSync.Accounts;
using CoreSync.Application.Targets;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Playwright;

namespace CoreSync.WebConsole.Tests;

/// <summary>People of a real OpenID Connect provider at the console of a real core, in a real browser.</summary>
[Collection(nameof(Chromium))]
public sealed class OpenIdConnectTests : IClassFixture<ProvidedCore>
{
    private const string Button = "text=Sign in with " + IdentityProvider.Name;
    private readonly Chromium chromium;
    private readonly IdentityProvider provider;
    private readonly ConsoleCore core;

    public OpenIdConnectTests(Chromium chromium, ProvidedCore provided)
    {
        this.chromium = chromium;
        (provider, core) = (provided.Provider, provided.Core);
        provider.Behave();
    }

    [Theory]
    [InlineData("view", "watchers")]
    [InlineData("view", "auditors", "people of another product")]
    [InlineData("edit", "editors")]
    [InlineData("trust", "watchers", "/security/officers", "editors")]
    [InlineData("console-administrator", "CoreSync Administrators")]
    public async Task A_person_has_exactly_the_rights_that_their_groups_are_mapped_to(string rights, params string[] groups)
    {
        provider.People["grace"] = ("Grace Hopper", groups);
        await using var visit = await chromium.VisitAsync(core.Url);

        await SignInAsync(visit, "grace");

        var session = await SessionAsync(visit);
        Assert.Equal(("oidc:Grace Hopper", rights), (session.GetProperty("account").GetString(), session.GetProperty("rights").GetString()));
        Assert.Empty(session.GetProperty("components").EnumerateArray());
        await visit.Expect(".who").ToContainTextAsync("oidc:Grace Hopper");
        var cookie = Assert.Single(await visit.Page.Context.CookiesAsync([core.Url]), one => one.Name == "__Host-coresync");
        Assert.True(cookie is { HttpOnly: true, Secure: true, SameSite: SameSiteAttribute.Strict, Path: "/" });
    }

    [Fact]
    public async Task The_page_that_was_asked_for_is_shown_afterwards_and_the_address_keeps_no_code()
    {
        await using var visit = await chromium.VisitAsync(core.Url, "fr");
        await visit.GoAsync("targets/add");
        await visit.Expect(".sign-in .provider button").ToHaveTextAsync("Se connecter avec " + IdentityProvider.Name);
        await visit.IsAccessibleAsync();
        await visit[".sign-in .provider button"].ClickAsync();
        await visit["[value=ada]"].ClickAsync();

        await visit.ArrivesAsync(core.Url + "targets/add");
    }

    [Fact]
    public async Task It_works_without_scripts()
    {
        await using var visit = await chromium.VisitAsync(core.Url, hasScripts: false);

        await SignInAsync(visit, "ada");

        await visit.Expect(".who").ToContainTextAsync("oidc:Ada Lovelace");
    }

    [Theory]
    [InlineData]
    [InlineData("coresync administrators", "CoreSync Administrators;watchers", "")]
    public async Task A_person_without_a_mapped_group_is_told_so_and_does_not_come_in(params string[] groups)
    {
        provider.People["eve"] = ("Eve", groups);
        await using var visit = await chromium.VisitAsync(core.Url);

        await TryAsync(visit, "eve");

        await IsRefusedAsync(visit, "account.provider-rights", "none of the groups that it names (groups) has rights on this core");
    }

    [Fact]
    public async Task A_person_who_turns_back_is_told_what_else_they_can_do_and_nothing_that_the_provider_would_like_to_say()
    {
        await using var visit = await chromium.VisitAsync(core.Url);

        await TryAsync(visit, "nobody");

        await IsRefusedAsync(visit, "account.provider-refused", "did not sign you in");
        await visit.Expect("body").Not.ToContainTextAsync("Call this number");
        await visit.IsAccessibleAsync();
    }

    [Theory]
    [InlineData("audience", "account.provider-invalid", "meant for somebody else")]
    [InlineData("issuer", "account.provider-invalid", "another issuer")]
    [InlineData("nonce", "account.provider-invalid", "belongs to another sign-in")]
    [InlineData("no-nonce", "account.provider-invalid", "belongs to another sign-in")]
    [InlineData("signature", "account.provider-invalid", "signature is not its own")]
    [InlineData("client-secret", "account.provider-invalid", "signature is not its own")]
    [InlineData("unsigned", "account.provider-invalid", "signature is not its own")]
    [InlineData("expired", "account.provider-clock", "has expired, or is not valid yet")]
    [InlineData("early", "account.provider-clock", "has expired, or is not valid yet")]
    public async Task A_token_that_proves_nothing_here_opens_nothing(string fault, string code, string sentence)
    {
        provider.Forge = token => Forged(token, fault);
        await using var visit = await chromium.VisitAsync(core.Url);

        await TryAsync(visit, "ada");

        await IsRefusedAsync(visit, code, sentence);
        Assert.Contains(Log(), line => line.Contains(" 8108 AdminProviderFailed ", StringComparison.Ordinal) && line.Contains(code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_forgery_with_nothing_forged_opens_a_session()
    {
        provider.Forge = token => Forged(token, "nothing");
        await using var visit = await chromium.VisitAsync(core.Url);

        await SignInAsync(visit, "ada");
    }

    [Fact]
    public async Task A_return_is_good_once_and_in_the_browser_that_began_alone()
    {
        await using var visit = await chromium.VisitAsync(core.Url);
        await using var other = await chromium.VisitAsync(core.Url);
        // Whoever gets hold of the address before it reaches the core.
        provider.HoldsReturns = true;
        await BeginAsync(visit);
        await visit["[value=ada]"].ClickAsync();
        for (var i = 0; provider.Held.Length == 0 && i < 300; i++)
            await Task.Delay(100);
        var returned = provider.Held;
        Assert.Contains("code=", returned, StringComparison.Ordinal);

        await other.Page.GotoAsync(returned);
        await IsRefusedAsync(other, "account.provider-stale", "was not begun in this browser");
        await visit.Page.GotoAsync(returned);
        await visit.Expect(".who").ToContainTextAsync("oidc:Ada Lovelace");
        await visit["form[action$=sign-out] button"].ClickAsync();
        await visit.Expect(".sign-in [name=password]").ToBeVisibleAsync();
        await visit.Page.GotoAsync(returned);
        await IsRefusedAsync(visit, "account.provider-stale", "is over already");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?code=guessed")]
    [InlineData("?code=guessed&state=forged")]
    [InlineData("?error=access_denied&error_description=Call+this+number")]
    public async Task A_return_that_nobody_began_is_refused_on_the_sign_in_page(string query)
    {
        using var client = core.Client();

        var answer = await client.GetAsync("sign-in/callback" + query);
        var page = await client.PageAsync("sign-in/" + answer.Headers.Location);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Contains("account.provider-stale", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Call this number", page, StringComparison.Ordinal);
        Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.StartsWith("__Host-coresync=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Another_site_cannot_begin_a_sign_in()
    {
        using var client = core.Client();
        client.Extra["Sec-Fetch-Site"] = "cross-site";

        var answer = await client.PostAsync("sign-in/provider");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_not_only_its_cookie()
    {
        await using var visit = await chromium.VisitAsync(core.Url);
        await SignInAsync(visit, "ada");
        var cookies = await visit.Page.Context.CookiesAsync([core.Url]);

        await visit["form[action$=sign-out] button"].ClickAsync();
        await visit.ArrivesAsync("**/sign-in");
        await visit.Page.Context.AddCookiesAsync(cookies.Select(cookie => new Microsoft.Playwright.Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path, Secure = true, HttpOnly = true }));
        await visit.GoAsync("targets");

        await visit.ArrivesAsync("**/sign-in?to=targets");
        Assert.Contains(Log(), line => line.Contains("oidc:Ada Lovelace signed out", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_act_needs_the_proof_of_a_page_and_stands_under_the_name_of_the_person()
    {
        provider.People["view"] = ("view\u202e\r\n2026 forged", ["CoreSync Administrators"]);
        await core.AskAsync(new AddTargetCore("target.example.net", ConnectTo: "127.0.0.1:9"));
        await using var visit = await chromium.VisitAsync(core.Url);
        await SignInAsync(visit, "view");

        var without = await visit.Page.EvaluateAsync<int>("fetch('/api/v1/targets/target.example.net/disable', { method: 'POST' }).then(answer => answer.status)");
        var with = await visit.Page.EvaluateAsync<int>(
            """
            fetch('/api/v1/session').then(answer => answer.json()).then(session =>
                fetch('/api/v1/targets/target.example.net/disable', { method: 'POST', headers: { [session.antiforgeryHeader]: session.antiforgeryToken } })).then(answer => answer.status)
            """);

        Assert.Equal(403, without);
        Assert.InRange(with, 200, 204);
        Assert.False((await core.AskAsync(new ShowTargetCore("target.example.net"))).Target.IsEnabled);
        // There is an account 'view' in this core, with fewer rights: it is another one.
        Assert.Contains(Log(), line => line.Contains("oidc:view2026 forged signed in from 127.0.0.1 through the identity provider, which knows them as subject-of-view", StringComparison.Ordinal));
        Assert.DoesNotContain(Log(), line => line.StartsWith("2026 forged", StringComparison.Ordinal));
        Assert.DoesNotContain(IdentityProvider.Secret, string.Join('\n', Log()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accounts_of_the_core_sign_in_beside_it_also_when_the_provider_is_away()
    {
        await using var gone = await IdentityProvider.StartAsync();
        await using var alone = await ConsoleCore.StartAsync("alone.example.net", oidc: gone.Settings());
        await gone.StopAsync();
        await using var visit = await chromium.VisitAsync(alone.Url);
        await BeginAsync(visit, isAway: true);

        await IsRefusedAsync(visit, "account.provider-unavailable", "cannot be asked");
        await visit.SignInAsync(Rights.Edit);

        Assert.Equal(("edit", "edit"), ((await SessionAsync(visit)).GetProperty("account").GetString(), (await SessionAsync(visit)).GetProperty("rights").GetString()));
    }

    [Fact]
    public async Task A_secret_that_the_provider_does_not_know_is_told_and_not_shown()
    {
        var file = Path.Combine(core.DataDirectory, "wrong");
        await File.WriteAllTextAsync(file, "another secret");
        await using var wrong = await ConsoleCore.StartAsync("wrong.example.net", oidc: provider.Settings(("ClientSecret_FILE", file)));
        await using var visit = await chromium.VisitAsync(wrong.Url);

        await TryAsync(visit, "ada");

        await IsRefusedAsync(visit, "account.provider-refused", "it answered invalid_client");
    }

    [Fact]
    public async Task A_provider_whose_certificate_nobody_vouches_for_is_not_spoken_to()
    {
        await using var strict = await ConsoleCore.StartAsync("strict.example.net", oidc: provider.Settings(("CertificatesFile", "")));
        await using var visit = await chromium.VisitAsync(strict.Url);

        await BeginAsync(visit, isAway: true);

        await IsRefusedAsync(visit, "account.provider-unavailable", "its certificate is not trusted");
    }

    [Fact]
    public async Task Without_a_provider_there_is_neither_a_button_nor_a_way_in()
    {
        await using var plain = await ConsoleCore.StartAsync("plain.example.net");
        using var client = plain.Client();

        Assert.DoesNotContain("sign-in/provider", await client.PageAsync("sign-in"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync("sign-in/provider")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("sign-in/callback?code=a&state=b")).StatusCode);
    }

    private string Forged(string token, string fault)
    {
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        var claims = JsonDocument.Parse(Base64UrlEncoder.Decode(token.Split('.')[1])).RootElement.EnumerateObject().ToDictionary(claim => claim.Name, claim => (object)claim.Value.Clone());
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        switch (fault)
        {
            case "audience": claims["aud"] = "another-client"; break;
            case "issuer": claims["iss"] = "https://elsewhere.example.net/"; break;
            case "nonce": claims["nonce"] = "of another sign-in"; break;
            case "no-nonce": claims.Remove("nonce"); break;
            case "expired": (claims["iat"], claims["nbf"], claims["exp"]) = (now - 7200, now - 7200, now - 3600); break;
            case "early": (claims["iat"], claims["nbf"], claims["exp"]) = (now + 3600, now + 3600, now + 7200); break;
        }

        var payload = JsonSerializer.Serialize(claims);
        using var stranger = RSA.Create(2048);
        return fault switch
        {
            "unsigned" => handler.CreateToken(payload),
            "signature" => handler.CreateToken(payload, new SigningCredentials(new RsaSecurityKey(stranger.ExportParameters(true)) { KeyId = provider.SigningKey.KeyId }, SecurityAlgorithms.RsaSha256)),
            "client-secret" => handler.CreateToken(payload, new SigningCredentials(new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(IdentityProvider.Secret)), SecurityAlgorithms.HmacSha256)),
            _ => handler.CreateToken(payload, new SigningCredentials(provider.SigningKey, SecurityAlgorithms.RsaSha256)),
        };
    }

    private static async Task BeginAsync(Visit visit, bool isAway = false)
    {
        await visit.GoAsync("sign-in");
        await visit[Button].ClickAsync();
        if (!isAway)
            await visit.Expect("h1").ToHaveTextAsync("Who are you?");
    }

    private static async Task TryAsync(Visit visit, string person)
    {
        await BeginAsync(visit);
        await visit[$"[value={person}]"].ClickAsync();
    }

    private static async Task SignInAsync(Visit visit, string person)
    {
        await TryAsync(visit, person);
        await visit.Expect(".who").ToBeVisibleAsync();
    }

    private async Task IsRefusedAsync(Visit visit, string code, string sentence)
    {
        await visit.Expect(".notice.bad").ToContainTextAsync(sentence);
        await visit.Expect(".notice.bad .code").ToHaveTextAsync(code);
        await visit.Expect(".sign-in [name=password]").ToBeVisibleAsync();
        Assert.DoesNotContain("code=", visit.Page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(await visit.Page.Context.CookiesAsync([core.Url]), cookie => cookie.Name == "__Host-coresync");
    }

    private static async Task<JsonElement> SessionAsync(Visit visit) =>
        JsonDocument.Parse(await visit.Page.EvaluateAsync<string>("fetch('/api/v1/session').then(answer => answer.text())")).RootElement;

    private string[] Log()
    {
        using var file = new FileStream(Path.Combine(core.DataDirectory, "log", "CoreSyncService.exe.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n');
    }
}

/// <summary>A provider, and a core that trusts it.</summary>
public sealed class ProvidedCore : IAsyncLifetime
{
    internal IdentityProvider Provider { get; private set; } = null!;

    internal ConsoleCore Core { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Provider = await IdentityProvider.StartAsync();
        Core = await ConsoleCore.StartAsync("source.example.net", oidc: Provider.Settings());
    }

    public async ValueTask DisposeAsync()
    {
        await Core.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
