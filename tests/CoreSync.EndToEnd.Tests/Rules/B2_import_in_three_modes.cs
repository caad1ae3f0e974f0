using CoreSync.Application.Bundles;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Items;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class B2_import_in_three_modes : IDisposable
{
    private readonly TempDirectory temp = new();

    [Fact]
    public async Task Update_keeps_ids_groups_and_flags_and_overwrites_what_is_older()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        var query = await cores.Source.AskAsync(new PutItem("queries", "Laptops", """{"q":1}"""u8.ToArray(), Group: "sites/emea", AutoSync: true));
        var plain = await cores.Source.PutAsync("queries", "Plain", "one", autoSync: false);
        await cores.CarryAsync(ImportMode.Update);
        await cores.Source.PutAsync("queries", "Laptops", """{"q":2}""", id: query.Id.ToString());
        await cores.Source.PutAsync("queries", "Plain", "two", autoSync: false, id: plain.Id.ToString());

        var done = await cores.CarryAsync(ImportMode.Update);

        var here = await cores.Target.FindAsync(query);
        Assert.Equal(("sites/emea", true, 2L), (here!.Group, here.AutoSync, here.Revision.Value));
        Assert.Equal("""{"q":2}""", await cores.Target.TextAsync(query));
        Assert.Equal("two", await cores.Target.TextAsync(plain));
        Assert.Equal((2L, 0L), (done.Applied, done.Rejected));
        Assert.True((await cores.Target.SendAsync(new DeleteItem(query.Id.ToString()))).HasError<ItemReadOnlyError>());
        Assert.True((await cores.Target.SendAsync(new DeleteItem(plain.Id.ToString()))).IsSuccess);
    }

    [Fact]
    public async Task Update_brings_deletes_and_releases_of_whole_components()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Target.AskAsync(new SetComponentPolicy("queries", DeletePolicy.Delete, null));
        var gone = await cores.Source.PutAsync("queries", "Gone", "one");
        var released = await cores.Source.PutAsync("queries", "Released", "one");
        await cores.CarryAsync(ImportMode.Update);
        await cores.Source.AskAsync(new DeleteItem(gone.Id.ToString()));
        await cores.Source.AskAsync(new SetAutoSync([released.Id.ToString()], On: false));

        await cores.CarryAsync(ImportMode.Update);

        Assert.True((await cores.Target.FindAsync(gone))!.IsDeleted);
        Assert.False((await cores.Target.FindAsync(released))!.AutoSync);
    }

    [Fact]
    public async Task Insert_makes_new_items_in_the_chosen_group_and_leads_references_to_them()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        var query = await cores.Source.AskAsync(new PutItem("queries", "Laptops", "q"u8.ToArray(), Group: "theirs", AutoSync: true));
        var report = await cores.Source.PutAsync("queries", "Report", "r", references: [query]);

        var done = await cores.CarryAsync(ImportMode.Insert, group: "ours", owner: "mary");

        Assert.Equal(2, done.Applied);
        var items = await cores.Target.ListAsync("queries");
        Assert.Equal(["Laptops", "Report"], items.Select(item => item.Name));
        Assert.All(items, item => Assert.Equal(("ours", "mary", false, 1L), (item.Group, item.Owner, item.AutoSync, item.Revision.Value)));
        Assert.DoesNotContain(items, item => item.Id == query.Id || item.Id == report.Id);
        Assert.Equal(items[0].Id, Assert.Single(items[1].References));
        Assert.True((await cores.Target.SendAsync(new DeleteItem(items[1].Id.ToString()))).IsSuccess);
    }

    [Fact]
    public async Task Insert_as_in_the_file_keeps_groups_and_owners_and_a_second_time_makes_more_items()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Source.AskAsync(new PutItem("queries", "Laptops", "q"u8.ToArray(), Group: "theirs"));
        var file = await cores.ExportAsync();

        await cores.ImportAsync(file, ImportMode.InsertAsFile);
        await cores.ImportAsync(file, ImportMode.InsertAsFile);

        var items = await cores.Target.ListAsync("queries");
        Assert.Equal(2, items.Select(item => item.Id).Distinct().Count());
        Assert.All(items, item => Assert.Equal("theirs", item.Group));
    }

    [Fact]
    public async Task A_plan_tells_what_would_happen_with_each_item_and_writes_nothing()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        var known = await cores.Source.PutAsync("queries", "Known", "one");
        var changed = await cores.Source.PutAsync("queries", "Changed", "one");
        await cores.CarryAsync(ImportMode.Update);
        await cores.Source.PutAsync("queries", "Changed", "three", id: changed.Id.ToString());
        var fresh = await cores.Source.PutAsync("queries", "Fresh", "12345");
        var file = await cores.ExportAsync();

        var plan = await cores.Target.AskAsync(new ImportBundle(file, ImportMode.Update, PlanOnly: true));

        Assert.True(plan.IsPlan);
        Assert.Equal(
            [(known.Id, ImportAction.Skip), (changed.Id, ImportAction.Update), (fresh.Id, ImportAction.Create)],
            plan.Items.OrderBy(item => item.Name == "Known" ? 0 : item.Name == "Changed" ? 1 : 2).Select(item => (item.Item, item.Action)));
        Assert.Equal(10, plan.Bytes);
        Assert.Null(await cores.Target.FindAsync(fresh));
        Assert.Equal("one", await cores.Target.TextAsync(changed));
    }

    public static MatrixTheoryData<ImportMode, ClashPolicy> ModesAndPolicies => new(Enum.GetValues<ImportMode>(), Enum.GetValues<ClashPolicy>());

    [Theory]
    [MemberData(nameof(ModesAndPolicies))]
    public async Task A_plan_shows_names_that_clash_in_every_mode_and_the_import_does_just_that(ImportMode mode, ClashPolicy policy)
    {
        var (action, code, name) = policy switch
        {
            ClashPolicy.Suffix => (ImportAction.Create, "", "Laptops %1"),
            ClashPolicy.Replace => (ImportAction.Create, "", ""),
            ClashPolicy.Keep => (ImportAction.Reject, "item.name-taken", ""),
            _ => (ImportAction.Conflict, "item.name-clash", ""),
        };
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Target.AskAsync(new SetComponentPolicy("queries", null, policy));
        var group = mode == ImportMode.Insert ? "ours" : null;
        var own = await cores.Target.AskAsync(new PutItem("queries", "Laptops", "mine"u8.ToArray(), Group: group));
        var query = await cores.Source.PutAsync("queries", "Laptops", "theirs");
        await cores.Source.PutAsync("tasks", "Needs it", "2", references: query);
        var file = await cores.ExportAsync();

        var plan = await cores.Target.AskAsync(new ImportBundle(file, mode, group, PlanOnly: true));

        var planned = plan.Items.Single(item => item.Name == "Laptops");
        Assert.Equal((action, code, name), (planned.Action, planned.Code, planned.NewName));
        Assert.Equal(policy == ClashPolicy.Replace ? own.Id : null, planned.Replaces);
        Assert.Equal(action, plan.Items.Single(item => item.Name == "Needs it").Action);
        Assert.Equal("Laptops", Assert.Single(await cores.Target.ListAsync("queries")).Name);
        Assert.Empty(await cores.Target.ListAsync("tasks"));
        Assert.Empty(await cores.Target.AskAsync(new ListConflicts()));

        var done = await cores.ImportAsync(file, mode, group);

        Assert.Equal((plan.Applied, plan.Rejected, plan.Conflicts), (done.Applied, done.Rejected, done.Conflicts));
        Assert.Equal(policy == ClashPolicy.Suffix, (await cores.Target.ListAsync("queries")).Any(item => item.Name == "Laptops %1"));
        Assert.Equal(policy != ClashPolicy.Replace, await cores.Target.FindAsync(own) is { IsDeleted: false });
    }

    [Fact]
    public async Task A_plan_shows_what_would_wait_what_was_edited_and_what_would_be_deleted()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        var edited = await cores.Source.PutAsync("queries", "Edited", "1", autoSync: false);
        var deleted = await cores.Source.PutAsync("reports", "Deleted", "1");
        var kept = await cores.Source.PutAsync("scripts", "Kept", "1");
        await cores.CarryAsync(ImportMode.Update);
        await cores.Target.AskAsync(new SetComponentPolicy("queries", null, null, EditedPolicy.Ask));
        await cores.Target.AskAsync(new SetComponentPolicy("reports", DeletePolicy.Delete, null));
        await cores.Target.AskAsync(new SetComponentPolicy("tasks", null, null, NeedsApproval: true));
        await cores.Target.PutAsync("queries", "Edited", "here", autoSync: null, id: edited.Id.ToString());
        await cores.Source.PutAsync("queries", "Edited", "2", autoSync: false, id: edited.Id.ToString());
        await cores.Source.AskAsync(new DeleteItem(deleted.Id.ToString()));
        await cores.Source.AskAsync(new DeleteItem(kept.Id.ToString()));
        var task = await cores.Source.PutAsync("tasks", "Waits", "1");
        var file = await cores.ExportAsync();

        var plan = await cores.Target.AskAsync(new ImportBundle(file, ImportMode.Update, PlanOnly: true));

        Assert.Equal(
            [("Deleted", ImportAction.Delete, ""), ("Edited", ImportAction.Conflict, "item.changed-here"), ("Kept", ImportAction.Release, ""), ("Waits", ImportAction.Conflict, "item.awaiting-approval")],
            plan.Items.Select(item => (item.Name, item.Action, item.Code)).OrderBy(item => item.Name, StringComparer.Ordinal));
        Assert.Equal("here", await cores.Target.TextAsync(edited));
        Assert.False((await cores.Target.FindAsync(deleted))!.IsDeleted);

        var done = await cores.ImportAsync(file);

        Assert.Equal((2L, 2L), (done.Applied, done.Conflicts));
        Assert.True((await cores.Target.FindAsync(deleted))!.IsDeleted);
        Assert.Null(await cores.Target.FindAsync(task));
    }

    [Fact]
    public async Task A_plan_counts_what_was_released_once_and_as_what_becomes_of_it()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        var released = await cores.Source.PutAsync("queries", "Released", "1");
        await cores.Source.AskAsync(new SetAutoSync([released.Id.ToString()], On: false));
        var file = await cores.ExportAsync();

        var plan = await cores.Target.AskAsync(new ImportBundle(file, ImportMode.Update, PlanOnly: true));
        var done = await cores.ImportAsync(file);

        Assert.Equal((released.Id, ImportAction.Create), (Assert.Single(plan.Items).Item, Assert.Single(plan.Items).Action));
        Assert.Equal((1L, 1L), (plan.Applied, done.Applied));
        Assert.Equal(ImportAction.Skip, Assert.Single((await cores.Target.AskAsync(new ImportBundle(file, ImportMode.Update, PlanOnly: true))).Items).Action);
    }

    [Fact]
    public async Task A_name_that_an_import_gave_to_a_new_item_is_its_name_everywhere()
    {
        await using var pair = await CorePair.CreateAsync();
        await pair.Source.PutAsync("queries", "Laptops", "mine", autoSync: false);
        var file = temp.At("own.coresync");
        await pair.Source.AskAsync(new ExportBundle(file, ["queries"], []));
        await pair.Source.AskAsync(new ImportBundle(file, ImportMode.InsertAsFile));
        var made = Assert.Single(await pair.Source.ListAsync("queries"), item => item.Name == "Laptops %1");

        await pair.Source.AskAsync(new SetAutoSync([made.Id.ToString()], On: true));
        await pair.Source.SyncedAsync();

        Assert.Equal("Laptops %1", (await pair.Target.FindAsync(made))!.Name);
    }

    [Fact]
    public async Task An_unknown_signer_is_refused_with_its_fingerprint_and_one_that_was_given_is_remembered_until_it_is_forgotten()
    {
        await using var cores = await CarriedPair.CreateAsync(temp, introduce: false);
        var query = await cores.Source.PutAsync("queries", "Laptops", "q");
        var file = await cores.ExportAsync();
        var fingerprint = await cores.Source.FingerprintAsync();

        var unknown = await cores.Target.SendAsync(new ImportBundle(file, ImportMode.Update));
        var other = await cores.Target.SendAsync(new ImportBundle(file, ImportMode.Update, Fingerprint: await cores.Target.FingerprintAsync()));

        Assert.Equal(fingerprint, Assert.Single(unknown.Errors.OfType<BundleSignerUnknownError>()).Fingerprint);
        Assert.True(other.HasError<BundleSignerMismatchError>());
        Assert.Null(await cores.Target.FindAsync(query));
        Assert.Empty(await cores.Target.AskAsync(new ListSigners()));

        Assert.True((await cores.Target.AskAsync(new ImportBundle(file, ImportMode.Update, Fingerprint: fingerprint))).IsRemembered);
        Assert.Equal("q", await cores.Target.TextAsync(query));
        Assert.Equal(1, (await cores.Target.AskAsync(new ImportBundle(file, ImportMode.Update))).Skipped);

        await cores.Target.TellAsync(new ForgetSigner(fingerprint));
        Assert.True((await cores.Target.SendAsync(new ImportBundle(file, ImportMode.Update))).HasError<BundleSignerUnknownError>());
    }

    [Fact]
    public async Task A_trusted_target_core_is_a_signer_and_so_is_this_core_itself()
    {
        await using var pair = await CorePair.CreateAsync();
        var query = await pair.Target.PutAsync("queries", "Laptops", "q", autoSync: false);
        var theirs = temp.At("theirs.coresync");
        await pair.Target.AskAsync(new ExportBundle(theirs, [], [query.Id.ToString()]));
        var mine = temp.At("mine.coresync");
        await pair.Source.PutAsync("queries", "Mine", "m", autoSync: false);
        await pair.Source.AskAsync(new ExportBundle(mine, ["queries"], []));

        Assert.Equal(1, (await pair.Source.AskAsync(new ImportBundle(theirs, ImportMode.Update))).Applied);
        Assert.Equal(1, (await pair.Source.AskAsync(new ImportBundle(mine, ImportMode.InsertAsFile))).Applied);
    }

    [Theory]
    [InlineData(ImportMode.Insert, null, null, null)]
    [InlineData(ImportMode.Update, "ours", null, null)]
    [InlineData(ImportMode.InsertAsFile, null, "mary", null)]
    [InlineData(ImportMode.InsertAsFile, null, null, "receipt")]
    public async Task What_does_not_go_together_is_refused_before_the_file_is_looked_at(ImportMode mode, string? group, string? owner, string? receipt)
    {
        await using var core = await RealCore.CreateAsync("target.example.net");

        var refused = await core.SendAsync(new ImportBundle(temp.At("none"), mode, group, owner, Receipt: receipt is null ? null : temp.At(receipt)));

        Assert.True(refused.HasError<UsageInvalidError>());
    }

    public void Dispose() => temp.Dispose();
}
