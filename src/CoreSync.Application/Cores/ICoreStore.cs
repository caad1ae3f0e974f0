using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Cores;

/// <summary>Creates, opens and describes the store of this core. The only port that works before <c>init</c>.</summary>
public interface ICoreStore
{
    /// <summary>Makes the data directory (0700) and the store, and records the core, all or nothing.</summary>
    /// <returns>Fails with <c>StoreAlreadyInitialisedError</c>, <c>StoreUnwritableError</c>, <c>StoreFullError</c>; nothing is left behind then.</returns>
    Task<Result> CreateAsync(LocalCore core, CancellationToken cancellationToken);

    /// <summary>Opens the store and reads who this core is. Never creates anything.</summary>
    /// <returns>Fails with <c>StoreNotInitialisedError</c>, <c>StoreNewerSchemaError</c>, <c>StoreOlderSchemaError</c>, <c>StoreCorruptError</c>, <c>StoreUnwritableError</c>.</returns>
    Task<Result<LocalCore>> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Counts the writer epoch up and returns it: the caller is from now on the one writer (P5). Call while holding the <see cref="IEngineLock"/>.</summary>
    Task<long> NextEpochAsync(CancellationToken cancellationToken);

    /// <summary>Raises the writer epoch to at least this value, and returns it. Call while holding the <see cref="IEngineLock"/>.</summary>
    Task<long> RaiseEpochAsync(long atLeast, CancellationToken cancellationToken);

    /// <summary>The present writer epoch.</summary>
    Task<long> EpochAsync(CancellationToken cancellationToken);
}

/// <summary>Lets one process run the engine of a data directory, and tells the others who it is (J6).</summary>
public interface IEngineLock
{
    /// <summary>Takes the lock until the returned handle is disposed or the process ends, however it ends.</summary>
    /// <returns>Fails with <c>StoreLockedError</c> that names the holder.</returns>
    Result<IDisposable> TryAcquire();
}

/// <summary>Tells that any process wrote to the store. Answers within 300 ms of the write.</summary>
public interface IStoreMonitor
{
    /// <summary>Completes when the store was written to after <paramref name="seen"/> was read.</summary>
    /// <param name="seen">What <see cref="Version"/> was when the caller last looked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task WaitForChangeAsync(long seen, CancellationToken cancellationToken);

    /// <summary>Grows with every write by any process; says nothing else.</summary>
    long Version { get; }
}

/// <summary>The core that this process works on; known once the store is open.</summary>
public interface ILocalCore
{
    /// <summary>This core.</summary>
    /// <exception cref="InvalidOperationException">The store is not open yet.</exception>
    LocalCore Current { get; }
}
