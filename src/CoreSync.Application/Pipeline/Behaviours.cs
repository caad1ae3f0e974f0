using CoreSync.Application.Cores;
using CoreSync.Errors;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Pipeline;

// The behaviours in their order: errors outermost, then the open store, then the handler.

/// <summary>Turns the typed error of a failing store or disk into a failed result.</summary>
internal sealed class ErrorTranslationBehaviour<TRequest, TResponse> : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : ResultBase, new()
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        try
        {
            return await next().ConfigureAwait(false);
        }
        catch (CoreSyncException failure)
        {
            return Failure.Of<TResponse>(failure.Error);
        }
    }
}

/// <summary>Opens the store before the first request that needs it; a missing, newer or damaged store fails every use case alike.</summary>
internal sealed class OpenStoreBehaviour<TRequest, TResponse>(StoreGate gate) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : ResultBase, new()
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (request is not IWorksWithoutStore && await gate.OpenAsync(cancellationToken).ConfigureAwait(false) is { IsFailed: true } closed)
            return Failure.Of<TResponse>([.. closed.Errors]);
        return await next().ConfigureAwait(false);
    }
}

/// <summary>Marks requests that make the store or do not need it.</summary>
public interface IWorksWithoutStore;

internal static class Failure
{
    public static TResponse Of<TResponse>(params IError[] errors)
        where TResponse : ResultBase, new()
    {
        var response = new TResponse();
        response.Reasons.AddRange(errors);
        return response;
    }
}
