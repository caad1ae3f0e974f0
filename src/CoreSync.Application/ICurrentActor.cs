namespace CoreSync.Application;

/// <summary>Who acts right now: what the trust history, the log and the conflict inbox name.</summary>
/// <remarks>
/// It follows the call, not the object: desks and stores live as long as the host, and serve many people at once. A call that nobody claimed is the host's own
/// (<see cref="CoreSyncOptions.Actor"/>).
/// </remarks>
public interface ICurrentActor
{
    /// <summary>The person of the innermost <see cref="Act"/> around this call, else the host's own.</summary>
    Actor Actor { get; }

    /// <summary>From here on, until the answer is disposed of, this call and what it awaits act in the name of <paramref name="actor"/>. Calls beside it are not touched.</summary>
    /// <param name="actor">Who was signed in, and from where.</param>
    IDisposable Act(Actor actor);
}
