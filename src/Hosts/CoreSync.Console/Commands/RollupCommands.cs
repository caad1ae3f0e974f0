using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Jobs;
using CoreSync.Application.Rollup;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Hosting;
using CoreSync.Servers;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>The verbs of a rollup core for its sources, and those of a source for the rollup cores that collect from it.</summary>
internal static class RollupCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(
        globals, "rollup", [.. TargetCommands.Common(globals, new CoreNoun("rollup", "source-fqdn", SyncDirection.Pull)), Now(globals), Readers(globals), Forget(globals)]);

    private static Verb Now(GlobalOptions globals)
    {
        var sources = Symbols.Many("FQDN", "rollup-sources", atLeastOne: false);
        var wait = Symbols.Flag("--wait");
        return Verb.Of(globals, "rollup now", [sources, wait], async run =>
        {
            var jobs = await JobProgressView.WhileAsync(run, run.Services, run.AskAsync(new SyncNow(run.Get(sources) ?? [], run.Get(wait), SyncDirection.Pull)));
            run.Answer("rollup-now", new JsonObject { ["items"] = Json.List(jobs, CoreJson.Job) }, () => JobCommands.Print(run, jobs));
            JobCommands.TellHandedOver(run, jobs);
            JobCommands.TellWaiting(run, jobs);
            run.Stop.ThrowIfCancellationRequested();
            var code = JobExitCode.Of(jobs);
            if (code != HostExitCode.Done)
                JobCommands.Throw(jobs, code);
        });
    }

    private static Verb Readers(GlobalOptions globals) => Verb.Of(globals, "rollup readers", [], async run =>
    {
        var readers = await run.AskAsync(new ListReaders());
        run.Answer("rollup-readers", new JsonObject { ["items"] = Json.List(readers, CoreJson.Reader) }, () =>
        {
            if (readers.Count == 0)
            {
                run.Terminal.Note(T("rollup.no-readers"));
                return;
            }

            run.Terminal.Table(
                [T("field.core"), T("column.account"), T("column.last-seen"), T("column.components"), T("field.reason")],
                readers.Select(view => new[]
                {
                    view.Reader.Name, view.Reader.Account, Show.Time(view.Reader.SeenAt), string.Join(", ", view.Positions.Keys.Select(component => component.Value).Order(StringComparer.Ordinal)),
                    view.Reader.Refused ?? "",
                }));
        });
    });

    private static Verb Forget(GlobalOptions globals)
    {
        var name = Symbols.Argument("FQDN", "reader-fqdn");
        return Verb.Of(globals, "rollup forget", [name], async run =>
        {
            run.Confirm(T("rollup.forget-confirm", run.Get(name)));
            var reader = await run.AskAsync(new ForgetReader(run.Get(name)));
            run.Answer("rollup-forget", new JsonObject { ["core"] = reader.Core.ToString(), ["name"] = reader.Name }, () => Terminal.Data(T("rollup.forgotten", reader.Name)));
        });
    }
}
