using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Rollup cores behind each other and in circles: the origin is kept, nothing goes round (A09).</summary>
public sealed class A8_chain_of_rollups
{
    [Fact]
    public async Task Site_region_head_office_keeps_the_origin_and_every_change_and_delete_travels_on()
    {
        await using var site = await ServingAsync("site.example.net", CoreRole.Standard);
        await using var region = await ServingAsync("region.example.net", CoreRole.Rollup);
        await using var head = await ServingAsync("head.example.net", CoreRole.Rollup);
        await region.AddSourceAsync(site);
        await head.AddSourceAsync(region);
        foreach (var core in new[] { region, head })
            await core.AskAsync(new SetComponentPolicy("reports", DeletePolicy.Delete, null));
        var item = await site.PutAsync("reports", "Stock", "1", autoSync: false);
        var own = await region.PutAsync("reports", "Of the region", "1", autoSync: false);

        await region.CollectedAsync();
        await head.CollectedAsync();
        Assert.Equal((item.Origin, "1"), ((await head.FindAsync(item))!.Origin, await head.TextAsync(item)));
        Assert.Equal((own.Origin, "1"), ((await head.FindAsync(own))!.Origin, await head.TextAsync(own)));

        await site.PutAsync("reports", "Stock", "2", autoSync: false, id: item.Id.ToString());
        await region.CollectedAsync();
        await head.CollectedAsync();
        Assert.Equal("2", await head.TextAsync(item));

        await site.AskAsync(new DeleteItem(item.Id.ToString()));
        await region.CollectedAsync();
        await head.CollectedAsync();
        Assert.True((await head.FindAsync(item))!.IsDeleted);
    }

    [Fact]
    public async Task What_a_rollup_core_collects_travels_on_to_its_own_targets()
    {
        await using var site = await ServingAsync("site.example.net", CoreRole.Standard);
        await using var head = await ServingAsync("head.example.net", CoreRole.Rollup);
        await using var target = await ServingAsync("target.example.net", CoreRole.Standard);
        await head.AddSourceAsync(site);
        await head.AddTargetAsync(target);
        var item = await site.PutAsync("queries", "Laptops", "1", autoSync: false);

        await head.CollectedAsync();

        await Eventually.IsTrueAsync(async () => await target.TextAsync(item) == "1", "the item is at the target of the rollup core");
        Assert.Equal((item.Origin, true), ((await target.FindAsync(item))!.Origin, (await target.FindAsync(item))!.AutoSync));
    }

    [Fact]
    public async Task Two_rollup_cores_that_collect_from_each_other_are_quiet()
    {
        await using var one = await ServingAsync("one.example.net", CoreRole.Rollup);
        await using var two = await ServingAsync("two.example.net", CoreRole.Rollup);
        await one.AddSourceAsync(two);
        await two.AddSourceAsync(one);
        var here = await one.PutAsync("queries", "Of one", "1", autoSync: false);
        var there = await two.PutAsync("queries", "Of two", "1");

        await one.CollectedAsync();
        await two.CollectedAsync();
        Assert.Equal(["1", "1"], [await two.TextAsync(here), await one.TextAsync(there)]);
        await AssertQuietAsync(one, two);
        await one.PutAsync("queries", "Of one", "2", autoSync: false, id: here.Id.ToString());
        await two.CollectedAsync();

        Assert.Equal("2", await two.TextAsync(here));
        await AssertQuietAsync(one, two);
    }

    [Fact]
    public async Task A_circle_of_three_rollup_cores_is_quiet()
    {
        await using var a = await ServingAsync("a.example.net", CoreRole.Rollup);
        await using var b = await ServingAsync("b.example.net", CoreRole.Rollup);
        await using var c = await ServingAsync("c.example.net", CoreRole.Rollup);
        await b.AddSourceAsync(a);
        await c.AddSourceAsync(b);
        await a.AddSourceAsync(c);
        var item = await a.PutAsync("queries", "Of a", "1", autoSync: false);

        foreach (var core in new[] { b, c, a })
            await core.CollectedAsync();

        Assert.Equal(("1", item.Origin), (await c.TextAsync(item), (await c.FindAsync(item))!.Origin));
        await AssertQuietAsync(a, b, c);
    }

    [Fact]
    public async Task A_core_reached_by_two_ways_gives_each_item_once()
    {
        await using var site = await ServingAsync("site.example.net", CoreRole.Standard);
        await using var region = await ServingAsync("region.example.net", CoreRole.Rollup);
        await using var head = await ServingAsync("head.example.net", CoreRole.Rollup);
        await region.AddSourceAsync(site);
        await head.AddSourceAsync(region);
        await head.AddSourceAsync(site);
        var item = await site.PutAsync("queries", "Laptops", "1");
        await region.CollectedAsync();

        await head.CollectedAsync();
        await site.PutAsync("queries", "Laptops", "2", id: item.Id.ToString());
        await head.CollectedAsync();
        await region.CollectedAsync();
        await head.CollectedAsync();

        Assert.Equal("2", await head.TextAsync(item));
        Assert.Single(await head.ListAsync("queries"));
        await AssertQuietAsync(region, head);
    }

    private static async Task<RealCore> ServingAsync(string name, CoreRole role)
    {
        var core = await RealCore.CreateAsync(name, role: role);
        // What happens here happens because the test says so, not at the interval.
        await core.SetAsync(Settings.Setting.SyncInterval, "86400");
        await core.AskAsync(new AddAccount(RealCore.Account, Rights.ConsoleAdministrator, [], RealCore.Password));
        await core.ServeAsync();
        return core;
    }

    // Everybody collects twice, and no catalogue changes.
    private static async Task AssertQuietAsync(params RealCore[] cores)
    {
        foreach (var core in cores)
            await core.CollectedAsync();
        var before = await HeadsAsync(cores);
        foreach (var core in cores)
            await core.CollectedAsync();
        Assert.Equal(before, await HeadsAsync(cores));
    }

    private static async Task<List<Sequence>> HeadsAsync(RealCore[] cores)
    {
        var heads = new List<Sequence>();
        foreach (var core in cores)
            heads.Add(await core.Services.GetRequiredService<ICatalogue>().HeadAsync(CancellationToken.None));
        return heads;
    }
}
