using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoreSync.Errors;
using CoreSync.Infrastructure.Identity;
using CoreSync.Infrastructure.Tls;
using CoreSync.Settings;
using CoreSync.Trust;
using FluentResults;

namespace CoreSync.Ldap;

/// <summary>The only certificates that vouch for the directory: roots, or the server's own certificate, from one PEM file of the administrator.</summary>
internal sealed class LdapTrust
{
    private static readonly Lock Gate = new();
    private readonly X509Certificate2Collection certificates;

    private LdapTrust(X509Certificate2Collection certificates, string directory)
    {
        this.certificates = certificates;
        Directory = directory;
    }

    /// <summary>A directory of this core with exactly these certificates, one a file, as libldap reads them.</summary>
    public string Directory { get; }

    /// <summary>Reads the file.</summary>
    /// <returns>Fails with <see cref="AccountDirectoryInvalidError"/>: a file that cannot be used vouches for nobody.</returns>
    public static Result<LdapTrust> Read(string file, string dataDirectory)
    {
        try
        {
            if (KeyFile.WritableByOthers(file) is { } exposure)
                return Unusable($"{file}: {exposure}");
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count == 0 ? Unusable($"{file} holds no certificate") : new LdapTrust(certificates, Place(certificates, dataDirectory));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return Unusable($"{file}: {ex.Message}");
        }
        catch (CoreSyncException ex)
        {
            return Result.Fail(ex.Error);
        }
    }

    /// <summary>Everything that is wrong with what a server showed; empty when it may be spoken to.</summary>
    /// <param name="leaf">Its certificate.</param>
    /// <param name="others">What came with it, in DER.</param>
    /// <param name="host">The name or address that was asked for.</param>
    /// <param name="reader">Reads certificates.</param>
    /// <param name="now">The clock.</param>
    public IReadOnlyList<CertificateProblem> Judge(X509Certificate2 leaf, IReadOnlyList<byte[]> others, string host, CertificateReader reader, DateTimeOffset now)
    {
        var isNamed = leaf.MatchesHostname(host, allowWildcards: true, allowCommonName: false);
        var presented = reader.Read(leaf.RawDataMemory, others, askRevocation: false, certificates);
        var problems = CertificateAssessment.Assess(presented, isNamed, now, TrustPolicy.Default);
        // The administrator named this very certificate: who issued it, and that it could issue others, does not count.
        var isOwn = certificates.Any(one => one.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span));
        return isOwn
            ? [.. problems.Where(problem => problem is not (CertificateProblem.SelfSigned or CertificateProblem.UnknownIssuer or CertificateProblem.IsAuthority))]
            : problems;
    }

    private static string Place(X509Certificate2Collection certificates, string dataDirectory)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData([.. certificates.SelectMany(one => one.RawData)]))[..16];
        var parent = Path.Combine(dataDirectory, "keys", "ldap");
        var place = Path.Combine(parent, name);
        lock (Gate)
        {
            if (System.IO.Directory.Exists(place) && System.IO.Directory.GetFiles(place, "*.pem").Length == certificates.Count)
                return place;
            KeyFile.CreateDirectory(parent);
            KeyFile.CreateDirectory(place);
            for (var i = 0; i < certificates.Count; i++)
                KeyFile.Write(Path.Combine(place, FormattableString.Invariant($"{i:000}.pem")), System.Text.Encoding.ASCII.GetBytes(certificates[i].ExportCertificatePem() + "\n"));
            return place;
        }
    }

    private static Result<LdapTrust> Unusable(string reason) => Result.Fail(new AccountDirectoryInvalidError(Setting.LdapCertificatesFile.Key, reason));
}
