using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using FluentResults;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.SignIn;

/// <summary>Signs people in and out; for pages that have a form of their own.</summary>
public interface IAdminSignIn
{
    /// <summary>Whether accounts of this core sign in here; else the host decides who comes in, and there is no form to show.</summary>
    bool IsOffered { get; }

    /// <summary>Checks the password, ends the session that the browser had, opens a new one and sends its cookie with the answer.</summary>
    /// <returns>The account. Fails with <c>SignInRefusedError</c>, <c>SignInSlowedError</c>, or as the account directory does; no cookie is sent then.</returns>
    Task<Result<AdminSession>> SignInAsync(HttpContext context, string user, string password);

    /// <summary>Signs in a person whom a provider vouched for: the same session and cookie as after a password, for as long as <see cref="ProvidedPerson.Lifetime"/> at most.</summary>
    /// <returns>The account, under the name of <see cref="ProvidedAccount"/>. Fails with <c>SignInRefusedError</c>; no cookie is sent then.</returns>
    Task<Result<AdminSession>> SignInPersonAsync(HttpContext context, ProvidedPerson person);

    /// <summary>Checks the password and opens a session for a program.</summary>
    /// <returns>The session with its bearer token. Fails as <see cref="SignInAsync"/>.</returns>
    Task<Result<OpenedAdminSession>> IssueTokenAsync(HttpContext context, string user, string password);

    /// <summary>Ends the session of the request, by cookie or by token, and has the browser forget the cookie.</summary>
    Task SignOutAsync(HttpContext context);
}
