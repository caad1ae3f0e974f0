using System.Globalization;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Hosting.Logging;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Output;

/// <summary>Writes errors to standard error: message, next step and code for people; one problem object (RFC 9457) with <c>--json</c>.</summary>
internal static class ErrorOutput
{
    public static void Write(IReadOnlyList<ErrorView> errors, int exitCode, bool json, string? color)
    {
        if (json)
            System.Console.Error.WriteLine(Json.Line(Problem(errors, exitCode)));
        else
            WriteText(errors, color);
    }

    private static void WriteText(IReadOnlyList<ErrorView> errors, string? color)
    {
        var (red, reset) = Terminal.UsesColor(color, System.Console.IsErrorRedirected) ? ("\e[31m", "\e[0m") : ("", "");
        foreach (var error in errors)
        {
            System.Console.Error.WriteLine($"{red}{T("error.prefix")}{reset} {Printable.Line(error.Message)}");
            if (error.Hint.Length > 0)
                System.Console.Error.WriteLine($"  {T("error.next")} {Printable.Line(error.Hint)}");
            System.Console.Error.WriteLine($"  {T("error.code")} {error.Code}");
        }
    }

    private static JsonObject Problem(IReadOnlyList<ErrorView> errors, int exitCode)
    {
        var problem = Of(errors[0]);
        problem["exitCode"] = exitCode;
        if (errors.Count > 1)
            problem["errors"] = Json.List(errors.Skip(1), Of);
        return problem;
    }

    private static JsonObject Of(ErrorView error) => new()
    {
        ["type"] = "urn:coresync:error:" + error.Code,
        ["title"] = error.Kind is { } kind ? ApiTexts.TitleOf(kind) : T("kind.job"),
        ["detail"] = error.Message,
        ["code"] = error.Code,
        ["kind"] = error.Kind is { } known ? Json.Enum(known) : null,
        ["hint"] = error.Hint,
        ["values"] = new JsonObject(error.Values.Select(value =>
            KeyValuePair.Create(value.Name, (JsonNode?)JsonValue.Create(Convert.ToString(value.Value, CultureInfo.InvariantCulture))))),
    };
}
