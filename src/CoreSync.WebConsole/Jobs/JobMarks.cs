using CoreSync.Errors;
using CoreSync.Jobs;
using CoreSync.WebConsole.Parts;
using CoreSync.WebConsole.Shell;

namespace CoreSync.WebConsole.Jobs;

/// <summary>How a job stands, with later retries taken into account (J5).</summary>
internal static class JobMarks
{
    public static Mark State(Viewer view, SyncJob job)
    {
        var (tone, icon) = job.FinalState switch
        {
            SyncJobState.Queued => (Tone.Plain, "clock"),
            SyncJobState.Running => (Tone.Busy, "run"),
            SyncJobState.Succeeded => (Tone.Good, "check"),
            SyncJobState.Cancelled => (Tone.Plain, "off"),
            SyncJobState.Blocked => (Tone.Bad, "shield-no"),
            SyncJobState.PartlyFailed => (Tone.Warn, "warn"),
            _ => (Tone.Bad, "stop"),
        };
        return new Mark(tone, icon, view.Label(job.FinalState), job.Attempt.ResolvedBy is null ? null : view.T("job.resolved"));
    }

    /// <summary>Why it ended, in the language of the page; null when there is nothing to say.</summary>
    public static StoredError? Error(Viewer view, SyncJob job) =>
        job.ErrorCode is { } code ? StoredError.Read(code, job.ErrorMessage ?? "", view.Culture, ("fqdn", job.Fqdn.Ascii)) : null;
}
