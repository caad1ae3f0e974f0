using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Jobs;
using CoreSync.Application.Verification;

namespace CoreSync.WebConsole.Tests;

/// <summary>What an administrator does in a browser about accounts, groups of the directory and detached items; what came of it is asked of the core, not of the page.</summary>
[Collection(nameof(Chromium))]
public sealed class AccessPagesTests(Chromium chromium, AdministeredCores cores) : IClassFixture<AdministeredCores>
{
    private const string Target = AdministeredCores.Target;

    [Fact]
    public async Task Rights_and_components_of_an_account_are_changed()
    {
        await using var visit = await VisitAsync("settings/accounts");
        await OpenMenuAsync(visit, "view");
        await visit["[data-row='view'] a[href*='accounts/rights']"].ClickAsync();

        await visit["[name=rights][value=edit]"].CheckAsync();
        await visit["[name=component][value=scripts]"].CheckAsync();
        await visit["[name=component][value=queries]"].CheckAsync();
        await visit["main .answer .main"].ClickAsync();

        await visit.Expect("#note").ToContainTextAsync("The rights of view were changed");
        await visit.Expect("[data-row='view']").ToContainTextAsync("queries, scripts");
        var account = await AccountAsync("view");
        Assert.Equal(Rights.Edit, account.Rights);
        Assert.Equal(["queries", "scripts"], account.Components.Select(one => one.Value));
    }

    [Fact]
    public async Task An_account_is_disabled_after_a_question_and_enabled_again()
    {
        await using var visit = await VisitAsync("settings/accounts");
        await OpenMenuAsync(visit, "trust");
        await visit["[data-row='trust'] a[href*='accounts/disable']"].ClickAsync();
        await visit.Expect("dialog[open] h1").ToContainTextAsync("Disable the account trust?");
        await visit.IsAccessibleAsync();
        await visit["dialog[open] .danger"].ClickAsync();

        await visit.Expect("[data-row='trust']").ToContainTextAsync("Disabled");
        Assert.False((await AccountAsync("trust")).IsEnabled);

        await OpenMenuAsync(visit, "trust");
        await visit["[data-row='trust'] [formaction*='accounts/enable']"].ClickAsync();
        await visit.Expect("#note").ToContainTextAsync("The account trust is enabled");
        Assert.True((await AccountAsync("trust")).IsEnabled);
    }

    [Fact]
    public async Task The_account_in_use_has_a_password_to_change_and_nothing_to_take_away()
    {
        await using var visit = await VisitAsync("settings/accounts");
        var own = ConsoleCore.UserOf(Rights.ConsoleAdministrator);

        Assert.Equal(["Change the password"], (await visit[$"[data-row='{own}'] [role=menuitem]"].AllTextContentsAsync()).Select(text => text.Trim()));
    }

    [Fact]
    public async Task A_group_of_the_directory_is_added_with_rights_and_removed_after_a_question()
    {
        const string group = "cn=Operators,ou=Groups,dc=example,dc=net";
        await using var visit = await VisitAsync("settings/directory");
        await visit["a[href$='directory/add']"].ClickAsync();
        await visit.Page.FillAsync("[name=name]", "Operators");
        await visit["main .answer .main"].ClickAsync();
        await visit.Expect("#refused").ToContainTextAsync("account.group-invalid");
        await visit.IsAccessibleAsync();

        await visit.Page.FillAsync("[name=name]", group);
        await visit["[name=rights][value=trust]"].CheckAsync();
        await visit["[name=component][value=reports]"].CheckAsync();
        await visit["main .answer .main"].ClickAsync();
        await visit.Expect("#note").ToContainTextAsync(group);
        var added = Assert.Single(await cores.Source.AskAsync(new ListDirectoryGroups()), one => one.Name.Text == group);
        Assert.Equal((Rights.Trust, "reports"), (added.Rights, Assert.Single(added.Components).Value));

        await OpenMenuAsync(visit, group);
        await visit[$"[data-row='{group}'] a[href*='directory/remove']"].ClickAsync();
        await visit["dialog[open] .danger"].ClickAsync();
        await visit.Expect("#note").ToContainTextAsync("were taken away");
        Assert.DoesNotContain(await cores.Source.AskAsync(new ListDirectoryGroups()), one => one.Name.Text == group);
    }

    [Fact]
    public async Task A_directory_that_is_tested_says_where_a_sign_in_ends()
    {
        await using var visit = await VisitAsync("settings/directory");
        await visit.Page.FillAsync("[name=user]", "alice");
        await visit["form[action$='directory/test'] button"].ClickAsync();

        await visit.Expect("main .steps").ToContainTextAsync("account.directory-invalid");
        await visit.IsAccessibleAsync();
    }

    [Fact]
    public async Task Without_a_directory_the_page_says_how_to_connect_one()
    {
        await using var visit = await chromium.VisitAsync(cores.Other.Url);
        await visit.SignInAsync();
        await visit.GoAsync("settings/directory");

        await visit.Expect("main").ToContainTextAsync("No directory is configured");
        Assert.Equal(0, await visit["a[href$='directory/add']"].CountAsync());
    }

    [Fact]
    public async Task A_detached_item_is_attached_again_and_the_next_job_brings_it()
    {
        var item = await cores.Source.PutAsync("queries", "Come back", """{"version":1}""");
        await cores.Source.AskAsync(new SyncNow([Target], Wait: true));
        await cores.Source.AskAsync(new DetachItems(Target, [item.Id.ToString()]));
        await cores.Source.PutAsync("queries", "Come back", """{"version":2}""");
        await cores.Source.AskAsync(new SyncNow([Target], Wait: true));
        Assert.Equal("""{"version":1}""", await ThereAsync());

        await using var visit = await VisitAsync($"drift/{Target}");
        await visit["a[href$='/detached']"].ClickAsync();
        await visit[$"[data-row='{item.Id}'] [type=checkbox]"].CheckAsync();
        await visit["[data-bulk] .main"].ClickAsync();

        await visit.Expect("#note").ToContainTextAsync("Attached again: 1");
        Assert.DoesNotContain(await cores.Source.AskAsync(new ListDetachedItems(Target)), one => one.Id == item.Id);
        await cores.Source.AskAsync(new SyncNow([Target], Wait: true));
        Assert.Equal("""{"version":2}""", await ThereAsync());

        async Task<string> ThereAsync() => System.Text.Encoding.UTF8.GetString((await cores.Other.AskAsync(new Application.Items.ShowItem(item.Id.ToString()))).Document!.Value.Span);
    }

    private static async Task OpenMenuAsync(Visit visit, string row)
    {
        await visit[$"[data-row='{row}'] .menu-button"].ClickAsync();
        await visit.Expect($"[data-row='{row}'] [role=menu]:popover-open").ToBeVisibleAsync();
    }

    private async Task<Visit> VisitAsync(string page)
    {
        var visit = await chromium.VisitAsync(cores.Source.Url);
        await visit.SignInAsync();
        await visit.GoAsync(page);
        return visit;
    }

    private async Task<Account> AccountAsync(string name) => (await cores.Source.AskAsync(new ListAccounts())).Single(account => account.Name == name);
}
