using System.Globalization;
using System.Text.Json.Nodes;
using CoreSync.Console.CommandLine;
using CoreSync.Errors;
using CoreSync.Hosting.Logging;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Output;

/// <summary>Writes errors to standard error: message, next step and code for people; one problem object (RFC 9457) with <c>--json</c>.</summary>
internal static class ErrorOutput
{
    public static void Write(IReadOnlyList<CoreSyncError> errors, bool json, string? color, int? exitCode = null)
    {
        if (json)
            System.Console.Error.WriteLine(Json.Line(Problem(errors, exitCode ?? ExitCode.Of(errors))));
        else
            WriteText(errors, color);
    }

    private static void WriteText(IReadOnlyList<CoreSyncError> errors, string? color)
    {
        var culture = CultureInfo.CurrentUICulture;
        var (red, reset) = Terminal.UsesColor(color, System.Console.IsErrorRedirected) ? ("\e[31m", "\e[0m") : ("", "");
        foreach (var error in errors)
        {
            System.Console.Error.WriteLine($"{red}{T("error.prefix")}{reset} {Printable.Line(error.MessageIn(culture))}");
            System.Console.Error.WriteLine($"  {T("error.next")} {Printable.Line(error.HintIn(culture))}");
            System.Console.Error.WriteLine($"  {T("error.code")} {error.Code}");
        }
    }

    private static JsonObject Problem(IReadOnlyList<CoreSyncError> errors, int exitCode)
    {
        var problem = Of(errors[0]);
        problem["exitCode"] = exitCode;
        if (errors.Count > 1)
            problem["errors"] = new JsonArray([.. errors.Skip(1).Select(error => (JsonNode)Of(error))]);
        return problem;
    }

    private static JsonObject Of(CoreSyncError error)
    {
        var culture = CultureInfo.CurrentUICulture;
        return new JsonObject
        {
            ["type"] = "urn:coresync:error:" + error.Code,
            ["title"] = T("kind." + error.Kind),
            ["detail"] = error.MessageIn(culture),
            ["code"] = error.Code,
            ["kind"] = Json.Enum(error.Kind),
            ["hint"] = error.HintIn(culture),
            ["values"] = new JsonObject(error.Arguments.Select(argument =>
                KeyValuePair.Create(argument.Name, (JsonNode?)JsonValue.Create(Convert.ToString(argument.Value, CultureInfo.InvariantCulture))))),
        };
    }
}
