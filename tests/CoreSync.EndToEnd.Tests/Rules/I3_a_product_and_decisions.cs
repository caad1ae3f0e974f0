using CoreSync.Application;
using CoreSync.Application.Bundles;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Items;
using CoreSync.Bundles;
using CoreSync.Conflicts;
using CoreSync.Errors;
using CoreSync.Hosting;
using CoreSync.Items;
using CoreSync.Testing;
using FluentResults;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Files and people's decisions about the items of a product: applied where the product runs, else a typed error and nothing changed.</summary>
public sealed class I3_a_product_and_decisions : IDisposable
{
    private readonly TempDirectory temp = new();
    private readonly ProductDesk desk = new();

    [Fact]
    public async Task An_import_where_the_product_runs_reaches_the_product_and_its_rejection_is_told()
    {
        await using var cores = await CarriedPair.CreateAsync(temp, target: desk.Serves<DeskQueries>());
        desk.Judge = (item, _) => Task.FromResult(item.Item.Name == "Bad" ? "wrong syntax" : null);
        var good = await cores.Source.PutAsync("queries", "Good", "1");
        await cores.Source.PutAsync("queries", "Bad", "2");
        var file = await cores.ExportAsync();

        var done = await cores.ImportAsync(file);

        Assert.Equal(("Good", "1", true), Assert.Single(desk.Rows).Value);
        Assert.Equal(good.Id, Assert.Single(desk.Rows).Key);
        var refused = Assert.Single(done.Items);
        Assert.Equal(("Bad", ImportAction.Reject, "item.rejected"), (refused.Name, refused.Action, refused.Code));
        Assert.Contains("wrong syntax", refused.Message, StringComparison.Ordinal);

        await cores.ImportAsync(file, ImportMode.InsertAsFile);
        Assert.Equal(2, desk.Rows.Count);
        Assert.Single(desk.Rows, row => row.Key != good.Id && !row.Value.IsReadOnly);
    }

    [Fact]
    public async Task An_import_beside_the_product_says_that_the_product_is_missing_and_the_same_file_brings_it_later()
    {
        await using var cores = await CarriedPair.CreateAsync(temp, target: desk.Serves<DeskQueries>());
        var query = await cores.Source.PutAsync("queries", "Laptops", "1");
        var report = await cores.Source.PutAsync("reports", "Weekly", "2");
        var file = await cores.ExportAsync();

        var beside = await BesideAsync(cores.Target, new ImportBundle(file, ImportMode.Update));

        var refused = Assert.Single(beside.Value.Items);
        Assert.Equal((query.Id, ImportAction.Reject, "component.unavailable"), (refused.Item, refused.Action, refused.Code));
        Assert.Equal("2", await cores.Target.TextAsync(report));
        Assert.Null(await cores.Target.FindAsync(query));
        Assert.Empty(desk.Rows);

        Assert.Equal(1, (await cores.ImportAsync(file)).Applied);
        Assert.Equal("1", desk.Rows[query.Id].Text);
    }

    [Fact]
    public async Task What_a_person_accepts_reaches_the_product_or_nothing_is_decided()
    {
        await using var pair = await CorePair.CreateAsync(target: desk.Serves<DeskQueries>());
        await pair.Target.AskAsync(new SetComponentPolicy("queries", null, null, NeedsApproval: true));
        var query = await pair.Source.PutAsync("queries", "Laptops", "1");
        await pair.Source.SyncedAsync();
        desk.Judge = (_, _) => Task.FromResult<string?>("not today");

        var turnedDown = await pair.Target.SendAsync(new ResolveConflict(query.Id.ToString(), ConflictDecision.Theirs));
        var beside = await BesideAsync(pair.Target, new AcceptChanges([query.Id.ToString()]));

        Assert.Contains("not today", Assert.Single(turnedDown.Errors.OfType<ConflictNotTakenError>()).Message, StringComparison.Ordinal);
        Assert.Contains("The product behind the component queries", Assert.Single(beside.Errors.OfType<ConflictNotTakenError>()).Reason, StringComparison.Ordinal);
        Assert.True(Assert.Single(await pair.Target.AskAsync(new ListConflicts())).IsWaiting);
        Assert.Empty(desk.Rows);
        Assert.Null(await pair.Target.FindAsync(query));

        desk.Judge = (_, _) => Task.FromResult<string?>(null);
        await pair.Target.AskAsync(new AcceptChanges([query.Id.ToString()]));
        Assert.Equal(("Laptops", "1", true), desk.Rows[query.Id]);
        Assert.Empty(await pair.Target.AskAsync(new ListConflicts()));
    }

