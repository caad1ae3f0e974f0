using System.Data.Common;
using CoreSync.Application.Cores;
using CoreSync.Application.Outbox;
using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Infrastructure.Outbox;

/// <summary>Makes the table of the outbox when the core opens.</summary>
internal sealed class OutboxOpening(IOutboxTable table) : IStoreOpening
{
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await table.EnsureAsync(cancellationToken).ConfigureAwait(false);
            return Result.Ok();
        }
        catch (DbException exception)
        {
            return Result.Fail(new OutboxUnusableError(exception.Message).CausedBy(exception));
        }
    }
}
