using System.Globalization;
using CoreSync.Application.Targets;
using CoreSync.Servers;
using CoreSync.Trust;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Output;

/// <summary>The human forms of values that several commands print.</summary>
internal static class Show
{
    /// <summary>Local date and time to the second.</summary>
    public static string Time(DateTimeOffset? time) => time is { } at ? at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : T("never");

    public static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string YesNo(bool value) => T(value ? "yes" : "no");

    /// <summary>A number of bytes in the largest unit that keeps it readable.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        double value = bytes;
        var unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.CurrentCulture) + " " + units[unit];
    }

    /// <summary>The <i>Trusted</i> column: Yes, or No with the reason.</summary>
    public static string Trusted(TrustRecord record, bool isInCertificateStore)
    {
        if (record.State != TrustState.Trusted)
            return record is { State: TrustState.NotReviewed, Pending: null } ? T("trusted.unknown") : T("trusted." + record.State);
        return T(isInCertificateStore ? "trusted.Trusted" : "trusted.not-in-store");
    }

    public static string Trusted(TargetView view) => Trusted(view.Trust, view.IsInCertificateStore);

    public static string Connection(Contact contact) =>
        contact.ErrorCode is null ? Label(contact.State) : $"{Label(contact.State)} ({contact.ErrorCode})";

    public static string Sync(TargetView view)
    {
        if (view.RunningJob is not null)
            return T("sync.running");
        if (view.Failed > 0)
            return T("sync.failed", view.Failed);
        if (view.Conflicts > 0)
            return T("sync.conflicts", view.Conflicts);
        return view.Waiting > 0 ? T("sync.waiting", view.Waiting) : T("sync.up-to-date");
    }

    /// <summary>Days until a certificate ends; negative after that.</summary>
    public static string DaysLeft(TrustRecord record, DateTimeOffset now) =>
        CoreJson.CertificateOf(record) is { } certificate ? Days(certificate, now) : "–";

    public static string Days(PresentedCertificate certificate, DateTimeOffset now) => CertificateExpiry.DaysLeft(certificate.NotAfter, now).ToString(CultureInfo.CurrentCulture);

    public static string Problems(IEnumerable<CertificateProblem> problems)
    {
        var labels = problems.Select(problem => Label(problem)).ToList();
        return labels.Count == 0 ? T("none") : string.Join("; ", labels);
    }

    /// <summary>Name and value pairs of a certificate, the fingerprint as a grid of 4 × 8 bytes with its phrase.</summary>
    public static IEnumerable<(string, string?)> Certificate(PresentedCertificate certificate)
    {
        yield return (T("field.subject"), certificate.Subject);
        yield return (T("field.issuer"), certificate.Issuer);
        yield return (T("field.names"), string.Join(", ", [.. certificate.DnsNames, .. certificate.IpAddresses]));
        yield return (T("field.valid"), $"{Date(certificate.NotBefore)} – {Date(certificate.NotAfter)}");
        yield return (T("field.key"), $"{certificate.KeyAlgorithm} {certificate.KeyBits.ToString(CultureInfo.InvariantCulture)} · {certificate.SignatureAlgorithm}");
        yield return (T("field.serial"), certificate.Serial);
        yield return ("SHA-256", string.Join('\n', certificate.Fingerprint.ToGrid()));
        yield return (T("field.phrase"), VerificationPhrase.Of(certificate.Fingerprint, CultureInfo.CurrentUICulture));
    }
}
