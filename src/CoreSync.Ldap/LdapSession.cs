using System.DirectoryServices.Protocols;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Errors;
using CoreSync.Infrastructure.Tls;

namespace CoreSync.Ldap;

/// <summary>A connection to the directory, encrypted before anything is sent on it. Its calls block: it lives on a thread of its own.</summary>
/// <remarks>Every failure is a <see cref="CoreSyncException"/> with <see cref="AccountDirectoryUnavailableError"/>, apart from a refused bind.</remarks>
internal sealed class LdapSession : IDisposable
{
    private readonly LdapConfiguration configuration;
    private readonly LdapConnection connection;

    private LdapSession(LdapConfiguration configuration, LdapConnection connection)
    {
        this.configuration = configuration;
        this.connection = connection;
    }

    /// <summary>Connects and encrypts.</summary>
    /// <exception cref="CoreSyncException">With <see cref="AccountDirectoryUnavailableError"/>.</exception>
    public static LdapSession Open(LdapConfiguration configuration, CertificateReader reader, TimeProvider time) => Guard(configuration, () =>
    {
        if (OperatingSystem.IsLinux() && NativeLdap.Prepare(configuration.Timeout) is { } reason)
            throw new CoreSyncException(new AccountDirectoryUnavailableError(configuration.Server, reason));
        var connection = new LdapConnection(new LdapDirectoryIdentifier(configuration.Address.Host, configuration.Port, fullyQualifiedDnsHostName: true, connectionless: false))
        {
            AuthType = AuthType.Basic,
            AutoBind = false,
            Timeout = configuration.Timeout,
        };
        try
        {
            Encrypt(connection, configuration, reader, time);
            return new LdapSession(configuration, connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    /// <summary>Binds with a name and a password.</summary>
    /// <returns>False when the directory refuses them.</returns>
    public bool Bind(string name, string password)
    {
        // RFC 4513, 5.1.2: a bind without a password is anonymous and succeeds whoever it names. A NUL would end the password for libldap.
        if (name.Length == 0 || password.Length == 0 || password.Contains('\0', StringComparison.Ordinal))
            return false;
        return Guard(configuration, () =>
        {
            try
            {
                connection.Bind(new NetworkCredential(name, password));
                return true;
            }
            catch (LdapException ex) when (ex.ErrorCode is (int)ResultCode.InappropriateAuthentication or InvalidCredentials)
            {
                return false;
            }
            catch (DirectoryOperationException ex) when (ex.Response?.ResultCode is not (ResultCode.Busy or ResultCode.Unavailable or ResultCode.TimeLimitExceeded or ResultCode.Other or null))
            {
                // Locked, expired, restricted, a referral elsewhere: whatever it is, it is no.
                return false;
            }
        });
    }

    /// <summary>Searches a subtree.</summary>
    /// <param name="below">The entry to begin at.</param>
    /// <param name="filter">Complete, with escaped values.</param>
    /// <param name="most">Entries to take at most; there may be more.</param>
    /// <param name="attributes">To bring along.</param>
    /// <returns>The entries; whether there are more than were taken. References to other servers are not followed and not told.</returns>
    public (IReadOnlyList<SearchResultEntry> Entries, bool HasMore) Search(string below, string filter, int most, params string[] attributes) => Guard(configuration, () =>
    {
        var request = new SearchRequest(below, filter, SearchScope.Subtree, attributes.Length == 0 ? ["1.1"] : attributes)
        {
            SizeLimit = most,
            TimeLimit = configuration.Timeout,
            Aliases = DereferenceAlias.Never,
        };
        try
        {
            return (Entries((SearchResponse)connection.SendRequest(request)), false);
        }
        catch (DirectoryOperationException ex) when (ex.Response is SearchResponse { ResultCode: ResultCode.SizeLimitExceeded } partial)
        {
            return (Entries(partial), true);
        }
        catch (DirectoryOperationException ex) when (ex.Response is SearchResponse { ResultCode: ResultCode.NoSuchObject })
        {
            return ((IReadOnlyList<SearchResultEntry>)[], false);
        }
    });

    public void Dispose() => connection.Dispose();

    private const int InvalidCredentials = 49;

    private static void Encrypt(LdapConnection connection, LdapConfiguration configuration, CertificateReader reader, TimeProvider time)
    {
        var session = connection.SessionOptions;
        session.ProtocolVersion = 3;
        session.ReferralChasing = ReferralChasingOptions.None;
        if (OperatingSystem.IsLinux())
        {
            session.TrustedCertificatesDirectory = configuration.Trust.Directory;
            session.StartNewTlsSessionContext();
        }
        else
        {
            session.VerifyServerCertificate = (_, certificate) =>
            {
                using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
                return configuration.Trust.Judge(leaf, [], configuration.Address.Host, reader, time.GetUtcNow()).Count == 0;
            };
        }

        if (configuration.IsLdaps)
        {
            session.SecureSocketLayer = true;
            return;
        }

        OpenInClear(connection);
        session.StartTransportLayerSecurity(null);
    }

    // On Linux StartTLS of the runtime ignores the address until a first request went there, and would speak to this machine's port 389 (measured, 10.0.15).
    // The root entry is public and the question holds nothing; a server that answers nothing in clear has been reached all the same.
    private static void OpenInClear(LdapConnection connection)
    {
        try
        {
            connection.SendRequest(new SearchRequest("", "(objectClass=*)", SearchScope.Base, "supportedExtension"));
        }
        catch (DirectoryOperationException ex) when (ex.Response is not null)
        {
            return;
        }
    }

    private static IReadOnlyList<SearchResultEntry> Entries(SearchResponse response) => [.. response.Entries.Cast<SearchResultEntry>()];

    private static T Guard<T>(LdapConfiguration configuration, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception ex) when (ex is DirectoryException or TypeInitializationException or DllNotFoundException or ObjectDisposedException)
        {
            var reason = ex switch
            {
                LdapException { ServerErrorMessage.Length: > 0 } told => $"{told.Message.TrimEnd('.')} ({told.ServerErrorMessage})",
                TypeInitializationException or DllNotFoundException => "the library libldap is not installed (Debian: libldap-2.5-0)",
                _ => ex.Message.TrimEnd('.'),
            };
            throw new CoreSyncException(new AccountDirectoryUnavailableError(configuration.Server, PrintableText.Of(reason)), ex);
        }
    }
}
