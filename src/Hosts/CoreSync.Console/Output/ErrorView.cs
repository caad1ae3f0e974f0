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
    public static ErrorView Of(SyncJob job) => Of(job.ErrorCode ?? "internal.unexpected", job.ErrorMessage ?? "", job.Fqdn.Ascii);

    /// <summary>An error that was stored as code and English text.</summary>
    public static ErrorView Of(string code, string text, string fqdn)
    {
        var culture = CultureInfo.CurrentUICulture;
        return new ErrorView(code, null, ErrorTexts.MessageIn(code, text, culture), ErrorTexts.HintIn(code, text, culture, ("fqdn", fqdn)), ErrorTexts.ValuesOf(code, text) ?? []);
    }
}
