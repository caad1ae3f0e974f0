using CoreSync.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Two real cores over TLS in this process: the target serves, the source knows and trusts it and synchronises when told to.</summary>
internal sealed class CorePair : IAsyncDisposable
{
    private CorePair(RealCore source, RealCore target)
    {
        Source = source;
        Target = target;
    }

    public RealCore Source { get; }

    public RealCore Target { get; }

    /// <summary>Makes a pair that is ready to synchronise.</summary>
    /// <param name="source">Adds or replaces services of the source.</param>
    /// <param name="target">Adds or replaces services of the target.</param>
    /// <param name="rights">What the account of the source may do on the target.</param>
    /// <param name="components">The components that it may write; empty for all.</param>
    public static async Task<CorePair> CreateAsync(
        Action<IServiceCollection>? source = null, Action<IServiceCollection>? target = null, Rights rights = Rights.Edit, params string[] components)
    {
        var pair = new CorePair(await RealCore.CreateAsync("source.example.net", source), await RealCore.CreateAsync("target.example.net", target));
        await pair.Target.AddAccountAsync(rights, components);
        await pair.Target.ServeAsync();
        await pair.Source.AddTargetAsync(pair.Target);
        return pair;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
    }
}

/// <summary>Waits for what happens by itself.</summary>
internal static class Eventually
{
    /// <summary>Looks again and again until <paramref name="look"/> answers true; fails after the time given.</summary>
    public static async Task IsTrueAsync(Func<Task<bool>> look, string what, double seconds = 20)
    {
        var until = TimeProvider.System.GetTimestamp();
        while (!await look())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(until).TotalSeconds < seconds, $"Not within {seconds} s: {what}");
            await Task.Delay(50);
        }
    }
}
