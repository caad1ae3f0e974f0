using CoreSync.Errors;
using CoreSync.Servers;
using FluentResults;

namespace CoreSync.Application.Targets;

/// <summary>Finds a target core by what a person typed.</summary>
internal sealed class TargetFinder(ITargetStore targets)
{
    /// <returns>Fails as <see cref="CoreAddress.Parse"/>, or with <see cref="TargetNotFoundError"/>.</returns>
    public async Task<Result<CoreServer>> FindAsync(string text, CancellationToken cancellationToken)
    {
        var address = CoreAddress.Parse(text);
        if (address.IsFailed)
            return address.ToResult<CoreServer>();
        var found = await targets.FindAsync(address.Value.Fqdn, cancellationToken).ConfigureAwait(false);
        return found is null ? Result.Fail(new TargetNotFoundError(address.Value.Fqdn.Ascii)) : found;
    }

    /// <summary>Several targets, each once, in the order named. All or none must be known.</summary>
    /// <returns>Fails as <see cref="FindAsync"/>.</returns>
    public async Task<Result<IReadOnlyList<CoreServer>>> FindAllAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var chosen = new List<CoreServer>();
        foreach (var text in texts)
        {
            var target = await FindAsync(text, cancellationToken).ConfigureAwait(false);
            if (target.IsFailed)
                return target.ToResult<IReadOnlyList<CoreServer>>();
            if (chosen.All(other => other.Id != target.Value.Id))
                chosen.Add(target.Value);
        }

        return chosen;
    }
}
