using Microsoft.Extensions.Options;

namespace CoreSync.Application;

/// <inheritdoc cref="ICurrentActor"/>
internal sealed class CurrentActor(IOptions<CoreSyncOptions> options) : ICurrentActor
{
    private readonly AsyncLocal<Actor?> current = new();

    public Actor Actor => current.Value ?? options.Value.Actor;

    public IDisposable Act(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var before = current.Value;
        current.Value = actor;
        return new Turn(this, before);
    }

    private sealed class Turn(CurrentActor owner, Actor? before) : IDisposable
    {
        public void Dispose() => owner.current.Value = before;
    }
}
