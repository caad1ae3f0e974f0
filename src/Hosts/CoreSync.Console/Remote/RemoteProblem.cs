using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Errors;

namespace CoreSync.Console.Remote;

/// <summary>Problem objects (RFC 9457) of the admin API as failures of a command: the same code, text and exit code as on the core itself.</summary>
internal static class RemoteProblem
{
    /// <summary>The failure; null when the object is no problem of ours.</summary>
    public static CommandFailure? Of(JsonObject? problem)
    {
        if (View(problem) is not { } first)
            return null;
        var others = (problem!["errors"] as JsonArray ?? []).Select(node => View(node as JsonObject)).OfType<ErrorView>();
        return new CommandFailure([first, .. others], ExitCodeOf(first.Code));
    }

    /// <summary>The exit code of an error by its code.</summary>
    public static int ExitCodeOf(string code) => JobExitCode.OfJobError(code);

    private static ErrorView? View(JsonObject? problem)
    {
        if (problem?["code"] is not JsonValue code || problem["detail"] is not JsonValue detail)
            return null;
        ErrorKind? kind = Enum.GetValues<ErrorKind>().Where(value => Json.Enum(value) == problem["kind"]?.ToString()).Select(value => (ErrorKind?)value).FirstOrDefault();
        var values = (problem["values"] as JsonObject ?? []).Select(value => (value.Key, (object)(value.Value?.ToString() ?? "")));
        return new ErrorView(code.ToString(), kind, detail.ToString(), problem["hint"]?.ToString() ?? "", [.. values]);
    }
}
