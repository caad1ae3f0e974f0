using CoreSync.Accounts;
using FluentResults;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.SignIn;

/// <summary>
/// A provider outside of this core at which people may sign in instead of typing a password here. A host registers one or none, beside an <c>IIdentityProvider</c>; the console then
/// shows a button for it.
/// </summary>
public interface IAdminProvider
{
    /// <summary>What people call it: the words on the button.</summary>
    string DisplayName { get; }

    /// <summary>Begins a sign-in. What the answer must carry, such as cookies that bind it to this browser, is put into it; where the browser goes is up to the caller.</summary>
    /// <param name="context">The request.</param>
    /// <param name="destination">What <see cref="CompleteAsync"/> gives back.</param>
    /// <returns>The address at the provider. Fails with <c>AccountProviderUnavailableError</c>.</returns>
    Task<Result<string>> BeginAsync(HttpContext context, string destination);

    /// <summary>The browser came back: checks what it brings, and opens a session when everything fits.</summary>
    /// <returns>The destination. Fails with one of the errors <c>account.provider-…</c>; nothing was opened then.</returns>
    Task<Result<string>> CompleteAsync(HttpContext context);
}

/// <summary>A person whom a provider vouched for.</summary>
/// <param name="Name">What it calls them.</param>
/// <param name="Subject">What it tells them apart by.</param>
/// <param name="Rights">What they may do here.</param>
/// <param name="Lifetime">How long that holds.</param>
public sealed record ProvidedPerson(string Name, string Subject, Rights Rights, TimeSpan Lifetime);
