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
    public static ErrorView Of(SyncJob job) => Of(job.ErrorCode ?? "internal.unexpected", job.ErrorMessage ?? "", job.Fqdn.Ascii);

    /// <summary>An error that was stored as code and English text.</summary>
    public static ErrorView Of(string code, string text, string fqdn)
    {
        var stored = StoredError.Read(code, text, CultureInfo.CurrentUICulture, ("fqdn", fqdn));
        return new ErrorView(stored.Code, null, stored.Message, stored.Hint, stored.Values);
    }
}
