using System.CommandLine;
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
    public static Verb Of(GlobalOptions globals, string path, IEnumerable<Symbol> symbols, Func<Invocation, Task> run)
    {
        var verb = new Verb(path[(path.LastIndexOf(' ') + 1)..], T($"help.{path.Replace(' ', '-')}"));
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
                verb.Add(option);
            else
                verb.Add((Argument)symbol);
        }

        verb.SetAction((parsed, stop) => Shell.InvokeAsync(parsed, globals, run, stop));
        return verb;
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
