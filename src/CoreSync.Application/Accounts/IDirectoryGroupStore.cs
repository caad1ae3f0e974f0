using CoreSync.Accounts;
using FluentResults;

namespace CoreSync.Application.Accounts;

/// <summary>Keeps which groups of the LDAP directory have which rights here. One row per group, whatever the spelling of its name.</summary>
public interface IDirectoryGroupStore
{
    /// <summary>Adds a group.</summary>
    /// <returns>Fails with <c>DirectoryGroupDuplicateError</c>.</returns>
    Task<Result> AddAsync(DirectoryGroup group, CancellationToken cancellationToken);

    /// <summary>All groups, by canonical name.</summary>
    Task<IReadOnlyList<DirectoryGroup>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes a group.</summary>
    /// <returns>Fails with <c>DirectoryGroupNotFoundError</c>.</returns>
    Task<Result> RemoveAsync(DistinguishedName name, CancellationToken cancellationToken);
}
