using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>A rollup core and its sources, all real, over TLS. The sources serve; the rollup core collects when told to.</summary>
internal sealed class RollupStar : IAsyncDisposable
{
    private RollupStar(RealCore head) => Head = head;

    /// <summary>The rollup core.</summary>
    public RealCore Head { get; }

    public List<RealCore> Sites { get; } = [];

    /// <summary>Makes sources that the rollup core trusts and may collect from.</summary>
    /// <param name="sites">How many.</param>
    /// <param name="rights">What the account of the scheduler may do on them.</param>
    /// <param name="head">Adds or replaces services of the rollup core.</param>
    public static async Task<RollupStar> CreateAsync(int sites, Rights rights = Rights.ConsoleAdministrator, Action<IServiceCollection>? head = null)
    {
        var star = new RollupStar(await RealCore.CreateAsync("head.example.net", head, role: CoreRole.Rollup));
        for (var i = 0; i < sites; i++)
        {
            var site = await RealCore.CreateAsync($"site{i}.example.net");
            star.Sites.Add(site);
            await site.AddAccountAsync(rights);
            await site.ServeAsync();
            await star.Head.AddSourceAsync(site);
        }

        return star;
    }

    /// <summary>Gives the account of the scheduler other rights on a source, as its administrator does.</summary>
    public static async Task GrantAsync(RealCore site, Rights rights)
    {
        await site.TellAsync(new RemoveAccount(RealCore.Account));
        await site.AddAccountAsync(rights);
    }

    public async ValueTask DisposeAsync()
    {
        await Head.DisposeAsync();
        foreach (var site in Sites)
            await site.DisposeAsync();
    }
}