    [Theory]
    [InlineData(ConflictDecision.Mine)]
    [InlineData(ConflictDecision.Theirs)]
    [InlineData(ConflictDecision.Both)]
    public async Task Of_two_items_of_one_name_the_product_alone_could_remove_the_one_that_it_has(ConflictDecision decision)
    {
        await using var pair = await CorePair.CreateAsync(target: desk.Serves<DeskQueries>());
        await pair.Target.AskAsync(new SetComponentPolicy("queries", null, ClashPolicy.Ask));
        var first = await pair.Source.PutAsync("queries", "Laptops", "1");
        await pair.Source.SyncedAsync();
        var second = await pair.Source.PutAsync("queries", "Laptops", "2", id: Guid.NewGuid().ToString());
        await pair.Source.SyncedAsync();
        Assert.Equal(second.Id, Assert.Single(await pair.Target.AskAsync(new ListConflicts())).Id);

        var decided = await pair.Target.SendAsync(new ResolveConflict(second.Id.ToString(), decision));

        Assert.Equal(decision == ConflictDecision.Theirs, decided.HasError<ComponentProductError>());
        Assert.Equal(decision == ConflictDecision.Theirs ? 1 : 0, (await pair.Target.AskAsync(new ListConflicts())).Count);
        Assert.Equal("Laptops", desk.Rows[first.Id].Name);
        Assert.Equal(decision == ConflictDecision.Both ? "Laptops %1" : null, desk.Rows.TryGetValue(second.Id, out var row) ? row.Name : null);
    }

    [Fact]
    public async Task Linking_and_rolling_back_are_the_product_s_own_business()
    {
        await using var pair = await CorePair.CreateAsync(target: desk.Serves<DeskQueries>());
        var one = await pair.Source.PutAsync("queries", "One", "1");
        var two = await pair.Source.PutAsync("queries", "Two", "2");
        await pair.Source.SyncedAsync();
        await pair.Source.PutAsync("queries", "One", "1a", id: one.Id.ToString());
        await pair.Source.AskAsync(new SetAutoSync([two.Id.ToString()], On: false));
        await pair.Source.SyncedAsync();
        var calls = desk.Calls.Count;

        var linked = await pair.Target.SendAsync(new LinkItems(two.Id.ToString(), one.Id.ToString()));
        var rolledBack = await pair.Target.SendAsync(new RollBackItem(one.Id.ToString()));

        Assert.True(linked.HasError<ComponentProductError>());
        Assert.True(rolledBack.HasError<ComponentProductError>());
        Assert.Equal((calls, "1a", "2"), (desk.Calls.Count, desk.Rows[one.Id].Text, desk.Rows[two.Id].Text));
        Assert.Equal(("1a", "2"), (await pair.Target.TextAsync(one), await pair.Target.TextAsync(two)));
    }

    // As the command line does: another process on the same data directory, in which no product runs.
    private static async Task<Result<T>> BesideAsync<T>(RealCore core, IRequest<Result<T>> request)
    {
        await using var services = CoreSyncComposition.Build(core.DataDirectory, new Actor("tester", "test"));
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    public void Dispose() => temp.Dispose();
}
