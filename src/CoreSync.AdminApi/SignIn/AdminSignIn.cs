using CoreSync.AdminApi.Access;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using FluentResults;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoreSync.AdminApi.SignIn;

/// <inheritdoc cref="IAdminSignIn"/>
internal sealed class AdminSignIn(IOptions<CoreSyncAdminOptions> options, AdminCallers callers) : IAdminSignIn
{
    public bool IsOffered => options.Value.UseAccounts;

    public async Task<Result<AdminSession>> SignInAsync(HttpContext context, string user, string password)
    {
        var opened = await OpenAsync(context, user, password, AdminSessionKind.Cookie, options.Value.SessionLifetime).ConfigureAwait(false);
        return await SendCookieAsync(context, opened).ConfigureAwait(false);
    }

    public async Task<Result<AdminSession>> SignInPersonAsync(HttpContext context, ProvidedPerson person)
    {
        if (!IsOffered)
            return Result.Fail(new SignInRefusedError());
        var lifetime = person.Lifetime < options.Value.SessionLifetime ? person.Lifetime : options.Value.SessionLifetime;
        var opened = await SendAsync(context, new SignInPerson(person.Name, person.Subject, person.Rights, AdminDoor.AddressOf(context), lifetime)).ConfigureAwait(false);
        return await SendCookieAsync(context, opened).ConfigureAwait(false);
    }

    public Task<Result<OpenedAdminSession>> IssueTokenAsync(HttpContext context, string user, string password) =>
        OpenAsync(context, user, password, AdminSessionKind.Token, options.Value.TokenLifetime);

    public async Task SignOutAsync(HttpContext context)
    {
        var (secret, kind) = callers.SecretOf(context);
        if (secret is not null)
            await SendAsync(context, new EndAdminSession(secret)).ConfigureAwait(false);
        if (kind == AdminSessionKind.Cookie)
            context.Response.Cookies.Delete(options.Value.CookieName, Cookie());
    }

    private async Task<Result<AdminSession>> SendCookieAsync(HttpContext context, Result<OpenedAdminSession> opened)
    {
        if (opened.IsFailed)
            return opened.ToResult<AdminSession>();
        // The one before is worth nothing any more, whoever put it there.
        if (context.Request.Cookies[options.Value.CookieName] is { } before)
            await SendAsync(context, new EndAdminSession(before)).ConfigureAwait(false);
        context.Response.Cookies.Append(options.Value.CookieName, opened.Value.Secret, Cookie());
        return opened.Value.Session;
    }

    private async Task<Result<OpenedAdminSession>> OpenAsync(HttpContext context, string user, string password, AdminSessionKind kind, TimeSpan lifetime) =>
        IsOffered
            ? await SendAsync(context, new SignInAdmin(user, password, AdminDoor.AddressOf(context), kind, lifetime)).ConfigureAwait(false)
            : Result.Fail(new SignInRefusedError());

    private static Task<T> SendAsync<T>(HttpContext context, IRequest<T> request) =>
        context.RequestServices.GetRequiredService<IMediator>().Send(request, context.RequestAborted);

    // It lasts as long as the browser; how long the session lasts is decided here. Strict: no other site, nor a link on one, makes the browser send it.
    private static CookieOptions Cookie() => new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true };
}
