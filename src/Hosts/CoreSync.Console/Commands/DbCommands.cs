using CoreSync.Console.CommandLine;

namespace CoreSync.Console.Commands;

internal static class DbCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "db");
}
