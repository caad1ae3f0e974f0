using System.Globalization;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Targets;
using CoreSync.Console.CommandLine;
using CoreSync.Errors;
using CoreSync.Jobs;
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

    /// <summary>An error that was kept, or came from another core, as code and English text, in the present language.</summary>
    public static string Message(string code, string english) => StoredError.Read(code, english, CultureInfo.CurrentUICulture).Message;

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
        var facts = new List<string>();
        if (view.RunningJob is not null)
            facts.Add(T("sync.running"));
        if (view.Target.Rules.IsPaused(Invocation.Time.GetUtcNow()))
            facts.Add(view.Target.Rules.PausedUntil == DateTimeOffset.MaxValue ? T("sync.paused-open") : T("sync.paused", Time(view.Target.Rules.PausedUntil)));
        if (view.Attempts.IsQuarantined)
            facts.Add(T("sync.quarantined", Time(view.Attempts.NextAt)));
        else if (view.Attempts.Failed > 0)
            facts.Add(T("sync.retrying", view.Attempts.Failed, view.MaxAttempts, Time(view.Attempts.NextAt)));
        if (view.ScheduleMissedAt is not null)
            facts.Add(T("sync.schedule-missed", Time(view.ScheduleMissedAt)));
        if (view.RunningJob is null && view.Failed > 0)
            facts.Add(T("sync.failed", view.Failed));
        if (view.RunningJob is null && view.Conflicts > 0)
            facts.Add(T("sync.conflicts", view.Conflicts));
        if (view.RunningJob is null && view.Waiting > 0)
            facts.Add(T("sync.waiting", view.Waiting));
        return facts.Count == 0 ? T("sync.up-to-date") : string.Join(", ", facts);
    }

    /// <summary>When a target is synchronised on its own.</summary>
    public static string Schedule(CoreServer core)
    {
        var schedule = core.Rules.Schedule;
        var begin = schedule.Cron is { } cron ? $"cron {cron}" : schedule.Every is { } every ? T("target.every", DurationText.Format(every)) : T("target.every-default");
        // What changes at a source is known when it was asked.
        return schedule.SendsOnChange && core.Direction == SyncDirection.Push ? $"{begin} {T("target.on-change")}" : begin;
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
