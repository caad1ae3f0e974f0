using System.Globalization;
using CoreSync.Accounts;
using CoreSync.AdminApi.Access;

namespace CoreSync.AdminApi.SignIn;

/// <summary>Who sent the present request, and what they may do. Known behind the door of API and console (<see cref="AdminRoutes"/>) only.</summary>
public interface ICurrentAdmin
{
    /// <summary>Somebody is signed in; always so where the endpoint is not anonymous.</summary>
    bool IsSignedIn { get; }

    /// <summary>The account.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in.</exception>
    Account Account { get; }

    /// <summary>The language of texts in this answer.</summary>
    CultureInfo Culture { get; }

    /// <summary>The token that forms send as <see cref="AntiforgeryField"/> and scripts as <see cref="AntiforgeryHeader"/> with what changes something; empty when nobody is signed in.</summary>
    string AntiforgeryToken { get; }

    /// <summary>When the session ends at the latest; null when nobody is signed in, or the host keeps the session.</summary>
    DateTimeOffset? SessionEndsAt { get; }

    /// <summary>The name of the form field of the token.</summary>
    static string AntiforgeryField => AdminForgery.FieldName;

    /// <summary>The name of the header of the token.</summary>
    static string AntiforgeryHeader => AdminForgery.HeaderName;

    /// <summary>Whether somebody is signed in who may do what needs this right.</summary>
    bool May(Rights right);
}
