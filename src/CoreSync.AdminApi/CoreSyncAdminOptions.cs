using System.Globalization;
using System.Security.Claims;
using CoreSync.Accounts;

namespace CoreSync.AdminApi;

/// <summary>What whoever mounts the admin API and the web console decides: who comes in, what is shown, how long a sign-in lasts.</summary>
public sealed class CoreSyncAdminOptions
{
    /// <summary>The languages of texts; codes and JSON are the same in all.</summary>
    public static IReadOnlyList<CultureInfo> Cultures { get; } = [CultureInfo.GetCultureInfo("fr-FR"), CultureInfo.GetCultureInfo("en-GB")];

    /// <summary>Lets the accounts of this core sign in, by name and password, at <c>/api/v1/sign-in</c> and at the console.</summary>
    /// <value>False: then <see cref="RightsOf"/>, or <c>RequireAuthorization</c> on what is mapped, must decide who comes in; without any of them the host does not start.</value>
    public bool UseAccounts { get; set; }

    /// <summary>
    /// What a person whom the host itself signed in (cookie, OpenID Connect, Windows) may do. Asked at every request; <see cref="Rights.None"/> refuses. Null: whoever passes
    /// the policy given to <c>RequireAuthorization</c> is an administrator; without a policy nobody of the host comes in.
    /// </summary>
    public Func<ClaimsPrincipal, Rights>? RightsOf { get; set; }

    /// <summary>The name that such a person has in the trust history and the log.</summary>
    /// <value>The identity's name, else the claim <see cref="ClaimTypes.NameIdentifier"/>, else <c>sub</c>.</value>
    public Func<ClaimsPrincipal, string?> NameOf { get; set; } = static principal =>
        principal.Identity?.Name ?? principal.FindFirstValue(ClaimTypes.NameIdentifier) ?? principal.FindFirstValue("sub");

    /// <summary>The language of the API's texts where the caller names none of <see cref="Cultures"/>.</summary>
    /// <value>French.</value>
    public CultureInfo DefaultCulture { get; set; } = Cultures[0];

    /// <summary>Nothing can be changed through API and console, whatever the rights: only looked at, and signed in and out.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>How long a session may be idle.</summary>
    /// <value>30 minutes; from 1 minute to a day.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a session lasts at most.</summary>
    /// <value>12 hours; from <see cref="IdleTimeout"/> to 30 days.</value>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How long a bearer token of <c>/api/v1/sign-in</c> lasts.</summary>
    /// <value>1 hour; from 1 minute to a day.</value>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The cookie of a session. The prefix <c>__Host-</c> binds it to this very host over TLS.</summary>
    /// <value><c>__Host-coresync</c>.</value>
    public string CookieName { get; set; } = "__Host-coresync";

    /// <summary>Answers requests that did not come over TLS. Only for a host whose own proxy ends TLS on the same machine and does not say so in the request.</summary>
    public bool DangerousAcceptsPlainHttp { get; set; }
}
