using System.Reflection;
using CoreSync.Application.Replication;
using CoreSync.Replication;
using FluentResults;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>A feed that says it is drained although changes are due.</summary>
public class EmptyFeed : DispatchProxy
{
    private IChangeFeed inner = null!;

    public static void Install(IServiceCollection services)
    {
        var real = services.Last(descriptor => descriptor.ServiceType == typeof(IChangeFeed));
        services.AddSingleton<IChangeFeed>(provider =>
        {
            var feed = Create<IChangeFeed, EmptyFeed>();
            ((EmptyFeed)(object)feed).inner = (IChangeFeed)(real.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!));
            return feed;
        });
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IChangeFeed.ReadAsync)
        ? Task.FromResult(Result.Ok<IReadOnlyList<ItemChange>>([]))
        : targetMethod.Invoke(inner, args);
}
