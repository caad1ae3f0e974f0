using CoreSync.Accounts;
using CoreSync.Application.Targets;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Accounts;

/// <summary>Gives rights on this core to the members of a group of the LDAP directory (R3).</summary>
/// <param name="Name">Its distinguished name.</param>
/// <param name="Rights">What they may do.</param>
/// <param name="Components">Components that they may write; empty means all.</param>
public sealed record AddDirectoryGroup(string Name, Rights Rights, IReadOnlyList<string> Components) : IRequest<Result<DirectoryGroup>>;

/// <summary>Lists the groups that have rights, by name.</summary>
public sealed record ListDirectoryGroups : IRequest<Result<IReadOnlyList<DirectoryGroup>>>;

/// <summary>Takes the rights of a group away; its members lose them within five seconds (R7).</summary>
/// <param name="Name">Its distinguished name, in any spelling.</param>
public sealed record RemoveDirectoryGroup(string Name) : IRequest<Result>;

/// <summary>Goes through what a sign-in with an account of the LDAP directory needs: server, TLS, certificate, bind, search, groups and rights.</summary>
/// <param name="User">Its name, as somebody would type it.</param>
/// <param name="Password">Tried too when given.</param>
public sealed record TestDirectory(string User, string? Password = null) : IRequest<Result<IReadOnlyList<ConnectionStep>>>
{
    /// <inheritdoc/>
    public override string ToString() => $"TestDirectory {{ User = {User} }}";
}
