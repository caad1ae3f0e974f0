using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Errors;
using CoreSync.Hosting.Logging;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class LogCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static Verb Build(GlobalOptions globals)
    {
        var follow = Symbols.Flag("--follow");
        follow.Aliases.Add("-f");
        var lines = new System.CommandLine.Option<int>("--lines", "-n") { Description = T("option.lines"), HelpName = "N", DefaultValueFactory = _ => 100 };
        var level = Symbols.Choice("--level", [.. LogFilter.Levels]);
        var target = Symbols.Text("--target", "FQDN");
        var code = Symbols.Text("--code", "CODE");
        var job = Symbols.Text("--job", "ID");
        return Verb.Of(globals, "log", [follow, lines, level, target, code, job], async run =>
        {
            var filter = new LogFilter(run.Get(level), run.Get(target), run.Get(code), run.Get(job));
            if (!Directory.Exists(run.DataDirectory))
                throw new CommandFailure(new StoreNotInitialisedError(run.DataDirectory));
            var tail = new LogTail(Path.Combine(run.DataDirectory, "log", LogFileName.Present));
            var last = tail.Last(Math.Max(0, run.Get(lines)), filter.Takes);
            if (!run.Get(follow))
            {
                run.Answer("log", new JsonObject { ["items"] = Json.List(last, Parse) }, () => last.ToList().ForEach(Terminal.Data));
                return;
            }

            // A stream has no end: with --json each line is an object of its own.
            foreach (var line in last)
                Write(run, line);
            while (true)
            {
                await Task.Delay(Pause, Invocation.Time, run.Stop);
                foreach (var line in tail.Next().Where(filter.Takes))
                    Write(run, line);
            }
        });
    }

    private static void Write(Invocation run, string line) => Terminal.Data(run.IsJson ? Json.Line(Parse(line)) : line);

    private static JsonObject Parse(string line) => LogEntry.Parse(line)?.ToJson() ?? new JsonObject { ["message"] = line };
}
