using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Jobs;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Remote;
using CoreSync.Errors;
using CoreSync.Hosting;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class SyncCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "sync", Now(globals));

    private static Verb Now(GlobalOptions globals)
    {
        var targets = Symbols.Many("FQDN", "sync-targets", atLeastOne: false);
        var all = Symbols.Flag("--all");
        var wait = Symbols.Flag("--wait");
        var dryRun = Symbols.Flag("--dry-run");
        var exitCode = Symbols.Flag("--exit-code");
        return Verb.Of(globals, "sync now", [targets, all, wait, dryRun, exitCode], async run =>
        {
            var chosen = run.Get(targets) ?? [];
            if (chosen.Length > 0 && run.Get(all))
                throw CommandFailure.Usage(T("sync.all-or-names"));
            if (run.Get(dryRun))
            {
                await VerifyCommands.PlanAsync(run, chosen, run.Get(exitCode));
                return;
            }

            var jobs = await JobProgressView.WhileAsync(run, run.Services, run.AskAsync(new SyncNow(chosen, run.Get(wait))));
            run.Answer("sync-now", new JsonObject { ["items"] = Json.List(jobs, CoreJson.Job) }, () => JobCommands.Print(run, jobs));
            JobCommands.TellHandedOver(run, jobs);
            JobCommands.TellWaiting(run, jobs);
            run.Stop.ThrowIfCancellationRequested();
            var code = JobExitCode.Of(jobs);
            if (code != HostExitCode.Done)
                JobCommands.Throw(jobs, code);
        },
        (run, core) =>
        {
            if (run.Get(dryRun))
                throw new CommandFailure(new ServerCommandUnavailableError("sync now --dry-run"));
            var chosen = run.Get(targets) ?? [];
            return chosen.Length > 0 && run.Get(all) ? throw CommandFailure.Usage(T("sync.all-or-names")) : RemoteJobs.SyncAsync(run, core, chosen, run.Get(wait));
        });
    }
}
