using CoreSync.Application.Items;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Replication;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Cores in rows and circles. Every core serves; jobs run when the test says so, since the hosts' engines are told of the changes by the same store.</summary>
public sealed class A8_chains_and_loops_of_cores
{
    [Fact]
    public async Task Source_region_site_brings_the_task_with_its_package_and_keeps_the_origin()
    {
        await using var cores = await Cores.CreateAsync("source", "region", "site");
        await cores["source"].AddTargetAsync(cores["region"]);
        await cores["region"].AddTargetAsync(cores["site"]);
        var package = await cores["source"].PutAsync("distribution-packages", "7-Zip", "1", autoSync: false);
        var task = await cores["source"].PutAsync("tasks", "Install", "1", true, null, package);

        await cores.UntilAsync("site", package, "1");
        // The package changes, the task does not: the task still brings it, over both hops.
        await cores["source"].PutAsync("distribution-packages", "7-Zip", "2", false, package.Id.ToString());
        await cores.UntilAsync("site", package, "2");

        var there = await cores["site"].FindAsync(task);
        Assert.Equal((task.Origin, task.Revision, true), (there!.Origin, there.Revision, there.AutoSync));
        Assert.Equal([package.Id], there.References);
        Assert.Equal(task.Origin, (await cores["site"].FindAsync(package))!.Origin);

        // The release travels on, too (A5).
        await cores["source"].AskAsync(new SetAutoSync([task.Id.ToString()], On: false));
        await Eventually.IsTrueAsync(async () => (await cores["site"].FindAsync(task))!.AutoSync == false, "the release at the site");
    }

    [Fact]
    public async Task Two_cores_that_are_each_others_targets_are_quiet()
    {
        await using var cores = await Cores.CreateAsync("one", "two");
        await cores["one"].AddTargetAsync(cores["two"]);
        await cores["two"].AddTargetAsync(cores["one"]);
        var here = await cores["one"].PutAsync("queries", "From one", "1");
        var there = await cores["two"].PutAsync("queries", "From two", "1");
        await cores.UntilAsync("two", here, "1");
        await cores.UntilAsync("one", there, "1");

        await cores.AssertQuietAsync();
        await cores["one"].PutAsync("queries", "From one", "2", id: here.Id.ToString());
        await cores.UntilAsync("two", here, "2");

        await cores.AssertQuietAsync();
    }

    [Fact]
    public async Task A_circle_of_three_is_quiet_and_nothing_goes_back_to_where_it_came_from()
    {
        await using var cores = await Cores.CreateAsync("a", "b", "c");
        await cores["a"].AddTargetAsync(cores["b"]);
        await cores["b"].AddTargetAsync(cores["c"]);
        await cores["c"].AddTargetAsync(cores["a"]);
        // The way back beside the circle: c has what it got from b, and must not send it there.
        await cores["c"].AddTargetAsync(cores["b"]);
        var package = await cores["a"].PutAsync("distribution-packages", "P", "1", autoSync: false);
        var task = await cores["a"].PutAsync("tasks", "T", "1", true, null, package);

        await cores.UntilAsync("c", task, "1");
        await cores.AssertQuietAsync();
        await cores["a"].PutAsync("distribution-packages", "P", "2", false, package.Id.ToString());
        await cores.UntilAsync("c", package, "2");
        await cores.AssertQuietAsync();

        var jobs = await cores["c"].AskAsync(new Application.Jobs.ListJobs());
        Assert.All(jobs, job => Assert.Equal((0, 0), (job.Progress.Applied, job.Progress.Skipped)));
    }

    /// <summary>Several serving cores.</summary>
    private sealed class Cores : IAsyncDisposable
    {
        private readonly Dictionary<string, RealCore> cores = [];

        public RealCore this[string name] => cores[name];

        public static async Task<Cores> CreateAsync(params string[] names)
        {
            var all = new Cores();
            foreach (var name in names)
            {
                var core = all.cores[name] = await RealCore.CreateAsync($"{name}.example.net");
                await core.AddAccountAsync();
                await core.ServeAsync();
            }

            return all;
        }

        public Task UntilAsync(string core, Item item, string text) =>
            Eventually.IsTrueAsync(async () => await cores[core].TextAsync(item) == text, $"{item.Name} is '{text}' at {core}", 40);

        /// <summary>Sequences stand still while every core synchronises with everybody, twice.</summary>
        public async Task AssertQuietAsync()
        {
            foreach (var core in cores.Values)
                await core.SendAsync(new Application.Jobs.SyncNow([], Wait: true));
            var before = await HeadsAsync();
            for (var round = 0; round < 2; round++)
            {
                foreach (var core in cores.Values)
                {
                    if ((await core.SendAsync(new Application.Jobs.SyncNow([], Wait: true))) is { IsSuccess: true } jobs)
                        Assert.All(jobs.Value, job => Assert.Equal((SyncJobState.Succeeded, 0), (job.State, job.Progress.ItemsDone)));
                }
            }

            Assert.Equal(before, await HeadsAsync());
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var core in cores.Values)
                await core.DisposeAsync();
        }

        private async Task<List<Sequence>> HeadsAsync()
        {
            var heads = new List<Sequence>();
            foreach (var core in cores.Values)
                heads.Add(await core.Services.GetRequiredService<ICatalogue>().HeadAsync(CancellationToken.None));
            return heads;
        }
    }
}
