using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Rollup;

/// <summary>Lists the rollup cores that collect from this core, by name.</summary>
public sealed record ListReaders : IRequest<Result<IReadOnlyList<ReaderView>>>;

/// <summary>Forgets a rollup core that collects from this core no more: deletes no longer wait for it (I4). One that comes back begins with a comparison.</summary>
/// <param name="Name">Its FQDN or id.</param>
public sealed record ForgetReader(string Name) : IRequest<Result<FeedReader>>;

/// <summary>A rollup core with what it acknowledged.</summary>
public sealed record ReaderView(FeedReader Reader, IReadOnlyDictionary<ComponentName, Checkpoint> Positions);

internal sealed class ListReadersHandler(IReaderStore readers) : IRequestHandler<ListReaders, Result<IReadOnlyList<ReaderView>>>
{
    public async Task<Result<IReadOnlyList<ReaderView>>> Handle(ListReaders request, CancellationToken cancellationToken)
    {
        var views = new List<ReaderView>();
        foreach (var reader in await readers.ListAsync(cancellationToken).ConfigureAwait(false))
            views.Add(new ReaderView(reader, await readers.PositionsAsync(reader.Core, cancellationToken).ConfigureAwait(false)));
        return views;
    }
}

internal sealed class ForgetReaderHandler(IReaderStore readers, ICurrentActor actor, ILogger<ForgetReaderHandler> logger) : IRequestHandler<ForgetReader, Result<FeedReader>>
{
    public async Task<Result<FeedReader>> Handle(ForgetReader request, CancellationToken cancellationToken)
    {
        var named = (await readers.ListAsync(cancellationToken).ConfigureAwait(false)).Where(reader =>
            string.Equals(reader.Name, request.Name.Trim(), StringComparison.OrdinalIgnoreCase) || string.Equals(reader.Core.ToString(), request.Name.Trim(), StringComparison.OrdinalIgnoreCase)).ToList();
        if (named.Count == 0)
            return Result.Fail(new ReaderNotFoundError(request.Name));
        foreach (var reader in named)
            await readers.RemoveAsync(reader.Core, cancellationToken).ConfigureAwait(false);
        RollupLog.ReaderForgotten(logger, actor.Actor.Name, named[0].Name);
        return named[0];
    }
}
