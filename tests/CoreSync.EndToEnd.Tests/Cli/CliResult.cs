using System.Text.Json;

namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>How a run of <c>coresync</c> ended.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error, string CommandLine)
{
    /// <summary>The one object on standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The one problem object on standard error.</summary>
    public JsonElement Problem => JsonDocument.Parse(Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;

    public string Code => Problem.GetProperty("code").GetString()!;

    /// <summary>Asserts the exit code; shows everything when it differs.</summary>
    public CliResult Exits(int code)
    {
        Assert.True(ExitCode == code, $"{CommandLine}\nexited {ExitCode}, expected {code}\n--- stdout\n{Output}\n--- stderr\n{Error}");
        return this;
    }

    /// <summary>Asserts a refusal: exit code, error code, and a text that names the thing and the next step.</summary>
    public CliResult Refuses(int exitCode, string code, params string[] mentions)
    {
        Exits(exitCode);
        Assert.Equal(code, Code);
        Assert.Equal(exitCode, Problem.GetProperty("exitCode").GetInt32());
        Assert.NotEmpty(Problem.GetProperty("hint").GetString()!);
        foreach (var mention in mentions)
            Assert.Contains(mention, Problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);
        return this;
    }
}
