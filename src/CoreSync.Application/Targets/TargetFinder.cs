using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Targets;

/// <summary>Finds a core of the list by what a person typed.</summary>
internal sealed class TargetFinder(ITargetStore targets, ILocalCore local)
{
    /// <summary>A target or a source: trust is the same for both.</summary>
    /// <returns>Fails as <see cref="CoreAddress.Parse"/>, or with <see cref="TargetNotFoundError"/>.</returns>
    public async Task<Result<CoreServer>> FindAsync(string text, CancellationToken cancellationToken)
    {
        var address = CoreAddress.Parse(text);
        if (address.IsFailed)
            return address.ToResult<CoreServer>();
        var found = await targets.FindAsync(address.Value.Fqdn, cancellationToken).ConfigureAwait(false);
        return found is null ? Result.Fail(new TargetNotFoundError(address.Value.Fqdn.Ascii)) : found;
    }

    /// <summary>A core of one direction.</summary>
    /// <returns>
    /// Fails as <see cref="CoreAddress.Parse"/>, with <see cref="TargetNotFoundError"/>, <see cref="TargetIsSourceError"/>, <see cref="RollupSourceNotFoundError"/>,
    /// <see cref="RollupSourceIsTargetError"/> or <see cref="NotARollupCoreError"/>.
    /// </returns>
    public async Task<Result<CoreServer>> FindAsync(string text, SyncDirection direction, CancellationToken cancellationToken)
    {
        if (direction == SyncDirection.Pull && MayCollect() is { IsFailed: true } standard)
            return standard;
        var address = CoreAddress.Parse(text);
        if (address.IsFailed)
            return address.ToResult<CoreServer>();
        var found = await targets.FindAsync(address.Value.Fqdn, cancellationToken).ConfigureAwait(false);
        if (found is not null && found.Direction == direction)
            return found;
        var fqdn = address.Value.Fqdn.Ascii;
        return Result.Fail((direction, found) switch
        {
            (SyncDirection.Pull, null) => new RollupSourceNotFoundError(fqdn),
            (SyncDirection.Pull, _) => new RollupSourceIsTargetError(fqdn),
            (_, null) => new TargetNotFoundError(fqdn),
            _ => new TargetIsSourceError(fqdn),
        });
    }

    /// <summary>Whether this core collects from others.</summary>
    /// <returns>Fails with <see cref="NotARollupCoreError"/>.</returns>
    public Result MayCollect() => local.Current.Role == CoreRole.Rollup ? Result.Ok() : Result.Fail(new NotARollupCoreError(local.Current.Name.Ascii));

    /// <summary>Several cores of one direction, each once, in the order named. All or none must be known.</summary>
    /// <returns>Fails as <see cref="FindAsync(string, SyncDirection, CancellationToken)"/>.</returns>
    public async Task<Result<IReadOnlyList<CoreServer>>> FindAllAsync(IReadOnlyList<string> texts, SyncDirection direction, CancellationToken cancellationToken)
    {
        var chosen = new List<CoreServer>();
        foreach (var text in texts)
        {
            var target = await FindAsync(text, direction, cancellationToken).ConfigureAwait(false);
            if (target.IsFailed)
                return target.ToResult<IReadOnlyList<CoreServer>>();
            if (chosen.All(other => other.Id != target.Value.Id))
                chosen.Add(target.Value);
        }

        return chosen;
    }
}
