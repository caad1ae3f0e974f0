using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Rollup;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Settings;
using CoreSync.Trust;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Rollup cores collect from their sources with the scheduler's account, which must be a console administrator there.</summary>
public sealed class R6_rollup_cores
{
    [Fact]
    public async Task Every_item_of_three_sources_arrives_with_its_origin_flagged_or_not()
    {
        await using var star = await RollupStar.CreateAsync(3);
        var items = new List<(RealCore Site, Item Item)>();
        foreach (var site in star.Sites)
        {
            items.Add((site, await site.PutAsync("queries", $"Laptops of {site.Name}", $"{site.Name} 1")));
            items.Add((site, await site.PutAsync("reports", $"Inventory of {site.Name}", $"{site.Name} 2", autoSync: false)));
        }

        var jobs = await star.Head.CollectedAsync();

        Assert.Equal(3, jobs.Count);
        foreach (var (site, item) in items)
        {
            var copy = await star.Head.FindAsync(item);
            Assert.Equal((item.Origin, item.Name, item.Revision, true), (copy!.Origin, copy.Name, copy.Revision, copy.AutoSync));
            Assert.Equal(await site.TextAsync(item), await star.Head.TextAsync(item));
        }

        Assert.Equal(3, items.Select(entry => entry.Item.Origin).Distinct().Count());
        // What is collected comes from a source; nothing in the log says that it goes there.
        Assert.All(star.Sites, site => Assert.Contains(star.Head.Log(), line => line.Contains($" from {site.Name} succeeded", StringComparison.Ordinal)));
        Assert.DoesNotContain(star.Head.Log(), line => line.Contains(" to site", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_copy_is_read_only_at_the_rollup_core_and_follows_every_change_at_the_source()
    {
        await using var star = await RollupStar.CreateAsync(1);
        var site = star.Sites[0];
        var item = await site.PutAsync("reports", "Stock", "1", autoSync: false);
        await star.Head.CollectedAsync();

        var refused = await star.Head.SendAsync(new PutItem("reports", "Stock", "mine"u8.ToArray(), Id: item.Id.ToString()));
        await site.PutAsync("reports", "Stock", "2", autoSync: false, id: item.Id.ToString());
        await star.Head.CollectedAsync();
        Assert.Equal("2", await star.Head.TextAsync(item));
        // What was flagged, released and changed keeps its place in the feed for targets; a rollup core is told all the same.
        await site.AskAsync(new SetAutoSync([item.Id.ToString()], On: true));
        await site.AskAsync(new SetAutoSync([item.Id.ToString()], On: false));
        await site.PutAsync("reports", "Stock", "3", autoSync: false, id: item.Id.ToString());
        await star.Head.CollectedAsync();

        Assert.True(refused.HasError<ItemReadOnlyError>());
        Assert.Equal("3", await star.Head.TextAsync(item));
        Assert.True((await star.Head.FindAsync(item))!.AutoSync);
    }

    [Theory]
    [InlineData(DeletePolicy.Keep, false, false)]
    [InlineData(DeletePolicy.Delete, true, false)]
    public async Task A_delete_at_the_source_meets_the_policy_of_the_rollup_core(DeletePolicy policy, bool deleted, bool flagged)
    {
        await using var star = await RollupStar.CreateAsync(1);
        var site = star.Sites[0];
        await star.Head.AskAsync(new SetComponentPolicy("reports", policy, null));
        var never = await site.PutAsync("reports", "Never flagged", "1", autoSync: false);
        var released = await site.PutAsync("reports", "Released", "1");
        await site.AskAsync(new SetAutoSync([released.Id.ToString()], On: false));
        await star.Head.CollectedAsync();

        await site.AskAsync(new DeleteItem(never.Id.ToString()));
        await site.AskAsync(new DeleteItem(released.Id.ToString()));
        await star.Head.CollectedAsync();

        foreach (var item in new[] { never, released })
        {
            var copy = await star.Head.FindAsync(item);
            Assert.Equal((deleted, flagged), (copy!.IsDeleted, copy.AutoSync));
        }
    }

    [Fact]
    public async Task The_same_name_on_two_sources_gets_a_suffix_and_both_keep_their_origin()
    {
        await using var star = await RollupStar.CreateAsync(2);
        var first = await star.Sites[0].PutAsync("queries", "Laptops", "one");
        var second = await star.Sites[1].PutAsync("queries", "Laptops", "two");

        await star.Head.CollectAsync(star.Sites[0].Name);
        await star.Head.CollectAsync(star.Sites[1].Name);

        Assert.Equal(["Laptops", "Laptops %1"], (await star.Head.ListAsync("queries")).Select(item => item.Name).Order(StringComparer.Ordinal));
        Assert.Equal((first.Origin, "one"), ((await star.Head.FindAsync(first))!.Origin, await star.Head.TextAsync(first)));
        Assert.Equal((second.Origin, "two"), ((await star.Head.FindAsync(second))!.Origin, await star.Head.TextAsync(second)));
    }

    [Theory]
    [InlineData(Rights.View)]
    [InlineData(Rights.Trust)]
    public async Task An_account_that_is_no_console_administrator_is_refused_with_the_same_words_in_the_log_of_the_source_and_here(Rights rights)
    {
        await using var star = await RollupStar.CreateAsync(1, rights);
        var site = star.Sites[0];
        var item = await site.PutAsync("queries", "Laptops", "1");

        var job = Assert.Single(await star.Head.CollectAsync());

        var error = RightsMissingError.ForRollup(RealCore.Account, site.Name, star.Head.Name);
        Assert.Equal((SyncJobState.Blocked, error.Code, error.Message), (job.State, job.ErrorCode, job.ErrorMessage));
        var logged = Assert.Single(site.Log(), line => line.Contains(" 3060 TaskHandlerError ", StringComparison.Ordinal));
        Assert.Contains("Task handler error: " + error.Message, logged, StringComparison.Ordinal);
        Assert.Contains(error.Hint, logged, StringComparison.Ordinal);
        Assert.Contains(" ERR ", logged, StringComparison.Ordinal);
        var view = Assert.Single(await star.Head.AskAsync(new ListRollupSources()));
        Assert.Equal((error.Message, error.Message, ConnectionState.AuthenticationRefused), (view.Attempts.ErrorMessage, view.Target.LastContact.ErrorMessage, view.Target.LastContact.State));
        var reader = Assert.Single(await site.AskAsync(new ListReaders()));
        Assert.Equal((star.Head.Name, RealCore.Account, error.Message), (reader.Reader.Name, reader.Reader.Account, reader.Reader.Refused));
        // Nothing of an item came, and the source remembers no position.
        Assert.Null(await star.Head.FindAsync(item));
        Assert.Empty(reader.Positions);
    }

    [Fact]
    public async Task Granting_the_right_heals_out_of_quarantine_by_hand_without_a_restart()
    {
        await using var star = await RollupStar.CreateAsync(1, Rights.Edit);
        var item = await star.Sites[0].PutAsync("queries", "Laptops", "1");
        await star.Head.CollectAsync();
        Assert.True(Assert.Single(await star.Head.AskAsync(new ListRollupSources())).Attempts.IsQuarantined);

        await RollupStar.GrantAsync(star.Sites[0], Rights.ConsoleAdministrator);
        await star.Head.CollectedAsync();

        Assert.Equal("1", await star.Head.TextAsync(item));
        Assert.False(Assert.Single(await star.Head.AskAsync(new ListRollupSources())).Attempts.IsQuarantined);
        Assert.Null(Assert.Single(await star.Sites[0].AskAsync(new ListReaders())).Reader.Refused);
    }

    [Fact]
    public async Task Granting_the_right_heals_by_itself_at_the_next_probe_of_a_running_rollup_core()
    {
        await using var star = await RollupStar.CreateAsync(1, Rights.View);
        var item = await star.Sites[0].PutAsync("queries", "Laptops", "1");
        await star.Head.SetAsync(Setting.ProbeInterval, "1");
        await star.Head.ServeAsync();
        await Eventually.IsTrueAsync(
            async () => Assert.Single(await star.Head.AskAsync(new ListRollupSources())).Attempts is { IsQuarantined: true, ErrorCode: "account.rights-missing" }, "the refusal is shown");

        await RollupStar.GrantAsync(star.Sites[0], Rights.ConsoleAdministrator);

        await Eventually.IsTrueAsync(async () => await star.Head.TextAsync(item) == "1", "the item is collected");
    }

    [Fact]
    public async Task A_right_that_is_taken_away_ends_the_collection_at_the_next_request()
    {
        await using var star = await RollupStar.CreateAsync(1);
        await star.Sites[0].PutAsync("queries", "Before", "1");
        await star.Head.CollectedAsync();

        await RollupStar.GrantAsync(star.Sites[0], Rights.Edit);
        var after = await star.Sites[0].PutAsync("queries", "After", "1");
        var job = Assert.Single(await star.Head.CollectAsync());

        Assert.Equal((SyncJobState.Blocked, "account.rights-missing"), (job.State, job.ErrorCode));
        Assert.Null(await star.Head.FindAsync(after));
    }

    [Fact]
    public async Task Without_the_credential_of_the_scheduler_no_connection_is_made()
    {
        await using var star = await RollupStar.CreateAsync(1);
        await star.Head.AskAsync(new ClearCredential(null, Scheduler: true));
        // The account for targets is another one, and is never used for sources.
        await star.Head.TellAsync(new SetCredential(null, false, RealCore.Account, RealCore.Password));
        await using var wire = new CuttableWire(star.Sites[0].Address);
        await star.Head.AskAsync(new EditTargetCore(star.Sites[0].Name, ConnectTo: wire.Address.ToString(), Direction: SyncDirection.Pull));

        var job = Assert.Single(await star.Head.CollectAsync());

        Assert.Equal((SyncJobState.Blocked, "credentials.missing"), (job.State, job.ErrorCode));
        Assert.Equal(0, wire.Sent);
        Assert.Contains("--scheduler", new CredentialsMissingError(star.Sites[0].Name).Hint, StringComparison.Ordinal);
        Assert.Contains((await star.Head.AskAsync(new Application.Cores.GetStatus())).Problems, problem => problem.Error is CredentialsMissingError);
    }

    [Fact]
    public async Task A_source_is_trusted_exactly_like_a_target_and_a_changed_certificate_blocks()
    {
        await using var star = await RollupStar.CreateAsync(1);
        var site = star.Sites[0];
        await star.Head.CollectedAsync();
        var port = site.Address.Port;
        await site.StopAsync();
        await site.AskAsync(new Application.Cores.RenewIdentity());
        await site.ServeAsync(port);
        var item = await site.PutAsync("queries", "Laptops", "1");

        var job = Assert.Single(await star.Head.CollectAsync());
        Assert.Equal((SyncJobState.Blocked, "trust.certificate-changed"), (job.State, job.ErrorCode));
        Assert.Equal(TrustState.Changed, Assert.Single(await star.Head.AskAsync(new ListRollupSources())).Trust.State);
        Assert.Null(await star.Head.FindAsync(item));

        await star.Head.AskAsync(new TrustTargetCore(site.Name, await site.FingerprintAsync()));
        await star.Head.CollectedAsync();
        Assert.Equal("1", await star.Head.TextAsync(item));
    }

    [Fact]
    public async Task One_source_that_is_down_holds_back_none_of_the_others()
    {
        await using var star = await RollupStar.CreateAsync(3);
        var items = new List<Item>();
        foreach (var site in star.Sites)
            items.Add(await site.PutAsync("queries", site.Name, "1"));
        await star.Sites[1].StopAsync();

        var jobs = await star.Head.CollectAsync();

        Assert.Equal(
            [SyncJobState.Succeeded, SyncJobState.Failed, SyncJobState.Succeeded], jobs.OrderBy(job => job.Fqdn.Ascii, StringComparer.Ordinal).Select(job => job.State));
        Assert.Equal(["1", null, "1"], [await star.Head.TextAsync(items[0]), await star.Head.TextAsync(items[1]), await star.Head.TextAsync(items[2])]);
    }

    [Fact]
    public async Task A_standard_core_collects_from_nobody_and_says_how_a_rollup_core_is_made()
    {
        await using var star = await RollupStar.CreateAsync(1);
        await using var standard = await RealCore.CreateAsync("standard.example.net");

        var added = await standard.SendAsync(new AddTargetCore(star.Sites[0].Name, Direction: SyncDirection.Pull));
        var listed = await standard.SendAsync(new ListRollupSources());
        var collected = await standard.SendAsync(new SyncNow([], Wait: true, SyncDirection.Pull));

        Assert.All([added.Errors, listed.Errors, collected.Errors], errors => Assert.IsType<NotARollupCoreError>(Assert.Single(errors)));
        Assert.Contains("init --name FQDN --role rollup", new NotARollupCoreError("x").Hint, StringComparison.Ordinal);
        Assert.Empty(await standard.AskAsync(new ListTargetCores()));
    }

    [Fact]
    public async Task Verbs_of_targets_do_not_see_sources_nor_the_other_way_round()
    {
        await using var star = await RollupStar.CreateAsync(1);
        var name = star.Sites[0].Name;

        var shown = await star.Head.SendAsync(new ShowTargetCore(name));
        var again = await star.Head.SendAsync(new AddTargetCore(name));
        var synced = await star.Head.SendAsync(new SyncNow([name], Wait: true));
        // What is refused says whose commands those are.
        var planned = await star.Head.SendAsync(new PlanTarget(name));
        var compared = await star.Head.SendAsync(new VerifyTarget(name));
        await star.Head.AskAsync(new AddTargetCore("target.example.net"));
        var collected = await star.Head.SendAsync(new SyncNow(["target.example.net"], Wait: true, SyncDirection.Pull));
        Assert.All([shown.Errors, synced.Errors, planned.Errors, compared.Errors], errors => Assert.IsType<TargetIsSourceError>(Assert.Single(errors)));
        Assert.Contains($"coresync rollup now {name}", new TargetIsSourceError(name).Hint, StringComparison.Ordinal);
        Assert.IsType<RollupSourceIsTargetError>(Assert.Single(collected.Errors));
        Assert.True(again.HasError<TargetDuplicateError>());
        Assert.Equal("target.example.net", Assert.Single(await star.Head.AskAsync(new ListTargetCores())).Target.Address.Fqdn.Ascii);
        Assert.Single(await star.Head.AskAsync(new ListRollupSources()));
    }

    [Fact]
    public async Task A_core_does_not_collect_from_itself_by_name_or_by_another_name()
    {
        await using var head = await RealCore.CreateAsync("head.example.net", role: CoreRole.Rollup);
        await head.AddAccountAsync(Rights.ConsoleAdministrator);
        await head.ServeAsync();
        await head.TellAsync(new SetCredential(null, true, RealCore.Account, RealCore.Password));

        var byName = await head.SendAsync(new AddTargetCore(head.Name, Direction: SyncDirection.Pull));
        await head.AskAsync(new AddTargetCore("alias.example.net", ConnectTo: head.Address.ToString(), Fingerprint: await head.FingerprintAsync(), Direction: SyncDirection.Pull));
        var byAlias = Assert.Single(await head.CollectAsync());

        Assert.True(byName.HasError<TargetIsSelfError>());
        Assert.NotEqual(SyncJobState.Succeeded, byAlias.State);
        Assert.Empty(await head.AskAsync(new ListReaders()));
    }

    [Fact]
    public async Task An_account_that_is_limited_to_components_gives_only_those()
    {
        await using var star = await RollupStar.CreateAsync(0);
        await using var site = await RealCore.CreateAsync("site.example.net");
        await site.AddAccountAsync(Rights.ConsoleAdministrator, "queries");
        await site.ServeAsync();
        await star.Head.AddSourceAsync(site);
        var query = await site.PutAsync("queries", "Laptops", "1");
        var script = await site.PutAsync("scripts", "Reboot", "1");

        await star.Head.CollectedAsync();

        Assert.Equal("1", await star.Head.TextAsync(query));
        Assert.Null(await star.Head.FindAsync(script));
    }

    [Fact]
    public async Task A_look_that_finds_nothing_leaves_no_job_and_no_line_in_the_log()
    {
        await using var star = await RollupStar.CreateAsync(1);
        await star.Head.SetAsync(Setting.SyncInterval, "1");
        await star.Head.ServeAsync();
        await Eventually.IsTrueAsync(async () => Assert.Single(await star.Head.AskAsync(new ListRollupSources())).Target.LastSuccess is not null, "the first look");
        var first = Assert.Single(await star.Head.AskAsync(new ListRollupSources())).Target.LastSuccess;

        await Eventually.IsTrueAsync(async () => Assert.Single(await star.Head.AskAsync(new ListRollupSources())).Target.LastSuccess > first, "another look");

        Assert.DoesNotContain(await star.Head.AskAsync(new ListJobs()), job => job.HasEnded);
        Assert.DoesNotContain(star.Head.Log(), line => line.Contains("Sync job", StringComparison.Ordinal));
        var item = await star.Sites[0].PutAsync("queries", "Laptops", "1");
        await Eventually.IsTrueAsync(async () => await star.Head.TextAsync(item) == "1", "the change is collected at the interval");
        await Eventually.IsTrueAsync(async () => (await star.Head.AskAsync(new ListJobs())).Any(job => job is { Progress.Applied: 1, State: SyncJobState.Succeeded }), "its job");
    }
}
