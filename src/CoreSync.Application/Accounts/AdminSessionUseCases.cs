using CoreSync.Accounts;
using FluentResults;
using MediatR;

namespace CoreSync.Application.Accounts;

/// <summary>
/// Signs a person, or a program, in at the admin API or the web console (R5): slowed down as the sign-in of other cores is, with one answer for every reason to refuse. The session is a
/// new one each time, whatever the caller had before.
/// </summary>
/// <param name="User">The account.</param>
/// <param name="Password">Its password.</param>
/// <param name="Origin">The remote address, without port.</param>
/// <param name="Kind">How the secret comes back with each request.</param>
/// <param name="Lifetime">How long the session lasts however busy it is.</param>
public sealed record SignInAdmin(string User, string Password, string Origin, AdminSessionKind Kind, TimeSpan Lifetime) : IRequest<Result<OpenedAdminSession>>
{
    /// <inheritdoc/>
    public override string ToString() => $"SignInAdmin {{ User = {User}, Origin = {Origin}, Kind = {Kind} }}";
}

/// <summary>
/// Opens a session for a person whom the identity provider of this host vouched for: as one that began with a password, but under the name of <see cref="ProvidedAccount"/>. What the
/// provider thinks of the person is asked once; the session ends with <paramref name="Lifetime"/>.
/// </summary>
/// <param name="Person">What the provider calls them.</param>
/// <param name="Subject">What it tells them apart by, for the log.</param>
/// <param name="Rights">What they may do here.</param>
/// <param name="Origin">The remote address, without port.</param>
/// <param name="Lifetime">How long the session lasts however busy it is.</param>
public sealed record SignInPerson(string Person, string Subject, Rights Rights, string Origin, TimeSpan Lifetime) : IRequest<Result<OpenedAdminSession>>;

/// <summary>Finds the session of a request. Void when it ended or was idle, and as soon as password, rights or components of its account changed (R7).</summary>
/// <param name="Secret">What came with the request.</param>
/// <param name="Kind">As it was opened: the secret of a cookie is no token.</param>
/// <param name="IdleTimeout">How long it may have been idle.</param>
/// <param name="IsActivity">A person did something; else the session is looked at and not kept alive.</param>
public sealed record FindAdminSession(string Secret, AdminSessionKind Kind, TimeSpan IdleTimeout, bool IsActivity) : IRequest<Result<AdminSession>>
{
    /// <inheritdoc/>
    public override string ToString() => $"FindAdminSession {{ Kind = {Kind} }}";
}

/// <summary>Ends a session; its secret is worth nothing from now on. Ending one that is no more is no failure.</summary>
/// <param name="Secret">What the session was opened with.</param>
public sealed record EndAdminSession(string Secret) : IRequest<Result>
{
    /// <inheritdoc/>
    public override string ToString() => "EndAdminSession";
}

/// <summary>How the secret of a session comes back.</summary>
public enum AdminSessionKind
{
    /// <summary>In a cookie, which a browser sends by itself.</summary>
    Cookie,

    /// <summary>As bearer token, which a program sends on purpose.</summary>
    Token,
}

/// <summary>A session that was just opened.</summary>
/// <param name="Secret">256 random bits as base64url; kept by the caller alone, the store has its hash.</param>
/// <param name="Session">The session.</param>
public sealed record OpenedAdminSession(string Secret, AdminSession Session)
{
    /// <inheritdoc/>
    public override string ToString() => $"OpenedAdminSession {{ {Session} }}";
}

/// <summary>A session with its account as it is now.</summary>
/// <param name="Account">Who.</param>
/// <param name="Kind">How the secret travels.</param>
/// <param name="StartedAt">When the person signed in.</param>
/// <param name="EndsAt">When it ends at the latest.</param>
public sealed record AdminSession(Account Account, AdminSessionKind Kind, DateTimeOffset StartedAt, DateTimeOffset EndsAt);
