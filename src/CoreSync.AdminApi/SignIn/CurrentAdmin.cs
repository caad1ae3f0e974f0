using System.Globalization;
using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using Microsoft.Extensions.Options;

namespace CoreSync.AdminApi.SignIn;

/// <inheritdoc cref="ICurrentAdmin"/>
internal sealed class CurrentAdmin(AdminForgery forgery, IOptions<CoreSyncAdminOptions> options) : ICurrentAdmin
{
    private AdminCaller? caller;
    private CultureInfo? culture;

    public bool IsSignedIn => caller is not null;

    public Account Account => caller?.Account ?? throw new InvalidOperationException("Nobody is signed in");

    public CultureInfo Culture => culture ?? options.Value.DefaultCulture;

    public string AntiforgeryToken => caller is null ? "" : forgery.TokenFor(caller);

    public DateTimeOffset? SessionEndsAt => caller?.EndsAt;

    public bool May(Rights right) => caller?.Account.May(right) == true;

    /// <summary>The door admitted this caller; null for an anonymous request.</summary>
    public void Enter(AdminCaller? admitted, CultureInfo language)
    {
        caller = admitted;
        culture = language;
    }
}
