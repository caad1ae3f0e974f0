using System.Text.Json;
using CoreSync.AdminApi.SignIn;
using CoreSync.Application;
using CoreSync.Errors;
using FluentResults;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CoreSync.AdminApi.Access;

/// <summary>
/// What every request passes before an endpoint of API or console sees it: TLS, size, who, rights, proof against forgery; deny by default (A01, R7). Authorises by metadata, never by
/// path, so that no spelling of an address leads around it.
/// </summary>
internal sealed class AdminDoor(AdminCallers callers, AdminForgery forgery, ICurrentActor acting, IOptions<CoreSyncAdminOptions> options, ILogger<AdminDoor> logger)
{
    /// <summary>Lets a request through to <paramref name="handle"/>, or answers why not.</summary>
    public async Task HandleAsync(HttpContext context, AdminAccess access, RequestDelegate handle)
    {
        if (!context.Request.IsHttps && !options.Value.DangerousAcceptsPlainHttp)
        {
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return;
        }

        Prepare(context, access);
        var culture = AdminCulture.Of(context.Request, options.Value);
        System.Globalization.CultureInfo.CurrentCulture = culture;
        System.Globalization.CultureInfo.CurrentUICulture = culture;
        try
        {
            var admitted = await AdmitAsync(context, access).ConfigureAwait(false);
            if (admitted.IsFailed)
            {
                await RefuseAsync(context, admitted.FirstError()).ConfigureAwait(false);
                return;
            }

            context.RequestServices.GetRequiredService<CurrentAdmin>().Enter(admitted.Value, culture);
            using var turn = acting.Act(new Actor(admitted.Value?.Account.Name ?? "anonymous", AddressOf(context)) { IsAccount = admitted.Value?.Secret is not null });
            await handle(context).ConfigureAwait(false);
        }
        catch (CoreSyncException ex) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, ex.Error).ConfigureAwait(false);
        }
        catch (BadHttpRequestException ex) when (!context.Response.HasStarted)
        {
            // Too large, too slow, cut off: the server's limits speak.
            await AdminProblem.WriteAsync(context, new ApiRequestInvalidError(ex.Message), ex.StatusCode).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller hung up; what was asked ended at its next step.
            context.Abort();
        }
        catch (Exception ex) when (!context.Response.HasStarted)
        {
            AdminLog.RequestFailed(logger, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "", ex);
            await RefuseAsync(context, new UnexpectedError("fault")).ConfigureAwait(false);
        }
    }

    /// <summary>The remote address without its port.</summary>
    public static string AddressOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : "unknown";

    /// <summary>Whether a request only looks.</summary>
    public static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private async Task<Result<AdminCaller?>> AdmitAsync(HttpContext context, AdminAccess access)
    {
        var found = await callers.FindAsync(context, access.IsActivity).ConfigureAwait(false);
        if (found.IsFailed && !access.IsAnonymous)
            return found.ToResult<AdminCaller?>(caller => caller);
        var caller = found.ValueOrDefault;
        if (caller is not null && !access.IsAnonymous && !caller.Account.May(access.Rights))
            return Missing(context, caller, access, "this core");
        if (IsSafe(context.Request.Method))
            return Result.Ok(caller);
        // Signing in replaces whatever session there was, so an old cookie asks for no proof; its page must be ours all the same.
        if (!await forgery.IsOursAsync(context, access.IsAnonymous ? null : caller).ConfigureAwait(false))
        {
            AdminLog.ForgerySuspected(logger, AddressOf(context), context.GetEndpoint()?.DisplayName ?? "");
            return Result.Fail(new ApiForgerySuspectedError());
        }

        if (access.Scope == AdminScope.Nothing)
            return Result.Ok(caller);
        if (options.Value.IsReadOnly)
            return Result.Fail(new ApiReadOnlyError());
        // R4: who may change items of some components only changes nothing else of this core.
        return caller is { Account.Components.Count: > 0 } && access.Scope == AdminScope.Core
            ? Missing(context, caller, access, "every component")
            : Result.Ok(caller);
    }

    private Result Missing(HttpContext context, AdminCaller caller, AdminAccess access, string scope)
    {
        AdminLog.RightsMissing(logger, caller.Account.Name, access.Rights, context.GetEndpoint()?.DisplayName ?? "");
        return Result.Fail(new RightsMissingError(caller.Account.Name, JsonNamingPolicy.KebabCaseLower.ConvertName(access.Rights.ToString()), scope));
    }

    private static void Prepare(HttpContext context, AdminAccess access)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = access.MaxBodyBytes;
        // Defaults that an endpoint may replace: nothing is kept, guessed, framed or run.
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static Task RefuseAsync(HttpContext context, CoreSyncError error) =>
        context.GetEndpoint()?.Metadata.GetMetadata<AdminRefusal>() is { } own ? own.AnswerAsync(context, error) : AdminProblem.WriteAsync(context, error);
}
