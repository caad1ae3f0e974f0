using System.Diagnostics;
using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Application.Rollup;
using CoreSync.Application.Telemetry;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Trust;
using FluentResults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CoreSync.Infrastructure.Wire;

/// <summary>What every request passes before an endpoint sees it: TLS, name asked for, size, token, rights; deny by default (A01, R7). Authorises by metadata, never by path (P18).</summary>
internal sealed class PeerDoor(AccessTokens tokens, IClientGate clients, ILocalCore core, IReaderStore readers, TimeProvider time, ILogger<PeerDoor> logger)
{
    private const string Bearer = "Bearer ";

    /// <summary>Lets a request through to <paramref name="handle"/>, or answers why not.</summary>
    public async Task HandleAsync(HttpContext context, PeerAccess access, Func<PeerExchange, Task> handle)
    {
        var outside = new PeerExchange(context, null);
        try
        {
            // A product may listen in clear beside us: the protocol does not answer there.
            if (!context.Request.IsHttps || !string.Equals(context.Request.Host.Host, core.Current.Name.Ascii, StringComparison.OrdinalIgnoreCase))
            {
                context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
                return;
            }

            if (access.MaxBodyBytes is { } limit)
                outside.LimitBody(limit);
            var isRequired = await clients.IsRequiredAsync(context.RequestAborted).ConfigureAwait(false);
            if (isRequired && !outside.WasAskedForCertificate)
            {
                // Opened before client certificates were required: the next connection is asked for one.
                outside.Abort();
                return;
            }

            if (access.IsAnonymous)
            {
                await handle(outside).ConfigureAwait(false);
                return;
            }

            var caller = await EnterAsync(context, access, outside, isRequired).ConfigureAwait(false);
            if (caller.IsFailed)
                await outside.AnswerAsync(caller.FirstError()).ConfigureAwait(false);
            else
                await HandleAsync(context, caller.Value, handle).ConfigureAwait(false);
        }
        catch (CoreSyncException ex) when (!context.Response.HasStarted)
        {
            await outside.AnswerAsync(ex.Error).ConfigureAwait(false);
        }
        catch (BadHttpRequestException ex) when (!context.Response.HasStarted)
        {
            // Too large, too slow, cut off: the server's limits speak.
            await outside.AnswerAsync(new BatchMalformedError(ex.Message)).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is not OperationCanceledException && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            WireLog.RequestFailed(logger, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "", ex);
            await outside.AnswerAsync(new UnexpectedError("fault")).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The other core hung up; what it sent so far is durable or forgotten, and it asks again.
            context.Abort();
        }
    }

    // The trace of a job goes on here; who has not signed in begins and continues none.
    private static async Task HandleAsync(HttpContext context, SignedIn caller, Func<PeerExchange, Task> handle)
    {
        var parent = ActivityContext.TryParse(context.Request.Headers[Protocol.TraceHeader], null, isRemote: true, out var sent) ? sent : default;
        using var span = Tracing.Receive(parent);
        span?.SetTag("coresync.endpoint", context.GetEndpoint()?.DisplayName);
        await handle(new PeerExchange(context, caller)).ConfigureAwait(false);
        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest)
            span?.SetStatus(ActivityStatusCode.Error);
    }

    private async Task<Result<SignedIn>> EnterAsync(HttpContext context, PeerAccess access, PeerExchange exchange, bool isRequired)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Bearer, StringComparison.Ordinal))
            return Result.Fail(new TokenInvalidError());
        var caller = await tokens.CheckAsync(value[Bearer.Length..], context.RequestAborted).ConfigureAwait(false);
        if (caller.IsFailed)
            return caller;

        var account = caller.Value.Account;
        if (isRequired && !await IsStillEnrolledAsync(caller.Value, exchange, context.RequestAborted).ConfigureAwait(false))
            return Result.Fail(new TokenInvalidError());
        if (!account.May(access.Rights))
            return await RefuseAsync(caller.Value, access, exchange, context.RequestAborted).ConfigureAwait(false);
        if (context.Request.RouteValues.ContainsKey("source") && exchange.Source != caller.Value.Source)
            return Missing(account, access.Rights, "another source core than the one that signed in");
        if (!access.IsComponent)
            return caller;
        if (exchange.Component is not { } component)
            return Result.Fail(new ComponentNotReceivedError(exchange.Route("component"), core.Current.Name.Ascii));
        return account.MayWrite(component) ? caller : Missing(account, Rights.Edit, component.Value);
    }

    // R6: a rollup core whose account is no console administrator is an error here, with all that its administrator and that of the rollup core need to know.
    private async Task<Result> RefuseAsync(SignedIn caller, PeerAccess access, PeerExchange exchange, CancellationToken cancellationToken)
    {
        if (access.Rights < Rights.ConsoleAdministrator && exchange.Reader is null)
            return Missing(caller.Account, access.Rights, core.Current.Name.Ascii);
        var name = exchange.Reader ?? caller.Source.ToString();
        var error = RightsMissingError.ForRollup(caller.Account.Name, core.Current.Name.Ascii, name);
        WireLog.TaskHandlerError(logger, error.Message, error.Hint);
        await readers.MeetAsync(new FeedReader(caller.Source, name, caller.Account.Name, time.GetUtcNow(), error.Message), cancellationToken).ConfigureAwait(false);
        return Result.Fail(error);
    }

    // A token is good with the certificate that it was given to, on connections of that certificate, while it is enrolled.
    private async Task<bool> IsStillEnrolledAsync(SignedIn caller, PeerExchange exchange, CancellationToken cancellationToken) =>
        caller.Certificate is { } certificate
        && exchange.ClientCertificate is { } presented && CertificateFingerprint.Of(presented) == certificate
        && await clients.IsStillEnrolledAsync(certificate, caller.Source, caller.Account.Name, cancellationToken).ConfigureAwait(false);

    private Result Missing(Account account, Rights rights, string scope)
    {
        WireLog.RightsMissing(logger, account.Name, rights, scope);
        return Result.Fail(new RightsMissingError(account.Name, System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(rights.ToString()), scope));
    }
}
