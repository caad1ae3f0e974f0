using CoreSync.Application.Bundles;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Items;
using CoreSync.Application.Targets;
using CoreSync.Bundles;
using CoreSync.Conflicts;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using CoreSync.Settings;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>What comes in a file meets the same policies as what comes over the wire: names that clash (A3), edited copies (A4), start times (A7), approval (A10).</summary>
public sealed class B2_policies_hold_for_imports : IDisposable
{
    private static readonly DateTimeOffset Start = new(2031, 5, 1, 2, 0, 0, TimeSpan.Zero);

    private readonly TempDirectory temp = new();

    [Fact]
    public async Task A3_a_name_that_clashes_gets_a_suffix_that_stays()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        var own = await cores.Target.PutAsync("queries", "Laptops", "mine", autoSync: false);
        var incoming = await cores.Source.PutAsync("queries", "Laptops", "one");
        await cores.CarryAsync(ImportMode.Update);
        Assert.Equal("Laptops %1", (await cores.Target.FindAsync(incoming))!.Name);

        await cores.Source.PutAsync("queries", "Laptops", "two");
        await cores.CarryAsync(ImportMode.Update);

        Assert.Equal(("Laptops %1", "two"), ((await cores.Target.FindAsync(incoming))!.Name, await cores.Target.TextAsync(incoming)));
        Assert.Equal("mine", await cores.Target.TextAsync(own));
    }

    [Theory]
    [InlineData(ImportMode.Update, ConflictDecision.Mine)]
    [InlineData(ImportMode.Update, ConflictDecision.Theirs)]
    [InlineData(ImportMode.Update, ConflictDecision.Both)]
    [InlineData(ImportMode.InsertAsFile, ConflictDecision.Mine)]
    [InlineData(ImportMode.InsertAsFile, ConflictDecision.Theirs)]
    [InlineData(ImportMode.InsertAsFile, ConflictDecision.Both)]
    public async Task A3_ask_waits_for_a_person_whose_decision_takes_effect_without_the_file(ImportMode mode, ConflictDecision decision)
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Target.AskAsync(new SetComponentPolicy("queries", null, ClashPolicy.Ask));
        var own = await cores.Target.PutAsync("queries", "Laptops", "mine", autoSync: false);
        await cores.Source.PutAsync("queries", "Laptops", "theirs", autoSync: false);
        var file = await cores.ExportAsync();

        var done = await cores.ImportAsync(file, mode);

        Assert.Equal((0L, 1L), (done.Applied, done.Conflicts));
        var waiting = Assert.Single(await cores.Target.AskAsync(new ListConflicts()));
        Assert.Equal((ConflictReason.NameClash, Assert.Single(done.Items).Item), (waiting.Reason, waiting.Id));
        File.Delete(file);
        await cores.Target.AskAsync(new ResolveConflict(waiting.Id.ToString(), decision));

        var live = (await cores.Target.ListAsync("queries")).ToDictionary(item => item.Id, item => item.Name);
        Assert.Equal(decision != ConflictDecision.Theirs, live.ContainsKey(own.Id));
        Assert.Equal(
            decision switch { ConflictDecision.Mine => null, ConflictDecision.Theirs => "Laptops", _ => "Laptops %1" }, live.GetValueOrDefault(waiting.Id));
    }

    [Theory]
    [InlineData(ImportMode.Update)]
    [InlineData(ImportMode.InsertAsFile)]
    public async Task A10_what_is_imported_waits_for_approval(ImportMode mode)
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Target.AskAsync(new SetComponentPolicy("queries", null, null, NeedsApproval: true));
        var query = await cores.Source.PutAsync("queries", "Laptops", "one");
        await cores.Source.PutAsync("tasks", "Needs it", "task", references: query);

        var done = await cores.CarryAsync(mode);

        // What needs what waits, waits with it (J4).
        Assert.Equal((0L, 2L), (done.Applied, done.Conflicts));
        Assert.Empty(await cores.Target.ListAsync("queries"));
        await cores.Target.AskAsync(new AcceptChanges(null));
        Assert.Equal(("Laptops", "Needs it"), (Assert.Single(await cores.Target.ListAsync("queries")).Name, Assert.Single(await cores.Target.ListAsync("tasks")).Name));
        Assert.Equal(Assert.Single(await cores.Target.ListAsync("queries")).Id, Assert.Single(Assert.Single(await cores.Target.ListAsync("tasks")).References));
    }

    [Fact]
    public async Task A10_a_declined_revision_is_not_taken_from_the_file_again()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Target.AskAsync(new SetComponentPolicy("queries", null, null, NeedsApproval: true));
        var query = await cores.Source.PutAsync("queries", "Laptops", "one");
        var file = await cores.ExportAsync();
        await cores.ImportAsync(file);
        await cores.Target.AskAsync(new DeclineChanges([query.Id.ToString()]));

        var again = await cores.ImportAsync(file);

        Assert.Equal((0L, 1L, 0L), (again.Applied, again.Skipped, again.Conflicts));
        Assert.Null(await cores.Target.FindAsync(query));
    }

    [Theory]
    [InlineData(EditedPolicy.Replace, "two", 0L, 0L)]
    [InlineData(EditedPolicy.Keep, "here", 1L, 0L)]
    [InlineData(EditedPolicy.Ask, "here", 0L, 1L)]
    public async Task A4_copies_that_were_edited_here_meet_the_policy(EditedPolicy policy, string expected, long rejected, long conflicts)
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Target.AskAsync(new SetComponentPolicy("queries", null, null, policy));
        var query = await cores.Source.PutAsync("queries", "Laptops", "one", autoSync: false);
        await cores.CarryAsync(ImportMode.Update);
        await cores.Target.PutAsync("queries", "Laptops", "here", autoSync: null, id: query.Id.ToString());
        await cores.Source.PutAsync("queries", "Laptops", "two", autoSync: false, id: query.Id.ToString());

        var done = await cores.CarryAsync(ImportMode.Update);

        Assert.Equal((rejected, conflicts), (done.Rejected, done.Conflicts));
        Assert.Equal(expected, await cores.Target.TextAsync(query));
    }

    [Theory]
    [InlineData("never", false, false)]
    [InlineData("auto-sync-only", true, false)]
    [InlineData("always", true, true)]
    public async Task A7_the_source_decides_whether_start_times_go_into_a_file(string policy, bool withAutoSync, bool withOthers)
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Source.SetAsync(Setting.StartTime, policy);
        var flagged = await cores.Source.AskAsync(new PutItem("tasks", "Nightly", "run"u8.ToArray(), AutoSync: true, StartAt: Start));
        var plain = await cores.Source.AskAsync(new PutItem("tasks", "Weekly", "run"u8.ToArray(), AutoSync: false, StartAt: Start));

        await cores.CarryAsync(ImportMode.Update);

        Assert.Equal(withAutoSync ? Start : null, (await cores.Target.FindAsync(flagged))!.StartAt);
        Assert.Equal(withOthers ? Start : null, (await cores.Target.FindAsync(plain))!.StartAt);
    }

    [Fact]
    public async Task B3_a_receipt_tells_what_was_refused_and_what_waits_and_the_source_offers_just_that_again()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Target.AskAsync(new SetComponentPolicy("queries", null, ClashPolicy.Keep));
        await cores.Target.AskAsync(new SetComponentPolicy("tasks", null, null, NeedsApproval: true));
        var own = await cores.Target.PutAsync("queries", "Laptops", "mine", autoSync: false);
        var refused = await cores.Source.PutAsync("queries", "Laptops", "theirs");
        var waits = await cores.Source.PutAsync("tasks", "Nightly", "run");
        await cores.Source.PutAsync("queries", "Taken", "taken");
        var receipt = temp.At("back.receipt");
        var done = await cores.ImportAsync(await cores.ExportAsync(), receipt: receipt);
        Assert.Equal((1L, 1L, 1L), (done.Applied, done.Rejected, done.Conflicts));
        await cores.ConnectAsync();

        var taken = await cores.Source.AskAsync(new TakeReceipt(receipt));

        Assert.Equal(
            [(refused.Id, ItemOutcomeKind.Rejected, "item.name-taken"), (waits.Id, ItemOutcomeKind.Conflict, "item.awaiting-approval")],
            taken.Refused.OrderBy(item => item.Component.Value, StringComparer.Ordinal).Select(item => (item.Item, item.Kind, item.Code)));
        var open = await cores.Source.AskAsync(new ListTargetFailures(cores.Target.Name));
        Assert.Equal(["Laptops", "Nightly"], open.Select(failure => failure.Name).Order());

        // The reasons are gone: the next sync offers those two and nothing else.
        await cores.Target.AskAsync(new DeleteItem(own.Id.ToString()));
        await cores.Target.AskAsync(new AcceptChanges([waits.Id.ToString()]));
        var job = await cores.Source.SyncedAsync();

        Assert.Equal((SyncJobState.Succeeded, 1, 1, 0), (job.State, job.Progress.Applied, job.Progress.Skipped, job.Progress.Rejected));
        Assert.Equal(("theirs", "run"), (await cores.Target.TextAsync(refused), await cores.Target.TextAsync(waits)));
        Assert.Empty(await cores.Source.AskAsync(new ListTargetFailures(cores.Target.Name)));
    }

    public void Dispose() => temp.Dispose();
}
