using System.Text;
using CoreSync.Application.Items;
using CoreSync.Application.Outbox;
using CoreSync.Errors;
using CoreSync.Infrastructure.Outbox;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Testing.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Application.Tests.Outbox;

/// <summary>What a product tells arrives in the catalogue once, in order, and only when its transaction was committed (I3), whatever its database is.</summary>
public abstract class OutboxContract : IDisposable
{
    private readonly Func<ProductDatabase> make;
    private readonly ProductDatabase product;
    private readonly CrashPoints points = new();
    private SimulatedCore? core;

    private protected OutboxContract(Func<ProductDatabase> make)
    {
        this.make = make;
        product = make();
    }

    private protected ProductDatabase Product => product;

    public void Dispose()
    {
        core?.Dispose();
        product.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_write_is_in_the_catalogue_after_the_commit_and_not_before()
    {
        var items = await StartAsync();
        await product.SaveAsync(items, SomeDraft.Script(1, "lost"), commits: false);
        await product.SaveAsync(items, SomeDraft.Script(2, "kept"));

        await RelayAsync();

        Assert.Null(await items.FindAsync(SomeDraft.Id(1)));
        Assert.Equal("kept", await TextAsync(2));
        Assert.Equal(1, product.Rows("scripts"));
        Assert.Equal(0, product.Rows("coresync_outbox"));
    }

    [Fact]
    public async Task Everything_about_an_item_survives_the_way_through_the_outbox()
    {
        var items = await StartAsync();
        var payload = (await items.AddPayloadAsync("bin/setup.exe", new MemoryStream([1, 2, 3]))).Ok();
        var start = new DateTimeOffset(2026, 12, 1, 3, 0, 0, TimeSpan.Zero);
        var draft = SomeDraft.Script(1, "text") with
        {
            MediaType = "text/plain",
            Group = "A/B",
            Owner = "owner",
            References = [SomeDraft.Id(7), SomeDraft.Id(8)],
            Payloads = [payload],
            StartAt = start,
        };
        await product.SaveAsync(items, draft);

        await RelayAsync();

        var item = (await items.FindAsync(draft.Id))!;
        Assert.Equal(("Script 1", "A/B", "owner", "text/plain", true, new Revision(1)), (item.Name, item.Group, item.Owner, item.MediaType, item.AutoSync, item.Revision));
        Assert.Equal(draft.References, item.References);
        Assert.Equal([payload], item.Payloads);
        Assert.Equal(start, item.StartAt);
        Assert.Equal(core!.Local.Id, item.Origin);
        using var stream = items.OpenPayload(item.Payloads[0]).Ok();
        Assert.Equal(3, stream.Length);
        Assert.Equal(item, Assert.Single(await items.ReferrersAsync(SomeDraft.Id(7))), (left, right) => left!.Id == right!.Id);
    }

    [Fact]
    public async Task Writes_about_one_item_keep_their_order_and_what_changes_nothing_makes_no_revision()
    {
        var items = await StartAsync();
        for (var i = 1; i <= 5; i++)
            await product.SaveAsync(items, SomeDraft.Script(1, $"text {i}"));
        await product.SaveAsync(items, SomeDraft.Script(1, "text 5", autoSync: null));
        await product.InTransactionAsync(async transaction => (await items.DeleteAsync(transaction, SomeDraft.Id(2))).ThrowIfFailed());

        await RelayAsync();

        Assert.Equal("text 5", await TextAsync(1));
        Assert.Equal(new Revision(5), (await items.FindAsync(SomeDraft.Id(1)))!.Revision);
        Assert.Null(await items.FindAsync(SomeDraft.Id(2)));
    }

    [Fact]
    public async Task A_flag_and_a_delete_travel_like_those_of_the_command_line()
    {
        var items = await StartAsync();
        await product.SaveAsync(items, SomeDraft.Script(1, "text", autoSync: false));
        await product.InTransactionAsync(async transaction => (await items.SetAutoSyncAsync(transaction, SomeDraft.Id(1), on: true)).ThrowIfFailed());
        await RelayAsync();
        Assert.True((await items.FindAsync(SomeDraft.Id(1)))!.AutoSync);

        await product.InTransactionAsync(async transaction => (await items.DeleteAsync(transaction, SomeDraft.Id(1))).ThrowIfFailed());
        await RelayAsync();

        var change = Assert.Single(await Catalogue.ChangesAsync(SomeDraft.Script(1, "").Component, Sequence.Zero, null, 10, CancellationToken.None));
        Assert.Equal(ChangeKind.Delete, change.Kind);
        Assert.Equal(new Revision(3), change.Item.Revision);
    }

    [Fact]
    public async Task A_crash_between_any_two_steps_loses_and_doubles_nothing()
    {
        // Until a run passes all points: each crashes one point later than the one before.
        for (var at = 1; ; at++)
        {
            using var database = make();
            var crashes = new CrashPoints { At = at };
            using var crashing = await CreateAsync(database, crashes);
            var items = crashing.Services.GetRequiredService<ICoreSyncItems>();
            for (var i = 1; i <= 3; i++)
            {
                await database.SaveAsync(items, SomeDraft.Script(1, $"text {i}"));
                await database.SaveAsync(items, SomeDraft.Script(10 + i, "other"));
            }

            await database.SaveAsync(items, SomeDraft.Script(2, "refused", component: "no-such"));
            var crashed = false;
            while (true)
            {
                try
                {
                    var relay = crashing.Services.GetRequiredService<OutboxRelay>();
                    await relay.RecoverAsync(CancellationToken.None);
                    await relay.RunAsync(CancellationToken.None);
                    break;
                }
                catch (SimulatedCrashException)
                {
                    crashed = true;
                    crashing.Restart();
                }
            }

            crashes.At = int.MaxValue;
            items = crashing.Services.GetRequiredService<ICoreSyncItems>();
            var item = (await items.FindAsync(SomeDraft.Id(1)))!;
            Assert.Equal(new Revision(3), item.Revision);
            for (var i = 1; i <= 3; i++)
                Assert.Equal(new Revision(1), (await items.FindAsync(SomeDraft.Id(10 + i)))!.Revision);
            Assert.Equal("component.not-found", Assert.Single(await items.RefusedAsync()).Code);
            Assert.Equal(1, database.Rows("coresync_outbox"));

            // Nothing is remembered for ever either.
            await crashing.Services.GetRequiredService<OutboxRelay>().RecoverAsync(CancellationToken.None);
            Assert.Equal(0, Remembered(crashing));
            if (!crashed)
            {
                Assert.True(at > 15, $"Only {at} points were passed");
                break;
            }
        }
    }

    [Fact]
    public async Task The_copy_of_another_core_is_read_only_and_a_write_that_slipped_through_is_put_aside()
    {
        var items = await StartAsync();
        var foreign = RelayRules.Next(SomeDraft.Script(1, "theirs"), null, new CoreId(Guid.NewGuid()));
        await product.SaveAsync(items, SomeDraft.Script(1, "mine"));
        await Catalogue.WriteAsync([new CatalogueWrite(foreign, ContentChanged: true, Document: Encoding.UTF8.GetBytes("theirs"))], CancellationToken.None);

        await RelayAsync();
        var asked = await items.MayEditAsync(SomeDraft.Id(1));
        await using var connection = product.Open();
        await using var transaction = await connection.BeginTransactionAsync();
        var put = await items.PutAsync(transaction, SomeDraft.Script(1, "mine again"));
        var deleted = await items.DeleteAsync(transaction, SomeDraft.Id(1));
        var flagged = await items.SetAutoSyncAsync(transaction, SomeDraft.Id(1), on: false);
        await transaction.CommitAsync();

        Assert.All([asked, put, deleted, flagged], result => Assert.True(result.HasError<ItemReadOnlyError>()));
        var refused = Assert.Single(await items.RefusedAsync());
        Assert.Equal(("item.read-only", SomeDraft.Id(1)), (refused.Code, refused.Item));
        Assert.Equal("theirs", await TextAsync(1));
        Assert.Equal(1, product.Rows("coresync_outbox"));

        await items.ForgetRefusedAsync(refused.Entry);
        Assert.Equal(0, product.Rows("coresync_outbox"));
    }

    [Fact]
    public async Task An_item_that_breaks_a_limit_is_refused_before_it_is_written()
    {
        var items = await StartAsync();
        await using var connection = product.Open();
        await using var transaction = await connection.BeginTransactionAsync();

        var nameless = await items.PutAsync(transaction, SomeDraft.Script(1, "x") with { Name = "" });
        var local = await items.PutAsync(transaction, SomeDraft.Script(1, "x") with { StartAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(1)) });
        var escaping = await items.AddPayloadAsync("../outside", Stream.Null);

        await transaction.CommitAsync();
        Assert.True(nameless.HasError<ItemInvalidError>());
        Assert.True(local.HasError<ItemInvalidError>());
        Assert.True(escaping.HasError<PathInvalidError>());
        Assert.Equal(0, product.Rows("coresync_outbox"));
    }

