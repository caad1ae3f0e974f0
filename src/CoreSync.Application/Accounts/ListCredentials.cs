using CoreSync.Application.Targets;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Accounts;

/// <summary>Lists the accounts that this core uses on others: the default first, then those of single cores by name. Never a password (R2).</summary>
public sealed record ListCredentials : IRequest<Result<IReadOnlyList<CredentialEntry>>>;

/// <summary>An account that this core uses on others.</summary>
/// <param name="Kind">What it is used for.</param>
/// <param name="Core">FQDN of the one core that it is for; null for all.</param>
/// <param name="User">Its name there.</param>
public sealed record CredentialEntry(CredentialKind Kind, string? Core, string User);

internal sealed class ListCredentialsHandler(ICredentialStore credentials, ITargetStore targets) : IRequestHandler<ListCredentials, Result<IReadOnlyList<CredentialEntry>>>
{
    public async Task<Result<IReadOnlyList<CredentialEntry>>> Handle(ListCredentials request, CancellationToken cancellationToken)
    {
        var found = new List<CredentialEntry>();
        foreach (var (scope, user) in await credentials.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            var core = scope.Target is { } id ? await targets.FindAsync(id, cancellationToken).ConfigureAwait(false) : null;
            found.Add(new CredentialEntry(scope.Kind, core?.Address.Fqdn.Ascii, user));
        }

        return Result.Ok<IReadOnlyList<CredentialEntry>>([.. found.OrderBy(entry => entry.Kind).ThenBy(entry => entry.Core, StringComparer.Ordinal)]);
    }
}
