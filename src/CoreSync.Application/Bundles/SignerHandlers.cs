using CoreSync.Errors;
using CoreSync.Trust;
using FluentResults;
using MediatR;
using Microsoft.Extensions.Logging;

namespace CoreSync.Application.Bundles;

internal sealed class ListSignersHandler(IBundleStore bundles) : IRequestHandler<ListSigners, Result<IReadOnlyList<RememberedSigner>>>
{
    public async Task<Result<IReadOnlyList<RememberedSigner>>> Handle(ListSigners request, CancellationToken cancellationToken) =>
        Result.Ok(await bundles.SignersAsync(cancellationToken).ConfigureAwait(false));
}

internal sealed class ForgetSignerHandler(IBundleStore bundles, ICurrentActor acting, ILogger<ForgetSignerHandler> logger) : IRequestHandler<ForgetSigner, Result>
{
    public async Task<Result> Handle(ForgetSigner request, CancellationToken cancellationToken)
    {
        var fingerprint = CertificateFingerprint.Parse(request.Fingerprint);
        if (fingerprint.IsFailed)
            return fingerprint.ToResult();
        if (!await bundles.ForgetAsync(fingerprint.Value, cancellationToken).ConfigureAwait(false))
            return Result.Fail(new SignerNotFoundError(fingerprint.Value.ToString()));
        BundleLog.SignerForgotten(logger, acting.Actor.Name, fingerprint.Value.ToString());
        return Result.Ok();
    }
}
