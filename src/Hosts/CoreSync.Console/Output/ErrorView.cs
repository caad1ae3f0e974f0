using System.Globalization;
using System.Text.RegularExpressions;
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
        try
        {
            var values = ValuesOf(ErrorTexts.Format(code, [], CultureInfo.InvariantCulture), text);
            if (values is not null && values.All(value => value.Name != "fqdn"))
                values.Add(("fqdn", fqdn));
            var message = values is null ? text : ErrorTexts.Format(code, values, CultureInfo.CurrentUICulture);
            return new ErrorView(code, null, message, ErrorTexts.Format(code + ".hint", values ?? [("fqdn", fqdn)], CultureInfo.CurrentUICulture), values ?? []);
        }
        catch (InvalidOperationException)
        {
            // A newer version stored a code that this one does not know.
            return new ErrorView(code, null, text, "", []);
        }
    }

    private static List<(string Name, object Value)>? ValuesOf(string template, string text)
    {
        var pattern = new System.Text.StringBuilder("^");
        var names = new List<string>();
        foreach (var part in Regex.Split(template, @"(\{[A-Za-z]+\})"))
        {
            if (part.Length > 2 && part[0] == '{' && !names.Contains(part[1..^1]))
            {
                names.Add(part[1..^1]);
                pattern.Append("(?<").Append(part[1..^1]).Append(">.*?)");
            }
            else if (part.Length > 2 && part[0] == '{')
            {
                pattern.Append(@"\k<").Append(part[1..^1]).Append('>');
            }
            else
            {
                pattern.Append(Regex.Escape(part));
            }
        }

        var match = Regex.Match(text, pattern.Append('$').ToString(), RegexOptions.Singleline, TimeSpan.FromSeconds(1));
        return match.Success ? [.. names.Select(name => (name, (object)match.Groups[name].Value))] : null;
    }
}
