using CoreSync.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Trust;

namespace CoreSync.WebConsole.Tests;

/// <summary>The whole life of a target core through the console, between two processes of the service: added, refused, trusted, synchronised, changed, trusted again, let go.</summary>
[Collection(nameof(Chromium))]
public sealed class LifeOfATargetTests(Chromium chromium)
{
    private const string Target = "target.example.net";

    [Theory]
    [InlineData("fr", false, "Non – refusé", "Elle ne correspond pas", "Elle correspond", "À jour", "Non – certificat modifié", "Nouvelle clé", "Non – confiance supprimée", "Aucun serveur principal cible")]
    [InlineData("en", true, "No – declined", "It does not match", "It matches", "Up to date", "No – certificate changed", "New key", "No – trust removed", "No target cores yet")]
    public async Task A_target_lives_through_its_whole_life(
        string language, bool isDark, string declined, string differs, string matches, string upToDate, string changed, string newKey, string removed, string none)
    {
        await using var source = await ConsoleCore.StartServiceAsync("source.example.net");
        await using var target = await ConsoleCore.StartServiceAsync(Target);
        await source.PutAsync("queries", "Query", """{"limit":1}""");
        await using var visit = await chromium.VisitAsync(source.Url, language, isDark);
        await visit.SignInAsync();

        // Add: switched off until the last step.
        await visit.GoAsync("targets");
        await visit.Expect(".empty h2").ToHaveTextAsync(none);
        await visit.IsAccessibleAsync();
        await visit[".empty a"].ClickAsync();
        await visit["[name=address]"].FillAsync($"{Target}:{target.Address.Port}");
        await visit["details summary"].ClickAsync();
        await visit["[name=dial]"].FillAsync(target.Address.ToString());
        await visit.IsAccessibleAsync();
        await visit[".answer .main"].ClickAsync();
        await visit.Expect(".steps .bad").ToBeVisibleAsync();
        Assert.False((await source.AskAsync(new ShowTargetCore(Target))).Target.IsEnabled);

        // Refuse.
        await visit["#setup a[data-dialog]"].ClickAsync();
        await visit.Expect("dialog[open] .fingerprint").ToBeVisibleAsync();
        await visit.IsAccessibleAsync();
        await visit.ShowAsync("review-" + language);
        await visit["dialog[open] button[formaction$=decline]"].ClickAsync();
        await visit.Expect(".tile .status").ToContainTextAsync(declined);
        Assert.Equal(TrustState.Declined, (await source.AskAsync(new ShowTrust(Target))).Record.State);

        // Trust: only what matches opens the answer.
        await visit[".tile a[data-dialog][href$=review]"].ClickAsync();
        await visit.Expect("dialog[open] [data-yes]").ToBeDisabledAsync();
        await visit["dialog[open] [name=pasted]"].FillAsync(await source.FingerprintAsync());
        await visit.Expect("dialog[open] [data-verdict]").ToContainTextAsync(differs);
        await visit.Expect("dialog[open] [data-yes]").ToBeDisabledAsync();
        await visit["dialog[open] [name=pasted]"].FillAsync((await target.FingerprintAsync()).Replace(":", " ", StringComparison.Ordinal).ToLowerInvariant());
        await visit.Expect("dialog[open] [data-verdict]").ToContainTextAsync(matches);
        await visit.IsAccessibleAsync();
        await visit["dialog[open] [data-yes]"].ClickAsync();
        await visit.Expect(".tile .status.good").ToBeVisibleAsync();

        // Account, plan, first synchronisation.
        await visit.GoAsync($"targets/{Target}/setup?test=1");
        await visit["[name=user]"].FillAsync(ConsoleCore.UserOf(Rights.Edit));
        await visit["[name=password]"].FillAsync(ConsoleCore.Password);
        await visit.IsAccessibleAsync();
        await visit["form[action$=account] .main"].ClickAsync();
        await visit.Expect("form[action$=finish]").ToBeVisibleAsync();
        await visit.IsAccessibleAsync();
        await visit["form[action$=finish] .main"].ClickAsync();
        await visit.Expect("#target-facts").ToContainTextAsync(upToDate);
        await visit.IsAccessibleAsync();
        await visit.ShowAsync("target-" + language);

        // Another certificate: red until a person decides.
        await target.AskAsync(new RenewIdentity());
        await target.PresentsItsCertificateAsync();
        await visit["form[action$=sync] button"].ClickAsync();
        await visit.Expect(".tile .status.bad").ToContainTextAsync(changed);
        await visit.Expect("#notices .bad a").ToBeVisibleAsync();
        await visit.IsAccessibleAsync();
        await visit["#notices .bad a"].ClickAsync();
        await visit.Expect(".certificate.two .differs").ToBeVisibleAsync();
        await visit.Expect("#review").ToContainTextAsync(newKey);
        await visit.ShowAsync("changed-" + language);
        await visit["details.other summary"].ClickAsync();
        await visit["[name=other]"].CheckAsync();
        await visit.Expect("[data-yes]").ToBeDisabledAsync();
        await visit["[name=reason]"].FillAsync("by telephone");
        await visit.IsAccessibleAsync();
        await visit["[data-yes]"].ClickAsync();
        await visit.Expect(".tile .status.good").ToBeVisibleAsync();
        Assert.Contains(await source.AskAsync(new ReadTrustHistory(Target, Verify: true)), entry => entry.Reason == "by telephone" && entry.By == "consoleadministrator" && entry.Origin == "127.0.0.1");

        // Let go.
        await visit[".tile a[data-dialog][href$=remove-trust]"].ClickAsync();
        await visit.IsAccessibleAsync();
        await visit["dialog[open] .danger"].ClickAsync();
        await visit.Expect(".tile .status").ToContainTextAsync(removed);
        await visit[".menu-button"].ClickAsync();
        await visit["[role=menuitem][href$=remove]"].ClickAsync();
        await visit["dialog[open] .danger"].ClickAsync();
        await visit.Expect(".empty h2").ToHaveTextAsync(none);
        Assert.Empty(await source.AskAsync(new ListTargetCores()));
    }
}