    [Fact]
    public async Task A_payload_that_nobody_kept_is_put_aside_and_the_rest_goes_on()
    {
        var items = await StartAsync();
        var missing = new Payload(RelativePath.Parse("a.bin").Value, 5, ContentHash.Of([1, 2, 3, 4, 5]));
        await product.SaveAsync(items, SomeDraft.Script(1, "x") with { Payloads = [missing] });
        await product.SaveAsync(items, SomeDraft.Script(2, "y"));

        await RelayAsync();

        Assert.Equal("content.missing", Assert.Single(await items.RefusedAsync()).Code);
        Assert.Equal("y", await TextAsync(2));
        Assert.Null(await items.FindAsync(SomeDraft.Id(1)));
    }

    private ICatalogue Catalogue => core!.Services.GetRequiredService<ICatalogue>();

    private protected Task<int> RelayAsync() => core!.Services.GetRequiredService<OutboxRelay>().RunAsync(CancellationToken.None);

    private protected async Task<string> TextAsync(int number) => Encoding.UTF8.GetString((await Catalogue.ReadDocumentAsync(SomeDraft.Id(number), CancellationToken.None))!.Value.Span);

    private protected async Task<ICoreSyncItems> StartAsync()
    {
        core = await CreateAsync(product, points);
        return core.Services.GetRequiredService<ICoreSyncItems>();
    }

    private static Task<SimulatedCore> CreateAsync(ProductDatabase database, CrashPoints points) => SimulatedCore.CreateAsync(
        "product.example.net", new SimulatedNetwork(), new FakeTimeProvider(), configure: builder =>
        {
            builder.UseOutbox(database.Dialect, database.Connect);
            Wrap<IOutboxTable>(builder.Services, inner => new CrashingTable(inner, points));
            Wrap<IRelayStore>(builder.Services, inner => new CrashingRelayStore(inner, points));
        });

    private static void Wrap<T>(IServiceCollection services, Func<T, T> wrap)
        where T : class
    {
        var inner = services.Last(descriptor => descriptor.ServiceType == typeof(T));
        services.Remove(inner);
        services.AddSingleton(provider => wrap((T)(inner.ImplementationInstance ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!))));
    }

    private static long Remembered(SimulatedCore core)
    {
        var directory = core.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<CoreSyncOptions>>().Value.DataDirectory;
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(directory, "coresync.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM outbox_taken";
        return (long)command.ExecuteScalar()!;
    }
}
