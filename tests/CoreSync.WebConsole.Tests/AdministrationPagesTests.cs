namespace CoreSync.WebConsole.Tests;

/// <summary>The pages that administer a core, in a browser: accessible in both languages and themes, wide and narrow, and running nothing that others wrote.</summary>
[Collection(nameof(Chromium))]
public sealed class AdministrationPagesTests(Chromium chromium, AdministeredCores cores) : IClassFixture<AdministeredCores>
{
    private const string Target = AdministeredCores.Target;

    private string[] OfTheSource =>
    [
        "settings", "settings/accounts", "settings/accounts/add", "settings/accounts/password?name=edit", "settings/accounts/remove?name=edit", "settings/accounts/disable?name=edit",
        $"settings/accounts/rights?name={AdministeredCores.Limited}", "settings/directory", "settings/directory/add", $"settings/directory/remove?name={Uri.EscapeDataString(AdministeredCores.Group)}", "settings/credentials", "this-server", "this-server/keys",
        "this-server/renew", "components", "components/queries", "items", $"items?q={Uri.EscapeDataString(AdministeredCores.Markup)}", $"items/{cores.Clash}", $"items/{cores.Needed}", $"items/{cores.Needed}/copy",
        $"items/{cores.Needed}/delete", "drift", $"drift/{Target}", $"drift/{Target}/detached", "log",
    ];

    private string[] OfTheTarget => ["settings/directory", "conflicts", "conflicts/approvals", "conflicts/decided", $"conflicts/{cores.Clash}", $"conflicts/{cores.Clash}?view=full", $"items/{cores.Clash}"];

    [Theory]
    [InlineData("fr", false, 1280)]
    [InlineData("en", true, 320)]
    public async Task Every_page_is_accessible_and_runs_nothing_that_others_wrote(string language, bool isDark, int width)
    {
        await LookAsync(cores.Source.Url, OfTheSource, language, isDark, width);
        await LookAsync(cores.Other.Url, OfTheTarget, language, isDark, width);
    }

    [Fact]
    public async Task Comparing_from_the_list_leads_to_the_differences()
    {
        await using var visit = await chromium.VisitAsync(cores.Source.Url);
        await visit.SignInAsync();
        await visit.GoAsync("drift");

        await visit["form[action$='drift/compare'] button"].ClickAsync();

        await visit.Expect("h1").ToContainTextAsync(Target);
        await visit.Expect("#note").ToContainTextAsync("was compared");
        await visit.IsAccessibleAsync();
    }

    private async Task LookAsync(string url, string[] pages, string language, bool isDark, int width)
    {
        await using var visit = await chromium.VisitAsync(url, language, isDark, width);
        await visit.SignInAsync();
        foreach (var page in pages)
        {
            await visit.GoAsync(page);
            await visit.IsAccessibleAsync();
            Assert.Equal(0, await visit["main img, main script"].CountAsync());
            visit.HasNoComplaints();
        }
    }
}
