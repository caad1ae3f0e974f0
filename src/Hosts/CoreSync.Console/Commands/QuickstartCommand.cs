using CoreSync.Console.CommandLine;
using CoreSync.Console.Quickstart;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class QuickstartCommand
{
    public static Verb Build(GlobalOptions globals)
    {
        var path = Symbols.Optional("PATH", "quickstart-path");
        var keep = Symbols.Flag("--keep");
        return Verb.Of(globals, "quickstart", [path, keep], async run =>
        {
            var directory = run.Get(path) is { } given ? Path.GetFullPath(given) : DocumentsOfRepository() ?? throw CommandFailure.Usage(T("quickstart.path-needed"));
            if (!Directory.Exists(directory))
                throw CommandFailure.Usage(T("quickstart.path-missing", directory));
            await using var story = new QuickstartStory(run, directory, run.Get(keep));
            await story.TellAsync();
        });
    }

    // The docs of the repository that this program was built from or is run in.
    private static string? DocumentsOfRepository()
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
        {
            for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
            {
                if (File.Exists(Path.Combine(directory.FullName, "CoreSync.sln")) && Directory.Exists(Path.Combine(directory.FullName, "docs")))
                    return Path.Combine(directory.FullName, "docs");
            }
        }

        return null;
    }
}
