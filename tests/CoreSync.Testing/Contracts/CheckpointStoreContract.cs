using CoreSync.Application.Replication;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Trust;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every source's memory of its targets does.</summary>
public abstract class CheckpointStoreContract : StoreContract
{
    [Fact]
    public async Task A_checkpoint_is_kept_per_target_and_component()
    {
        var one = await AddTargetAsync("one.example.org");
        var two = await AddTargetAsync("two.example.org");
        var reached = new Checkpoint(SomeStored.Core.StoreId, new Sequence(42)) { Mark = Guid.NewGuid() };

        await Store.Checkpoints.SaveAsync(one, SomeStored.Queries, new Checkpoint(Guid.NewGuid(), new Sequence(3)), Token);
        await Store.Checkpoints.SaveAsync(one, SomeStored.Queries, reached, Token);

        Assert.Equal(reached, await Store.Checkpoints.FindAsync(one, SomeStored.Queries, Token));
        Assert.Equal(Checkpoint.None, await Store.Checkpoints.FindAsync(one, SomeStored.Packages, Token));
        Assert.Equal(Checkpoint.None, await Store.Checkpoints.FindAsync(two, SomeStored.Queries, Token));
    }

    [Fact]
    public async Task Failures_are_kept_with_their_last_reason_until_resolved()
    {
        var target = await AddTargetAsync();
        var first = Failure("item.rejected", 1);
        var second = Failure("path.invalid", 1);
        await Store.Checkpoints.SaveFailuresAsync(target, [first, second], [], Token);

        var again = first with { Code = "path.collision", Kind = ItemOutcomeKind.Conflict, Attempts = 2, LastAt = SomeStored.Start.AddHours(1) };
        await Store.Checkpoints.SaveFailuresAsync(target, [again], [second.Item], Token);

        Assert.Equal(again, Assert.Single(await Store.Checkpoints.FailuresAsync(target, Token)));
    }

    [Fact]
    public async Task Nothing_is_recorded_for_a_target_that_was_removed()
    {
        var target = await AddTargetAsync();
        await Store.Targets.RemoveAsync(target, Token);

        var checkpoint = await Assert.ThrowsAsync<CoreSyncException>(
            () => Store.Checkpoints.SaveAsync(target, SomeStored.Queries, new Checkpoint(SomeStored.Core.StoreId, new Sequence(1)), Token));
        var failures = await Assert.ThrowsAsync<CoreSyncException>(() => Store.Checkpoints.SaveFailuresAsync(target, [Failure("c", 1)], [], Token));

        Assert.IsType<TargetNotFoundError>(checkpoint.Error);
        Assert.IsType<TargetNotFoundError>(failures.Error);
        Assert.Empty(await Store.Checkpoints.FailuresAsync(target, Token));
    }

    [Fact]
    public async Task Copies_are_kept_with_the_revision_given_last_and_go_with_their_target()
    {
        var target = await AddTargetAsync();
        var other = await AddTargetAsync("other.example.org");
        var item = SomeStored.Document("Laptops");
        await Store.Checkpoints.SaveCopiesAsync(target, [item], Token);

        await Store.Checkpoints.SaveCopiesAsync(target, [item with { Revision = item.Revision.Next() }], Token);

        var unknown = new ItemId(Guid.NewGuid());
        Assert.Equal(new Dictionary<ItemId, Revision> { [item.Id] = item.Revision.Next() }, await Store.Checkpoints.CopiesAsync(target, [item.Id, unknown], Token));
        Assert.Empty(await Store.Checkpoints.CopiesAsync(other, [item.Id], Token));
        await Store.Targets.RemoveAsync(target, Token);
        Assert.Empty(await Store.Checkpoints.CopiesAsync(target, [item.Id], Token));
        await Assert.ThrowsAsync<CoreSyncException>(() => Store.Checkpoints.SaveCopiesAsync(target, [item], Token));
    }

    private static ItemFailure Failure(string code, int attempts) =>
        new(new ItemId(Guid.NewGuid()), SomeStored.Queries, ItemOutcomeKind.Rejected, code, "the reason", attempts, SomeStored.Start);

    private async Task<TargetId> AddTargetAsync(string name = "target.example.org")
    {
        var target = SomeStored.Target(name);
        Assert.True((await Store.Targets.AddAsync(target, TrustRecord.New(target.Id, target.Address.Fqdn), Token)).IsSuccess);
        return target.Id;
    }
}
