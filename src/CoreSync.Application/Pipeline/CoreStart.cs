using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Servers;
using FluentResults;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application.Pipeline;

/// <summary>Opens the core of an embedding product before its host starts.</summary>
public static class CoreStart
{
    /// <summary>Opens the core of the data directory; the first time there is none, and it is made with this name (C1, T12). Call it before the host runs.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The FQDN under which other cores reach this one; only for the first time.</param>
    /// <param name="role">Its role; only for the first time.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The core. Fails with <see cref="FqdnInvalidError"/>, or as opening a store does: locked, older or newer schema, damaged; what to do is in the error.</returns>
    public static async Task<Result<CoreIdentity>> OpenCoreAsync(
        this IServiceProvider services, string name, CoreRole role = CoreRole.Standard, CancellationToken cancellationToken = default)
    {
        var scope = services.CreateAsyncScope();
        await using var _ = scope.ConfigureAwait(false);
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        var shown = await mediator.Send(new ShowIdentity(), cancellationToken).ConfigureAwait(false);
        return shown.HasError<StoreNotInitialisedError>() ? await mediator.Send(new InitialiseCore(name, role), cancellationToken).ConfigureAwait(false) : shown;
    }
}
