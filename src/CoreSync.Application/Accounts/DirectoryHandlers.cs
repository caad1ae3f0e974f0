using CoreSync.Accounts;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Settings;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Accounts;

internal sealed class AddDirectoryGroupHandler(IDirectoryGroupStore groups, ICurrentActor acting, ILogger<AddDirectoryGroupHandler> logger)
    : IRequestHandler<AddDirectoryGroup, Result<DirectoryGroup>>
{
    public async Task<Result<DirectoryGroup>> Handle(AddDirectoryGroup request, CancellationToken cancellationToken)
    {
        var name = DistinguishedName.Parse(request.Name);
        var components = request.Components.Select(ComponentName.Parse).ToList();
        var input = Result.Merge([name.ToResult(), .. components.Select(component => component.ToResult())]);
        if (input.IsFailed)
            return input.ToResult<DirectoryGroup>();
        var group = new DirectoryGroup(name.Value, request.Rights, [.. components.Select(component => component.Value).Distinct()]);
        var added = await groups.AddAsync(group, cancellationToken).ConfigureAwait(false);
        if (added.IsFailed)
            return added.ToResult<DirectoryGroup>();
        AccountLog.DirectoryGroupChanged(logger, acting.Actor.Name, group.Name.Text, $"given {group.Rights}");
        return group;
    }
}

internal sealed class ListDirectoryGroupsHandler(IDirectoryGroupStore groups) : IRequestHandler<ListDirectoryGroups, Result<IReadOnlyList<DirectoryGroup>>>
{
    public async Task<Result<IReadOnlyList<DirectoryGroup>>> Handle(ListDirectoryGroups request, CancellationToken cancellationToken) =>
        Result.Ok(await groups.ListAsync(cancellationToken).ConfigureAwait(false));
}

internal sealed class RemoveDirectoryGroupHandler(IDirectoryGroupStore groups, ICurrentActor acting, ILogger<RemoveDirectoryGroupHandler> logger)
    : IRequestHandler<RemoveDirectoryGroup, Result>
{
    public async Task<Result> Handle(RemoveDirectoryGroup request, CancellationToken cancellationToken)
    {
        var name = DistinguishedName.Parse(request.Name);
        if (name.IsFailed)
            return name.ToResult();
        var removed = await groups.RemoveAsync(name.Value, cancellationToken).ConfigureAwait(false);
        if (removed.IsSuccess)
            AccountLog.DirectoryGroupChanged(logger, acting.Actor.Name, name.Value.Text, "taken away");
        return removed;
    }
}

internal sealed class TestDirectoryHandler(IEnumerable<IOuterDirectory> directories) : IRequestHandler<TestDirectory, Result<IReadOnlyList<ConnectionStep>>>
{
    public async Task<Result<IReadOnlyList<ConnectionStep>>> Handle(TestDirectory request, CancellationToken cancellationToken)
    {
        foreach (var directory in directories)
        {
            if (await directory.IsConfiguredAsync(cancellationToken).ConfigureAwait(false))
                return Result.Ok(await directory.TestAsync(request.User, request.Password, cancellationToken).ConfigureAwait(false));
        }

        return Result.Fail(new AccountDirectoryInvalidError(Setting.LdapServer.Key, "it is not set"));
    }
}
