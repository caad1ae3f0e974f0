using System.Globalization;
using CoreSync.Errors;
using CoreSync.Jobs;

namespace CoreSync.Console.Output;

/// <summary>An error as it is shown: a live one, or one that a job stored as code and English text.</summary>
internal sealed record ErrorView(string Code, ErrorKind? Kind, string Message, string Hint, IReadOnlyList<(string Name, object Value)> Values)
{
    public static ErrorView Of(CoreSyncError error) =>
        new(error.Code, error.Kind, error.MessageIn(CultureInfo.CurrentUICulture), error.HintIn(CultureInfo.CurrentUICulture), error.Arguments);

    /// <summary>The error that ended a job, in the present language.</summary>
    public static ErrorView Of(SyncJob job)
    {
        var stored = StoredError.Read(job.ErrorCode ?? "internal.unexpected", job.ErrorMessage ?? "", CultureInfo.CurrentUICulture, ("fqdn", job.Fqdn.Ascii));
        return new ErrorView(stored.Code, null, stored.Message, stored.Hint, stored.Values);
    }
}
