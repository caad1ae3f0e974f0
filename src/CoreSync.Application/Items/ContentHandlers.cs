using FluentResults;
using MediatR;

namespace CoreSync.Application.Items;

internal sealed class CheckContentsHandler(IContentUpkeep upkeep) : IRequestHandler<CheckContents, Result<ContentCheck>>
{
    public async Task<Result<ContentCheck>> Handle(CheckContents request, CancellationToken cancellationToken) =>
        await upkeep.CheckAsync(request.Read, cancellationToken).ConfigureAwait(false);
}
