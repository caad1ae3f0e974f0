using System.CommandLine;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.CommandLine;

/// <summary>The options that every command has.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> Data { get; } = new("--data") { Description = T("option.data"), HelpName = "DIR", Recursive = true };

    public Option<bool> Json { get; } = new("--json") { Description = T("option.json"), Recursive = true };

    public Option<string?> Lang { get; } = OneOf("--lang", "option.lang", "en", "fr");

    public Option<bool> NoInput { get; } = new("--no-input") { Description = T("option.no-input"), Recursive = true };

    public Option<bool> Yes { get; } = new("--yes", "-y") { Description = T("option.yes"), Recursive = true };

    public Option<string?> Color { get; } = OneOf("--color", "option.color", "auto", "always", "never");

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = T("option.quiet"), Recursive = true };

    public Option<bool> Verbose { get; } = new("--verbose", "-v") { Description = T("option.verbose"), Recursive = true };

    public Option<string?> Server { get; } = new("--server") { Description = T("option.server"), HelpName = "URL", Recursive = true };

    public Option<string?> ServerFingerprint { get; } = new("--server-fingerprint") { Description = T("option.server-fingerprint"), HelpName = "FP", Recursive = true };

    public IEnumerable<Option> All => [Data, Server, ServerFingerprint, Json, Lang, NoInput, Yes, Color, Quiet, Verbose];

    private static Option<string?> OneOf(string name, string help, params string[] values)
    {
        var option = new Option<string?>(name) { Description = T(help), HelpName = string.Join('|', values), Recursive = true };
        return option.AcceptOnlyFromAmong(values);
    }
}
