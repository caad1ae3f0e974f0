using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Jobs;
using CoreSync.Application.Targets;
using CoreSync.Testing.Tls;

namespace CoreSync.WebConsole.Tests;

/// <summary>Every page, filled with what it shows, is accessible in both languages and themes, wide and narrow, and runs nothing that others wrote.</summary>
[Collection(nameof(Chromium))]
public sealed class PagesTests(Chromium chromium) : IAsyncLifetime
{
    private const string Target = "target.example.net";
    private const string Evil = "evil.example.net";
    private const string Markup = "\"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}${alert(3)}";
    private ConsoleCore source = null!;
    private ConsoleCore target = null!;
    private HostileTarget evil = null!;
    private string job = "";
    private string item = "";

    public async ValueTask InitializeAsync()
    {
        source = await ConsoleCore.StartAsync("source.example.net");
        target = await ConsoleCore.StartAsync(Target);
        evil = new HostileTarget(TestCertificates.SelfSigned(Evil, subject: $"CN=\"{Markup.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
        await source.TellAsync(new SetCredential(null, false, ConsoleCore.UserOf(Rights.Edit), ConsoleCore.Password));
        item = (await source.PutAsync("queries", Markup, """{"text":"<script>alert(4)</script>"}""")).Id.ToString();
        await source.AskAsync(new AddTargetCore(Target, Markup, ConnectTo: target.Address.ToString(), Fingerprint: await target.FingerprintAsync()));
        await source.AskAsync(new AddTargetCore(Evil, Markup, Enabled: false, ConnectTo: $"127.0.0.1:{evil.Port}"));
        job = (await source.AskAsync(new SyncNow([Target], Wait: true)))[0].Id.ToString();
    }

    // The pages that administer a core have tests of their own (AdministrationPagesTests).
    private string[] Pages =>
    [
        "", "targets", $"targets?q={Uri.EscapeDataString(Markup)}", $"targets/{Target}", $"targets/{Evil}", $"targets/{Evil}/review", $"targets/{Target}/review", $"targets/{Target}/edit",
        $"targets/{Target}/remove", "targets/add", $"targets/{Target}/setup?test=1", "jobs", $"jobs/{job}", "trust-history", $"items/{item}", $"drift/{Target}", $"drift/{Target}/detached", "help",
        $"targets/{Uri.EscapeDataString(Markup)}",
    ];

    [Theory]
    [InlineData("fr", false, 1280)]
    [InlineData("en", true, 320)]
    public async Task Every_page_is_accessible_and_runs_nothing_that_others_wrote(string language, bool isDark, int width)
    {
        await using var visit = await chromium.VisitAsync(source.Url, language, isDark, width);
        await visit.SignInAsync();

        foreach (var page in Pages)
        {
            await visit.GoAsync(page);
            await visit.IsAccessibleAsync();
            Assert.Equal(0, await visit["main img, main script"].CountAsync());
            visit.HasNoComplaints();
        }

        await visit.GoAsync("targets");
        await visit.Expect(".list").ToContainTextAsync(Markup);
    }

    [Fact]
    public async Task Everything_in_a_list_works_by_keyboard_alone()
    {
        await using var visit = await chromium.VisitAsync(source.Url);
        await visit.SignInAsync();
        await visit.GoAsync("targets");
        var keyboard = visit.Page.Keyboard;

        // The first stop of a page leads past its tree.
        await keyboard.PressAsync("Tab");
        await visit.Expect(".skip:focus").ToBeVisibleAsync();
        await keyboard.PressAsync("/");
        await visit.Expect("[data-search]:focus").ToBeVisibleAsync();

        // The menu of a row: Shift+F10, arrows, Esc; the focus comes back to the row.
        await visit[$"[data-row='{Target}'] th a"].FocusAsync();
        await keyboard.PressAsync("Shift+F10");
        await visit.Expect($"[data-row='{Target}'] [role=menu]:popover-open").ToBeVisibleAsync();
        await visit.Expect($"[data-row='{Target}'] [role=menuitem]:focus").ToHaveTextAsync("Synchronise now");
        await keyboard.PressAsync("ArrowUp");
        await visit.Expect($"[data-row='{Target}'] [role=menuitem]:focus").ToHaveTextAsync("Remove");
        await keyboard.PressAsync("Escape");
        await visit.Expect($"[data-row='{Target}'] th a:focus").ToBeVisibleAsync();

        // A dialog: opened, closed without an answer, the focus where it was.
        await visit[$"[data-row='{Target}'] .menu-button"].FocusAsync();
        await keyboard.PressAsync("Enter");
        await visit.Expect($"[data-row='{Target}'] [role=menuitem]:focus").ToHaveTextAsync("Synchronise now");
        await keyboard.PressAsync("End");
        await visit.Expect($"[data-row='{Target}'] [role=menuitem]:focus").ToHaveTextAsync("Remove");
        await keyboard.PressAsync("Enter");
        await visit.Expect("dialog[open] h1").ToContainTextAsync(Target);
        await visit.IsAccessibleAsync();
        await keyboard.PressAsync("Escape");
        await visit.Expect($"[data-row='{Target}'] .menu-button:focus").ToBeVisibleAsync();

        // Several at once: tick and act.
        await visit[$"[data-row='{Target}'] [type=checkbox]"].FocusAsync();
        await keyboard.PressAsync("Space");
        await visit["[formaction$='bulk/disable']"].FocusAsync();
        await keyboard.PressAsync("Enter");
        await visit.Expect("#note").ToContainTextAsync($"{Target} is disabled");
        Assert.False((await source.AskAsync(new ShowTargetCore(Target))).Target.IsEnabled);
    }

    [Fact]
    public async Task A_page_follows_what_happens_elsewhere()
    {
        await using var visit = await chromium.VisitAsync(source.Url);
        await visit.SignInAsync();
        await visit.GoAsync("targets");
        await visit.Expect("[data-pill]").ToHaveTextAsync("Live");

        await source.AskAsync(new EnableTargetCore(Target, false));

        await visit.Expect($"[data-row='{Target}']").ToContainTextAsync("Disabled");
    }

    [Fact]
    public async Task Theme_and_language_are_kept_and_the_words_of_the_original_stand_in_the_menu()
    {
        await using var visit = await chromium.VisitAsync(source.Url);
        await visit.SignInAsync();
        await visit["[name=language][value=fr]"].ClickAsync();
        await visit["[name=theme][value=dark]"].ClickAsync();
        await visit.GoAsync($"targets/{Evil}");

        Assert.Equal("dark", await visit["html"].GetAttributeAsync("data-theme"));
        Assert.Equal("fr", await visit["html"].GetAttributeAsync("lang"));
        var verbs = await visit["[role=menuitem]"].AllTextContentsAsync();
        Assert.Equal(["Synchroniser maintenant", "Tester la connexion", "Activer", "Faire confiance à ce serveur principal cible", "Modifier", "Supprimer"], verbs.Select(verb => verb.Trim()));
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await target.DisposeAsync();
        await evil.DisposeAsync();
    }
}
