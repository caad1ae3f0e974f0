using System.Collections.Concurrent;
using CoreSync.Application.Items;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>A target that refuses documents of certain names, each with its reason, and may take its time.</summary>
internal sealed class PickyTarget
{
    private readonly ConcurrentDictionary<string, CoreSyncError> refused = new();

    /// <summary>Changes that were offered, by name.</summary>
    public ConcurrentDictionary<string, int> Offered { get; } = new();

    /// <summary>Waited for before each batch of documents is applied.</summary>
    public TimeSpan Delay { get; set; }

    public void Refuse(string name, CoreSyncError error) => refused[name] = error;

    public void Accept(string name) => refused.TryRemove(name, out _);

    /// <summary>Puts itself before the applier of documents.</summary>
    public void Install(IServiceCollection services)
    {
        var inner = services.First(descriptor => descriptor.ServiceType == typeof(IItemApplier) && descriptor.ImplementationType!.Name == "DocumentApplier");
        services.Remove(inner);
        services.AddSingleton<IItemApplier>(provider => new Applier(this, (IItemApplier)ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)));
    }

    private sealed class Applier(PickyTarget target, IItemApplier inner) : IItemApplier
    {
        public ComponentKind Kind => inner.Kind;

        public async Task<IReadOnlyList<ItemOutcome>> StageAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken)
        {
            await Task.Delay(target.Delay, cancellationToken);
            foreach (var change in changes)
                target.Offered.AddOrUpdate(change.Change.Item.Name, 1, (_, count) => count + 1);
            var refusals = changes.Where(change => target.refused.ContainsKey(change.Change.Item.Name)).Select(change =>
            {
                var error = target.refused[change.Change.Item.Name];
                return new ItemOutcome(change.Change.Item.Id, change.Change.Sequence, ItemOutcomeKind.Rejected, error.Code, error.Message);
            });
            return [.. refusals, .. await inner.StageAsync(component, changes, cancellationToken)];
        }

        public Task<IReadOnlyList<ItemOutcome>> ApplyAsync(Component component, IReadOnlyList<IncomingChange> changes, CancellationToken cancellationToken) =>
            inner.ApplyAsync(component, changes, cancellationToken);

        public Task TidyAsync(Component component, CancellationToken cancellationToken) => inner.TidyAsync(component, cancellationToken);
    }
}
