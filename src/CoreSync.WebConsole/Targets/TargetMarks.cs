using CoreSync.Application.Targets;
using CoreSync.Servers;
using CoreSync.Trust;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;

namespace CoreSync.WebConsole.Targets;

/// <summary>The four facts of a target core (C5), each with its reason: trusted, enabled, connection, synchronisation. They are four since each asks for another act.</summary>
internal static class TargetMarks
{
    /// <summary>The column <i>Trusted</i>.</summary>
    public static Mark Trust(Viewer view, TrustRecord record, bool isInStore) => record.State switch
    {
        TrustState.Trusted when !isInStore => new Mark(Tone.Bad, "shield-no", view.T("trusted.not-in-store"), view.T("trusted.not-in-store.why")),
        TrustState.Trusted when record.Announced is { IsApproved: false } => new Mark(Tone.Warn, "shield-ok", view.T("trusted.announced"), view.T("trusted.announced.why")),
        TrustState.Trusted => new Mark(Tone.Good, "shield-ok", view.T("trusted.Trusted")),
        TrustState.NotReviewed when record.Pending is null => new Mark(Tone.Plain, "unknown", view.T("trusted.unknown"), view.T("trusted.unknown.why")),
        TrustState.NotReviewed => new Mark(Tone.Warn, "shield", view.T("trusted.NotReviewed"), view.T("trusted.NotReviewed.why")),
        TrustState.Changed or TrustState.ValidationFailed => new Mark(Tone.Bad, "shield-no", view.T("trusted." + record.State), view.T($"trusted.{record.State}.why")),
        _ => new Mark(Tone.Plain, "shield-no", view.T("trusted." + record.State), view.T($"trusted.{record.State}.why")),
    };

    /// <summary>The column <i>Enabled</i>.</summary>
    public static Mark Enabled(Viewer view, CoreServer target)
    {
        if (!target.IsEnabled)
            return new Mark(Tone.Plain, "off", view.T("enabled.off"));
        if (!target.Rules.IsPaused(view.Now))
            return new Mark(Tone.Good, "check", view.T("enabled.on"));
        var until = target.Rules.PausedUntil == DateTimeOffset.MaxValue ? view.T("enabled.paused-open") : view.T("enabled.paused-until", view.Moment(target.Rules.PausedUntil!.Value));
        return new Mark(Tone.Warn, "pause", view.T("enabled.paused"), until);
    }

    /// <summary>The column <i>Connection</i>.</summary>
    public static Mark Connection(Viewer view, Contact contact)
    {
        var (tone, icon) = contact.State switch
        {
            ConnectionState.Reachable => (Tone.Good, "link"),
            ConnectionState.Unknown => (Tone.Plain, "unknown"),
            ConnectionState.NotTrusted => (Tone.Warn, "shield-no"),
            _ => (Tone.Bad, "unlink"),
        };
        return new Mark(tone, icon, view.Label(contact.State), contact.At is { } at ? view.Relative(at) : null);
    }

    /// <summary>The column <i>Synchronisation</i>.</summary>
    public static Mark Sync(Viewer view, TargetView target)
    {
        if (target.RunningJob is not null)
            return new Mark(Tone.Busy, "run", view.T("sync.running"), target.Waiting > 0 ? view.N("sync.waiting", target.Waiting) : null);
        if (!target.IsTrusted)
            return new Mark(Tone.Plain, "stop", view.T("sync.blocked"), target.Waiting > 0 ? view.N("sync.waiting", target.Waiting) : null);
        if (target.Attempts.IsQuarantined)
            return new Mark(Tone.Bad, "clock", view.T("sync.quarantined"), Next(view, target));
        if (target.Failed > 0)
            return new Mark(Tone.Bad, "stop", view.N("sync.failed", target.Failed), target.Waiting > 0 ? view.N("sync.waiting", target.Waiting) : null);
        if (target.Attempts.Failed > 0)
            return new Mark(Tone.Warn, "clock", view.T("sync.retrying", target.Attempts.Failed, target.MaxAttempts), Next(view, target));
        if (target.ScheduleMissedAt is { } missed)
            return new Mark(Tone.Warn, "clock", view.T("sync.missed"), view.Moment(missed));
        if (target.Conflicts > 0)
            return new Mark(Tone.Warn, "conflicts", view.N("sync.conflicts", target.Conflicts));
        if (target.Waiting > 0)
            return new Mark(Tone.Busy, "clock", view.N("sync.waiting", target.Waiting), target.Target.IsEnabled ? null : view.T("sync.waiting-off"));
        return target.Target.LastSuccess is null ? new Mark(Tone.Plain, "dot", view.T("sync.never")) : new Mark(Tone.Good, "check", view.T("sync.up-to-date"));
    }

    /// <summary>Days until the certificate ends.</summary>
    public static Mark? Days(Viewer view, TrustRecord record)
    {
        if ((record.Authorised?.Certificate ?? record.Pending?.Certificate) is not { } certificate)
            return null;
        var days = CertificateExpiry.DaysLeft(certificate.NotAfter, view.Now);
        var tone = CertificateExpiry.Passed(certificate.NotAfter, view.Now) switch
        {
            null => Tone.Plain,
            <= 7 => Tone.Bad,
            _ => Tone.Warn,
        };
        return new Mark(tone, tone == Tone.Plain ? "shield" : "warn", days < 0 ? view.T("days.over") : view.N("days.left", days), view.Day(certificate.NotAfter));
    }

    private static string? Next(Viewer view, TargetView target) => target.Attempts.NextAt is { } at ? view.T("sync.next", view.Relative(at)) : null;
}
