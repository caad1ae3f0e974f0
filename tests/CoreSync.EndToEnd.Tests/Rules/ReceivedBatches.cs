using System.Reflection;
using CoreSync.Accounts;
using CoreSync.Application.Replication;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Counts what comes over the wire into a core: batches, and contents apart.</summary>
internal sealed class ReceivedBatches
{
    private int batches;
    private int contents;

    public int Batches => batches;

    public int Contents => contents;

    /// <summary>Stands before the receiving side of a core; for the <c>configure</c> of <see cref="RealCore"/>.</summary>
    public void Watch(IServiceCollection services)
    {
        var real = services.Last(service => service.ServiceType == typeof(ILocalItemSinks)).ImplementationFactory!;
        services.AddSingleton<ILocalItemSinks>(provider => new Sinks((ILocalItemSinks)real(provider), this));
    }

    private sealed class Sinks(ILocalItemSinks real, ReceivedBatches counts) : ILocalItemSinks
    {
        public IItemSink For(Account writer)
        {
            var sink = DispatchProxy.Create<IItemSink, CountingSink>();
            ((CountingSink)(object)sink).Set(real.For(writer), counts);
            return sink;
        }
    }

#pragma warning disable CA1852 // the proxy derives from it at run time
    /// <summary>Passes every call on.</summary>
    internal class CountingSink : DispatchProxy
    {
        private IItemSink? real;
        private ReceivedBatches? counts;

        public void Set(IItemSink sink, ReceivedBatches into)
        {
            real = sink;
            counts = into;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IItemSink.ApplyAsync))
                Interlocked.Increment(ref counts!.batches);
            if (targetMethod.Name.StartsWith("SendContent", StringComparison.Ordinal))
                Interlocked.Increment(ref counts!.contents);
            return targetMethod.Invoke(real, args);
        }
    }
#pragma warning restore CA1852
}
