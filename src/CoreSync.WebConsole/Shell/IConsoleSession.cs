using CoreSync.Accounts;
using FluentResults;
using Microsoft.AspNetCore.Http;

namespace CoreSync.WebConsole.Shell;

/// <summary>Who is signed in, and whether a request that changes something comes from a page of this console.</summary>
internal interface IConsoleSession
{
    /// <summary>The account of the request as it is now; null when nobody is signed in.</summary>
    Task<Account?> FindAsync(HttpContext context);

    /// <summary>Checks a name and a password and begins a session.</summary>
    /// <returns>Fails with <c>SignInRefusedError</c> or <c>SignInThrottledError</c>.</returns>
    Task<Result<Account>> SignInAsync(HttpContext context, string name, string password);

    /// <summary>Ends the session.</summary>
    Task SignOutAsync(HttpContext context);

    /// <summary>What forms of the present session carry.</summary>
    string Token(HttpContext context);

    /// <summary>Whether the token belongs to the session and the browser says that the request comes from this site.</summary>
    bool IsGenuine(HttpContext context, string token);
}
