using System.CommandLine;
using CoreSync.Console.Remote;
using CoreSync.Errors;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.CommandLine;

/// <summary>Builds nouns and verbs of the command line.</summary>
internal sealed class Verb : Command
{
    private Verb(string name, string description)
        : base(name, description)
    {
    }

    /// <summary>A noun: it only groups verbs, and says which there are when none is given.</summary>
    public static Verb Noun(GlobalOptions globals, string name, params Verb[] verbs)
    {
        var noun = new Verb(name, T($"help.{name}"));
        foreach (var verb in verbs)
            noun.Add(verb);
        noun.SetAction((parsed, stop) => Shell.InvokeAsync(
            parsed, globals, _ => throw CommandFailure.Usage(T("usage.verb-missing", name, string.Join(", ", verbs.Select(verb => verb.Name)))), stop));
        return noun;
    }

    /// <summary>A verb; <paramref name="path"/> such as <c>target list</c> names it and its help text <c>help.target-list</c>.</summary>
    /// <param name="globals">The options that every command has.</param>
    /// <param name="path">Noun and verb.</param>
    /// <param name="symbols">Its arguments and options.</param>
    /// <param name="run">Does it on a data directory.</param>
    /// <param name="remote">Does it against a running service (<c>--server</c>); null when it cannot be done there.</param>
    public static Verb Of(GlobalOptions globals, string path, IEnumerable<Symbol> symbols, Func<Invocation, Task> run, Func<Invocation, RemoteCore, Task>? remote = null)
    {
        var verb = new Verb(path[(path.LastIndexOf(' ') + 1)..], T($"help.{path.Replace(' ', '-')}"));
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
                verb.Add(option);
            else
                verb.Add((Argument)symbol);
        }

        verb.SetAction((parsed, stop) => Shell.InvokeAsync(parsed, globals, invocation => RunAsync(invocation, globals, path, run, remote), stop));
        return verb;
    }

    private static async Task RunAsync(Invocation invocation, GlobalOptions globals, string path, Func<Invocation, Task> run, Func<Invocation, RemoteCore, Task>? remote)
    {
        if (invocation.Get(globals.Server) is not { } server)
        {
            if (invocation.Has(globals.ServerFingerprint))
                throw CommandFailure.Usage(T("server.fingerprint-alone"));
            await run(invocation);
            return;
        }

        if (invocation.Has(globals.Data))
            throw CommandFailure.Usage(T("server.or-data"));
        if (remote is null)
            throw new CommandFailure(new ServerCommandUnavailableError(path));
        await using var core = await RemoteCore.ConnectAsync(invocation, server, invocation.Get(globals.ServerFingerprint));
        await remote(invocation, core);
    }
}

/// <summary>Short forms for declaring arguments and options; their help texts are <c>argument.…</c> and <c>option.…</c>.</summary>
internal static class Symbols
{
    public static Argument<string> Argument(string name, string help) => new(name) { Description = T("argument." + help) };

    public static Argument<string?> Optional(string name, string help) => new(name) { Description = T("argument." + help), Arity = ArgumentArity.ZeroOrOne };

    public static Argument<string[]> Many(string name, string help, bool atLeastOne = true) =>
        new(name) { Description = T("argument." + help), Arity = atLeastOne ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore };

    public static Option<string?> Text(string name, string valueName) => new(name) { Description = T("option." + name[2..]), HelpName = valueName };

    public static Option<string> Required(string name, string valueName) => new(name) { Description = T("option." + name[2..]), HelpName = valueName, Required = true };

    public static Option<bool> Flag(string name) => new(name) { Description = T("option." + name[2..]) };

    public static Option<string[]> Texts(string name, string valueName) =>
        new(name) { Description = T("option." + name[2..]), HelpName = valueName, AllowMultipleArgumentsPerToken = false };

    public static Option<string?> Choice(string name, params string[] values)
    {
        var option = new Option<string?>(name) { Description = T("option." + name[2..]), HelpName = string.Join('|', values) };
        return option.AcceptOnlyFromAmong(values);
    }
}
