using System.Net;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Settings;
using CoreSync.Application.Verification;
using CoreSync.Conflicts;
using CoreSync.Items;
using CoreSync.Settings;

namespace CoreSync.WebConsole.Tests;

/// <summary>Settings, accounts, this server, components, items, conflicts and drift, as people use them without scripts.</summary>
public sealed class AdministrationTests(AdministeredCores cores) : IClassFixture<AdministeredCores>
{
    private const string Interval = "sync.interval-seconds";

    [Fact]
    public async Task Wrong_settings_are_told_at_their_fields_and_none_is_stored()
    {
        using var client = await SignedInAsync(Rights.ConsoleAdministrator);

        var answer = await client.SubmitAsync("settings", (Interval, "0"), ("was:" + Interval, "120"), ("sync.retries", "7"), ("was:sync.retries", "5"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("id=\"e-f-sync-interval-seconds\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"7\"", page, StringComparison.Ordinal);
        Assert.All(await SettingsAsync(), view => Assert.True(view.Setting != Setting.SyncRetries || view.IsDefault));
    }

    [Fact]
    public async Task A_setting_is_saved_and_those_that_were_not_touched_stay()
    {
        using var client = await SignedInAsync(Rights.ConsoleAdministrator);
        await cores.Source.AskAsync(new SetSetting("jobs.retention-days", "33"));

        // Somebody else changed the retention after this form was opened.
        var answer = await client.SubmitAsync("settings", (Interval, "300"), ("was:" + Interval, "120"), ("jobs.retention-days", "90"), ("was:jobs.retention-days", "90"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("300", (await cores.Source.AskAsync(new GetSetting(Interval))).Value);
        Assert.Equal("33", (await cores.Source.AskAsync(new GetSetting("jobs.retention-days"))).Value);
    }

    [Fact]
    public async Task No_browser_names_a_file_of_the_server()
    {
        using var client = await SignedInAsync(Rights.ConsoleAdministrator);

        await client.SubmitAsync("settings", ("trust.roots-file", "/etc/passwd"), ("was:trust.roots-file", ""));

        Assert.Equal("", (await cores.Source.AskAsync(new GetSetting("trust.roots-file"))).Value);
    }

    [Theory]
    [InlineData("settings")]
    [InlineData("settings/accounts/add")]
    [InlineData("settings/accounts/rights?name=view")]
    [InlineData("settings/accounts/disable?name=view")]
    [InlineData("settings/directory/add")]
    [InlineData("settings/credentials")]
    [InlineData("this-server/announce")]
    [InlineData("components/queries/policies")]
    public async Task What_administers_a_core_is_refused_to_who_may_only_edit(string path)
    {
        using var client = await SignedInAsync(Rights.Edit);
        var accounts = await cores.Source.AskAsync(new ListAccounts());

        var answer = await client.SubmitAsync(path, (Interval, "777"), ("was:" + Interval, "1"), ("name", "intruder"), ("password", ConsoleCore.Password), ("user", "intruder"), ("on-delete", "delete"), ("rights", "consoleAdministrator"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.NotEqual("777", (await cores.Source.AskAsync(new GetSetting(Interval))).Value);
        Assert.Equal(accounts.Select(one => (one.Name, one.Stamp)), (await cores.Source.AskAsync(new ListAccounts())).Select(one => (one.Name, one.Stamp)));
        Assert.Single(await cores.Source.AskAsync(new ListDirectoryGroups()));
        Assert.DoesNotContain(await cores.Source.AskAsync(new ListCredentials()), entry => entry.User == "intruder");
        Assert.Null((await cores.Source.AskAsync(new ShowIdentity())).Next);
        Assert.All(await cores.Source.AskAsync(new ListComponents()), one => Assert.NotEqual(DeletePolicy.Delete, one.Component.OnDelete));
    }

    [Fact]
    public async Task An_account_is_added_and_its_password_never_comes_back()
    {
        const string secret = "a password that nobody shows";
        using var client = await SignedInAsync(Rights.ConsoleAdministrator);

        var refused = await client.SubmitAsync("settings/accounts/add", ("name", "with:colon"), ("rights", "view"), ("password", secret));
        var added = await client.SubmitAsync("settings/accounts/add", ("name", AdministeredCores.Markup.Replace(':', ' ')), ("rights", "edit"), ("component", "queries"), ("password", secret));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.DoesNotContain(secret, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, added.StatusCode);
        var page = await client.PageAsync("settings/accounts");
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, page, StringComparison.Ordinal);
        Assert.Contains(await cores.Source.AskAsync(new ListAccounts()), account => account.Components.Any(one => one.Value == "queries") && account.Rights == Rights.Edit);
    }

    [Theory]
    [InlineData("remove")]
    [InlineData("disable")]
    [InlineData("rights")]
    public async Task Nobody_takes_away_the_account_in_use_in_any_spelling(string verb)
    {
        using var client = await SignedInAsync(Rights.ConsoleAdministrator);
        var own = ConsoleCore.UserOf(Rights.ConsoleAdministrator);
        var before = (await cores.Source.AskAsync(new ListAccounts())).Single(account => account.Name == own);

        foreach (var name in new[] { own, own.ToUpperInvariant() })
        {
            var answer = await client.SubmitAsync($"settings/accounts/{verb}?name={name}", ("rights", "view"));
            var told = answer.Headers.Location is { } next ? await client.PageAsync("settings/accounts" + next.OriginalString[next.OriginalString.IndexOf('?', StringComparison.Ordinal)..]) : await answer.Content.ReadAsStringAsync();
            Assert.Contains("account.own", told, StringComparison.Ordinal);
        }

        var after = (await cores.Source.AskAsync(new ListAccounts())).Single(account => account.Name == own);
        Assert.Equal((before.Rights, before.IsEnabled, before.Stamp), (after.Rights, after.IsEnabled, after.Stamp));
    }

    [Fact]
    public async Task A_form_that_chooses_no_rights_changes_none_and_a_component_that_is_gone_stays_chosen()
    {
        using var client = await SignedInAsync(Rights.ConsoleAdministrator);
        await cores.Source.AskAsync(new AddAccount("of a component that is gone", Rights.Edit, ["bygone"], ConsoleCore.Password));
        const string rights = "settings/accounts/rights?name=of a component that is gone";

        Assert.Matches("value=\"bygone\" checked", await client.PageAsync(rights));
        await client.SubmitAsync(rights);

        var after = (await cores.Source.AskAsync(new ListAccounts())).Single(account => account.Name == "of a component that is gone");
        Assert.Equal((Rights.Edit, "bygone"), (after.Rights, Assert.Single(after.Components).Value));
    }

    [Fact]
    public async Task Items_are_attached_again_by_who_may_write_their_component_only()
    {
        const string name = "writer of scripts";
        await cores.Source.AskAsync(new AddAccount(name, Rights.Edit, ["scripts"], ConsoleCore.Password));
        using var client = cores.Source.Client();
        await client.PostAsync("sign-in", ("name", name), ("password", ConsoleCore.Password));

        await client.SubmitAsync($"drift/{AdministeredCores.Target}/attach", ("item", cores.Detached));

        Assert.Contains(await cores.Source.AskAsync(new ListDetachedItems(AdministeredCores.Target)), item => item.Id.ToString() == cores.Detached);
    }

    [Fact]
    public async Task This_server_shows_what_the_other_side_compares_and_announces_its_next_certificate()
    {
        using var client = await SignedInAsync(Rights.ConsoleAdministrator);

        Assert.Contains(await cores.Source.FingerprintAsync(), await client.PageAsync("this-server"), StringComparison.Ordinal);
        await client.SubmitAsync("this-server/announce");
        var next = (await cores.Source.AskAsync(new ShowIdentity())).Next;
        Assert.NotNull(next);
        Assert.Contains(next.Fingerprint.ToString(), await client.PageAsync("this-server"), StringComparison.Ordinal);
        await client.SubmitAsync("this-server/withdraw");
        Assert.Null((await cores.Source.AskAsync(new ShowIdentity())).Next);
    }

    [Fact]
    public async Task Policies_of_a_component_are_saved()
    {
        using var client = await SignedInAsync(Rights.ConsoleAdministrator);

        var answer = await client.SubmitAsync("components/reports/policies", ("on-delete", "retire"), ("on-clash", "keep"), ("on-edited", "ask"), ("approve", "on"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var component = (await cores.Source.AskAsync(new ListComponents())).Single(one => one.Component.Name.Value == "reports").Component;
        Assert.Equal((DeletePolicy.Retire, ClashPolicy.Keep, EditedPolicy.Ask, true), (component.OnDelete, component.OnClash, component.OnEdited, component.NeedsApproval));
    }

    [Fact]
    public async Task An_item_shows_who_needs_it_and_goes_back_to_a_previous_version()
    {
        using var client = await SignedInAsync(Rights.Edit);

        Assert.Contains("Board", await client.PageAsync("items/" + cores.Needed), StringComparison.Ordinal);
        Assert.Contains("Board", await client.PageAsync($"items/{cores.Needed}/delete"), StringComparison.Ordinal);
        await client.SubmitAsync($"items/{cores.Needed}/roll-back", ("to", "1"));

        var shown = await cores.Source.AskAsync(new ShowItem(cores.Needed));
        Assert.Equal("""{"level":1}""", System.Text.Encoding.UTF8.GetString(shown.Document!.Value.Span));
    }

    [Fact]
    public async Task An_item_is_flagged_released_and_deleted()
    {
        var id = (await cores.Source.PutAsync("reports", "Passing", "{}")).Id.ToString();
        using var client = await SignedInAsync(Rights.Edit);

        await client.SubmitAsync("items/bulk/release", ("item", id));
        Assert.False((await cores.Source.AskAsync(new ShowItem(id))).Item.AutoSync);
        await client.SubmitAsync($"items/{id}/flag");
        Assert.True((await cores.Source.AskAsync(new ShowItem(id))).Item.AutoSync);
        await client.SubmitAsync($"items/{id}/delete");
        Assert.True((await cores.Source.AskAsync(new ShowItem(id))).Item.IsDeleted);
    }

    [Fact]
    public async Task A_conflict_shows_both_sides_and_is_decided_by_a_person()
    {
        using var client = new ConsoleClient(cores.Other.Url);
        await client.SignInAsync(Rights.Edit);

        var page = await client.PageAsync("conflicts/" + cores.Clash);
        Assert.Contains("$.theirs", page, StringComparison.Ordinal);
        Assert.Contains("$.mine", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        await client.SubmitAsync($"conflicts/{cores.Clash}/resolve");
        Assert.True((await cores.Other.AskAsync(new ShowConflict(cores.Clash))).Conflict.IsWaiting);
        await client.SubmitAsync($"conflicts/{cores.Clash}/resolve", ("keep", "both"));
        Assert.Equal(ConflictDecision.Both, (await cores.Other.AskAsync(new ShowConflict(cores.Clash))).Conflict.Decision);
    }

    [Fact]
    public async Task What_waits_for_an_approval_is_accepted()
    {
        using var client = new ConsoleClient(cores.Other.Url);
        await client.SignInAsync(Rights.Edit);

        Assert.Contains(cores.Held, await client.PageAsync("conflicts/approvals"), StringComparison.Ordinal);
        await client.SubmitAsync("conflicts/approvals/accept", ("item", cores.Held));

        Assert.False((await cores.Other.AskAsync(new ShowItem(cores.Held))).Item.IsDeleted);
    }

    [Fact]
    public async Task A_comparison_is_made_on_demand_and_says_how_old_it_is()
    {
        using var client = await SignedInAsync(Rights.Edit);

        Assert.Contains("Not compared yet", await client.PageAsync("drift"), StringComparison.Ordinal);
        var answer = await client.SubmitAsync("drift/compare", ("core", AdministeredCores.Target));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var page = await client.PageAsync("drift/" + AdministeredCores.Target);
        Assert.Contains("compared now", page, StringComparison.Ordinal);
        Assert.Contains("by edit", page, StringComparison.Ordinal);
    }

    private async Task<ConsoleClient> SignedInAsync(Rights rights)
    {
        var client = cores.Source.Client();
        await client.SignInAsync(rights);
        return client;
    }

    private Task<IReadOnlyList<SettingView>> SettingsAsync() => cores.Source.AskAsync(new ListSettings());
}
