using System.Reflection;
using System.Security.Cryptography;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Replication;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Of a payload that changed travels what differs from the content that the target has for the same item and path.</summary>
public sealed class I5_payloads_travel_as_delta
{
    private static readonly byte[] Before = PayloadPair.Bytes(20_000_000, 11);

    [Fact]
    public async Task A_few_changed_places_and_an_insertion_travel_alone()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Before));
        await pair.Source.SyncedAsync();
        var after = Edited();

        var (sent, job) = await ChangeAsync(pair, item, after);

        Assert.Equal([PayloadPair.Expected("agent.msi", after)], await PayloadPair.ContentsAsync(pair.Target, item));
        Assert.InRange(sent, 1_000, 500_000);
        Assert.InRange(job.Progress.BytesSent, 1_000, sent);
        Assert.Equal(job.Progress.BytesTotal, job.Progress.BytesSent);
        AssertNothingWaits(pair.Target);
    }

    [Fact]
    public async Task Content_that_needs_many_patches_arrives_whole()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var before = PayloadPair.Bytes(150_000_000, 12);
        var item = await pair.PutAsync("agent", ("agent.msi", before));
        await pair.Source.SyncedAsync();
        before[1_000]++;
        before[90_000_000]++;
        byte[] after = [.. before, .. "the end"u8];

        var (sent, _) = await ChangeAsync(pair, item, after);

        Assert.Equal([PayloadPair.Expected("agent.msi", after)], await PayloadPair.ContentsAsync(pair.Target, item));
        Assert.InRange(sent, 1_000, 500_000);
    }

    [Fact]
    public async Task Content_that_has_nothing_in_common_travels_whole_and_no_more()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Before));
        await pair.Source.SyncedAsync();
        var after = PayloadPair.Bytes(Before.Length, 13);

        var (sent, job) = await ChangeAsync(pair, item, after);

        Assert.Equal([PayloadPair.Expected("agent.msi", after)], await PayloadPair.ContentsAsync(pair.Target, item));
        Assert.InRange(sent, after.Length, after.Length + 200_000);
        Assert.InRange(job.Progress.BytesSent, after.Length, after.Length + 1_000);
    }

    [Fact]
    public async Task A_base_that_was_damaged_before_is_not_used()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Before));
        await pair.Source.SyncedAsync();
        Damage(pair.Target);
        var after = Edited();

        var (sent, _) = await ChangeAsync(pair, item, after);

        Assert.Equal([PayloadPair.Expected("agent.msi", after)], await PayloadPair.ContentsAsync(pair.Target, item));
        Assert.InRange(sent, after.Length, after.Length + 200_000);
    }

    [Fact]
    public async Task A_base_that_is_damaged_between_comparing_and_patching_does_no_harm()
    {
        var between = new BeforePatches();
        await using var pair = await PayloadPair.CreateAsync(configureTarget: between.Install);
        var item = await pair.PutAsync("agent", ("agent.msi", Before));
        await pair.Source.SyncedAsync();
        between.Act = () => Damage(pair.Target);
        var after = Edited();

        var (sent, _) = await ChangeAsync(pair, item, after);

        Assert.Equal(1, between.Patches);
        Assert.Equal([PayloadPair.Expected("agent.msi", after)], await PayloadPair.ContentsAsync(pair.Target, item));
        Assert.InRange(sent, after.Length, after.Length + 1_000_000);
        AssertNothingWaits(pair.Target);
    }

    [Fact]
    public async Task A_base_that_is_removed_between_comparing_and_patching_does_no_harm()
    {
        var between = new BeforePatches();
        await using var pair = await PayloadPair.CreateAsync(configureTarget: between.Install);
        var item = await pair.PutAsync("agent", ("agent.msi", Before));
        await pair.Source.SyncedAsync();
        between.Act = () => File.Delete(PayloadPair.FileOf(pair.Target, Before));
        var after = Edited();

        await ChangeAsync(pair, item, after);

        Assert.Equal(1, between.Patches);
        Assert.Equal([PayloadPair.Expected("agent.msi", after)], await PayloadPair.ContentsAsync(pair.Target, item));
    }

    [Fact]
    public async Task A_delta_that_is_cut_in_the_middle_goes_on_behind_the_last_patch()
    {
        const int New = 14_000_000;
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Before));
        await pair.Source.SyncedAsync();
        byte[] after = [.. PayloadPair.Bytes(New, 14), .. Before];
        await PayloadPair.PutAsync(pair.Source, "agent", item.Id.ToString(), ("agent.msi", after));
        pair.Wire.CutAfter(7_000_000);

        var broken = Assert.Single(await pair.Source.SyncAsync());
        var arrived = new DirectoryInfo(pair.Target.DataDirectory).GetFiles("*.part", SearchOption.AllDirectories).Single().Length;
        var before = pair.Wire.Sent;
        var done = await pair.Source.SyncedAsync();

        Assert.Equal(SyncJobState.Failed, broken.State);
        Assert.InRange(arrived, 4_000_000, 7_000_000);
        Assert.InRange(pair.Wire.Sent - before, New - arrived, New - arrived + 300_000);
        Assert.InRange(done.Progress.BytesSent, New - arrived, New - arrived + 100_000);
        Assert.Equal([PayloadPair.Expected("agent.msi", after)], await PayloadPair.ContentsAsync(pair.Target, item));
        AssertNothingWaits(pair.Target);
    }

    [Fact]
    public async Task What_arrived_in_part_and_does_not_belong_to_it_is_thrown_away_and_sent_whole()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Before));
        await pair.Source.SyncedAsync();
        byte[] after = [.. PayloadPair.Bytes(9_000_000, 15), .. Before];
        await PayloadPair.PutAsync(pair.Source, "agent", item.Id.ToString(), ("agent.msi", after));
        pair.Wire.CutAfter(6_000_000);
        await pair.Source.SyncAsync();
        var part = new DirectoryInfo(pair.Target.DataDirectory).GetFiles("*.part", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(part.FullName, new byte[part.Length]);

        await pair.Source.SyncedAsync();

        Assert.Equal([PayloadPair.Expected("agent.msi", after)], await PayloadPair.ContentsAsync(pair.Target, item));
        AssertNothingWaits(pair.Target);
    }

    [Fact]
    public async Task What_a_rollup_core_collects_travels_as_delta_too()
    {
        await using var star = await RollupStar.CreateAsync(0);
        await using var site = await RealCore.CreateAsync("site.example.net");
        await site.AddAccountAsync(Rights.ConsoleAdministrator);
        await site.ServeAsync();
        await using var wire = new CuttableWire(site.Address, countsAnswers: true);
        await star.Head.AddSourceAsync(site, wire.Address);
        var item = await PayloadPair.PutAsync(site, "agent", null, autoSync: false, ("agent.msi", Before));
        await star.Head.CollectedAsync();
        var after = Edited();
        await PayloadPair.PutAsync(site, "agent", item.Id.ToString(), autoSync: false, ("agent.msi", after));
        var before = wire.Sent;

        var job = Assert.Single(await star.Head.CollectedAsync());

        Assert.Equal([PayloadPair.Expected("agent.msi", after)], await PayloadPair.ContentsAsync(star.Head, item));
        Assert.InRange(wire.Sent - before, 1_000, 600_000);
        Assert.InRange(job.Progress.BytesSent, 1_000, 500_000);
        AssertNothingWaits(star.Head);
    }

    [Fact]
    public async Task A_collection_that_is_cut_in_the_middle_of_a_delta_goes_on_behind_the_last_patch()
    {
        const int New = 14_000_000;
        await using var star = await RollupStar.CreateAsync(0);
        await using var site = await RealCore.CreateAsync("site.example.net");
        await site.AddAccountAsync(Rights.ConsoleAdministrator);
        await site.ServeAsync();
        await using var wire = new CuttableWire(site.Address, countsAnswers: true);
        await star.Head.AddSourceAsync(site, wire.Address);
        var item = await PayloadPair.PutAsync(site, "agent", null, autoSync: false, ("agent.msi", Before));
        await star.Head.CollectedAsync();
        byte[] after = [.. PayloadPair.Bytes(New, 17), .. Before];
        await PayloadPair.PutAsync(site, "agent", item.Id.ToString(), autoSync: false, ("agent.msi", after));
        wire.CutAfter(7_000_000);

        var broken = Assert.Single(await star.Head.CollectAsync());
        var arrived = new DirectoryInfo(star.Head.DataDirectory).GetFiles("*.part", SearchOption.AllDirectories).Single().Length;
        var before = wire.Sent;
        await star.Head.CollectedAsync();

        Assert.Equal(SyncJobState.Failed, broken.State);
        Assert.InRange(arrived, 4_000_000, 7_000_000);
        Assert.InRange(wire.Sent - before, New - arrived, New - arrived + 500_000);
        Assert.Equal([PayloadPair.Expected("agent.msi", after)], await PayloadPair.ContentsAsync(star.Head, item));
    }

    // S6: whoever is signed in may send anything.
    [Fact]
    public async Task A_hostile_patch_is_refused_and_nothing_is_stored()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Before));
        await pair.Source.SyncedAsync();
        var own = await PayloadPair.PutAsync(pair.Target, "the target's own", null, ("secret.bin", PayloadPair.Bytes(400_000, 16)));
        var packages = ComponentName.Parse("distribution-packages").Value;
        var basis = ContentHash.Of(Before);
        var wanted = ContentHash.Of("wanted"u8);
        await using var connection = await ConnectAsync(pair);
        (Type Error, ContentPatch Patch)[] hostile =
        [
            (typeof(BatchMalformedError), new(item.Id, basis, wanted, 1_000, 0, [PatchStep.OfBase(0, 1_001)])),
            (typeof(BatchMalformedError), new(item.Id, basis, wanted, 1_000, 0, [PatchStep.OfBytes(new byte[600]), PatchStep.OfBase(0, 600)])),
            (typeof(BatchMalformedError), new(item.Id, basis, wanted, 1_000, 0, [PatchStep.OfBytes(new byte[600]), PatchStep.OfBase(Before.Length - 1, 2)])),
            (typeof(BatchMalformedError), new(item.Id, basis, wanted, 1L << 40, 0, [PatchStep.OfBase(0, 1_000)])),
            (typeof(BatchMalformedError), new(item.Id, basis, wanted, 1_000, 500, [PatchStep.OfBase(0, 500)])),
            (typeof(BatchMalformedError), new(item.Id, basis, wanted, 1_000, 0, [])),
            (typeof(BatchMalformedError), new(item.Id, basis, wanted, 100_000, 0, [.. Enumerable.Repeat(PatchStep.OfBase(0, 1), DeltaLimits.MaxSteps + 1)])),
            (typeof(ContentMismatchError), new(item.Id, basis, wanted, 1_000, 0, [PatchStep.OfBase(0, 1_000)])),
            (typeof(PayloadDamagedError), new(item.Id, ContentHash.Of("no base"u8), wanted, 1_000, 0, [PatchStep.OfBase(0, 1_000)])),
            (typeof(PayloadDamagedError), new(own.Id, own.Payloads[0].Hash, wanted, 1_000, 0, [PatchStep.OfBase(0, 1_000)])),
            (typeof(PayloadDamagedError), new(item.Id, own.Payloads[0].Hash, wanted, 1_000, 0, [PatchStep.OfBase(0, 1_000)])),
        ];

        foreach (var (error, patch) in hostile)
        {
            var sent = await connection.SendPatchAsync(packages, patch, TestContext.Current.CancellationToken);
            Assert.IsType(error, Assert.Single(sent.Errors));
        }

        Assert.Equal(0, Assert.Single((await connection.HaveContentAsync(packages, [wanted], TestContext.Current.CancellationToken)).Value));
        Assert.Equal(2, PayloadPair.Stored(pair.Target).Length);
        AssertNothingWaits(pair.Target);
        Assert.Null((await connection.FindBaseAsync(packages, own.Id, own.Payloads[0].Path, TestContext.Current.CancellationToken)).Value);
        Assert.NotNull((await connection.FindBaseAsync(packages, item.Id, item.Payloads[0].Path, TestContext.Current.CancellationToken)).Value);
    }

    [Fact]
    public async Task An_account_gets_no_base_of_a_component_that_is_closed_to_it()
    {
        await using var pair = await PayloadPair.CreateAsync();
        var item = await pair.PutAsync("agent", ("agent.msi", Before));
        await pair.Source.SyncedAsync();
        await pair.Target.AskAsync(new SetAccountRights(RealCore.Account, null, ["queries"]));
        await using var connection = await ConnectAsync(pair);
        var queries = ComponentName.Parse("queries").Value;
        var patch = new ContentPatch(item.Id, ContentHash.Of(Before), ContentHash.Of("wanted"u8), 1_000, 0, [PatchStep.OfBase(0, 1_000)]);

        var found = await connection.FindBaseAsync(queries, item.Id, item.Payloads[0].Path, TestContext.Current.CancellationToken);
        var sent = await connection.SendPatchAsync(queries, patch, TestContext.Current.CancellationToken);

        Assert.True(found.IsSuccess);
        Assert.Null(found.Value);
        Assert.True(sent.HasError<PayloadDamagedError>());
    }

    private static byte[] Edited()
    {
        var changed = (byte[])Before.Clone();
        foreach (var place in new[] { 3_000_000, 11_000_000, 19_999_000 })
            RandomNumberGenerator.Fill(changed.AsSpan(place, 5));
        return [.. "an insertion at the start"u8, .. changed];
    }

    private static async Task<(long Sent, SyncJob Job)> ChangeAsync(PayloadPair pair, Item item, byte[] after)
    {
        await PayloadPair.PutAsync(pair.Source, "agent", item.Id.ToString(), ("agent.msi", after));
        var before = pair.Wire.Sent;
        var job = await pair.Source.SyncedAsync();
        return (pair.Wire.Sent - before, job);
    }

    private static async Task<ITargetConnection> ConnectAsync(PayloadPair pair)
    {
        var target = Assert.Single(await pair.Source.Services.GetRequiredService<ITargetStore>().ListAsync(TestContext.Current.CancellationToken));
        var connected = await pair.Source.Services.GetRequiredService<ITargetConnector>().ConnectAsync(target, TestContext.Current.CancellationToken);
        Assert.True(connected.IsSuccess, connected.ToString());
        return connected.Value;
    }

    private static void Damage(RealCore core)
    {
        using var file = new FileStream(PayloadPair.FileOf(core, Before), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Seek(5_000_000, SeekOrigin.Begin);
        file.WriteByte((byte)~Before[5_000_000]);
    }

    private static void AssertNothingWaits(RealCore core) => Assert.Empty(new DirectoryInfo(core.DataDirectory).GetFiles("content-*", SearchOption.AllDirectories));

    /// <summary>Does something at the target before each patch.</summary>
    private sealed class BeforePatches
    {
        private int patches;

        public int Patches => patches;

        public Action Act { get; set; } = () => { };

        public void Install(IServiceCollection services)
        {
            var real = services.Last(service => service.ServiceType == typeof(ILocalItemSinks)).ImplementationFactory!;
            services.AddSingleton<ILocalItemSinks>(provider => new Sinks((ILocalItemSinks)real(provider), this));
        }

        public void Patching()
        {
            Interlocked.Increment(ref patches);
            Act();
        }

        private sealed class Sinks(ILocalItemSinks real, BeforePatches before) : ILocalItemSinks
        {
            public IItemSink For(Account writer)
            {
                var sink = DispatchProxy.Create<IItemSink, PatchedSink>();
                ((PatchedSink)(object)sink).Set(real.For(writer), before.Patching);
                return sink;
            }
        }
    }

#pragma warning disable CA1852 // the proxy derives from it at run time
    /// <summary>Passes every call on, a patch after something else.</summary>
    internal class PatchedSink : DispatchProxy
    {
        private IItemSink real = null!;
        private Action patching = null!;

        public void Set(IItemSink sink, Action before)
        {
            real = sink;
            patching = before;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IItemSink.SendPatchAsync))
                patching();
            return targetMethod.Invoke(real, args);
        }
    }
#pragma warning restore CA1852
}
