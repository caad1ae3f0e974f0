using System.Globalization;
using CoreSync.Errors;
using CoreSync.Jobs;

namespace CoreSync.Console.Output;

/// <summary>An error as it is shown: a live one, or one that a job stored as code and English text.</summary>
internal sealed record ErrorView(string Code, ErrorKind? Kind, string Message, string Hint, IReadOnlyList<(string Name, object Value)> Values)
{
    public static ErrorView Of(CoreSyncError error) =>
        new(error.Code, error.Kind, error.MessageIn(CultureInfo.CurrentUICulture), error.HintIn(CultureInfo.CurrentUICulture), error.Arguments);

    /// <summary>The error that ended a job. Its values are read back out of the English text by the template of its code, so that it speaks the present language.</summary>
    public static ErrorView Of(SyncJob job)
    {
        var code = job.ErrorCode ?? "internal.unexpected";
        var text = job.ErrorMessage ?? "";
        var culture = CultureInfo.CurrentUICulture;
        var hint = ErrorTexts.HintIn(code, text, culture, ("fqdn", job.Fqdn.Ascii));
        return new ErrorView(code, null, ErrorTexts.MessageIn(code, text, culture), hint, ErrorTexts.ValuesOf(code, text) ?? []);
    }
}
