using CoreSync.Accounts;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Access;

/// <summary>What a request must bring to reach an endpoint of the admin API or the console; metadata of every one of them. There is no default: mapping one without it does not compile (A01).</summary>
public sealed class AdminAccess
{
    /// <summary>Enough for any JSON that a person edits; documents, payloads and bundles have limits of their own.</summary>
    /// <value>64 KiB.</value>
    public const long SmallBody = 64 * 1024;

    private AdminAccess(Rights rights, bool isAnonymous, long maxBodyBytes, bool isActivity, AdminScope scope)
    {
        Rights = rights;
        IsAnonymous = isAnonymous;
        MaxBodyBytes = maxBodyBytes;
        IsActivity = isActivity;
        Scope = scope;
    }

    /// <summary>The least rights of the account; meaningless for anonymous ones.</summary>
    public Rights Rights { get; }

    /// <summary>Reachable without sign-in: the sign-in itself and what its page is made of.</summary>
    public bool IsAnonymous { get; }

    /// <summary>Largest request body in bytes.</summary>
    public long MaxBodyBytes { get; }

    /// <summary>A request keeps the session alive; not so for what a page asks by itself, such as the stream of events.</summary>
    public bool IsActivity { get; }

    /// <summary>What a request that is no GET changes.</summary>
    public AdminScope Scope { get; }

    /// <summary>For who has not signed in yet.</summary>
    public static AdminAccess Anonymous(long maxBodyBytes = SmallBody) => new(Rights.None, true, maxBodyBytes, true, AdminScope.Nothing);

    /// <summary>For accounts with these rights.</summary>
    /// <param name="rights">From <see cref="Rights.View"/> on.</param>
    /// <param name="maxBodyBytes">Largest request body in bytes.</param>
    /// <param name="isActivity">Whether a request keeps the session alive.</param>
    /// <param name="scope">What it changes when it is no GET.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="Rights.None"/>: nobody signed in has so few.</exception>
    public static AdminAccess Account(Rights rights, long maxBodyBytes = SmallBody, bool isActivity = true, AdminScope scope = AdminScope.Core)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)rights, (int)Rights.None, nameof(rights));
        return new(rights, false, maxBodyBytes, isActivity, scope);
    }

    /// <inheritdoc/>
    public override string ToString() => IsAnonymous ? "anonymous" : Rights.ToString();
}

/// <summary>What a request changes.</summary>
public enum AdminScope
{
    /// <summary>This core: accounts that are limited to components may not.</summary>
    Core,

    /// <summary>Items of components that the endpoint itself holds against the account (<c>Account.MayWrite</c>).</summary>
    Items,

    /// <summary>Nothing: it only looks, or only signs out. Allowed where console and API are set to look only.</summary>
    Nothing,
}

/// <summary>How an endpoint tells a refusal in its own way, such as a page that leads to the sign-in; metadata beside <see cref="AdminAccess"/>. Without it a refusal is a problem object (RFC 9457).</summary>
/// <param name="AnswerAsync">Writes the answer to the error; nothing was written before.</param>
public sealed record AdminRefusal(Func<HttpContext, Errors.CoreSyncError, Task> AnswerAsync);
