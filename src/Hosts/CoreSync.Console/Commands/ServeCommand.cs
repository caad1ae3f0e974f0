using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Errors;
using CoreSync.Hosting;
using CoreSync.Hosting.Logging;
using CoreSync.Hosting.OpenIdConnect;
using Microsoft.Extensions.Logging;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class ServeCommand
{
    public static Verb Build(GlobalOptions globals)
    {
        var listen = Symbols.Text("--listen", "ADDR:PORT");
        return Verb.Of(globals, "serve", [listen], async run =>
        {
            var address = run.Get(listen) is { } text ? ListenAddress.Parse(text) : ListenAddress.Default;
            CommandFailure.ThrowIfFailed(address);
            var oidc = OidcConfiguration.FromEnvironment(out var faults);
            CommandFailure.ThrowIfFailed(FluentResults.Result.Ok().WithErrors(faults.Select(fault => new UsageInvalidError(fault))));
            // With --json standard error holds problem objects alone; the log is in its file all the same.
            var level = run.IsVerbose ? LogLevel.Debug : run.IsQuiet ? LogLevel.Error : LogLevel.Information;
            var log = run.IsJson && !run.IsVerbose ? new CoreLogOptions() : new CoreLogOptions(System.Console.Error.WriteLine, level);
            var started = await CoreHost.StartAsync(new CoreHostOptions(run.DataDirectory, address.Value, Invocation.Actor with { Origin = "service" }, log, oidc), null, run.Stop);
            CommandFailure.ThrowIfFailed(started);
            await using var host = started.Value;
            // Data: whoever starts a core with port 0 reads here where it listens.
            run.Answer(
                "serve", new() { ["address"] = host.Address.Address.ToString(), ["port"] = host.Address.Port, ["processId"] = Environment.ProcessId },
                () => Terminal.Data(T("serve.listening", host.Address)));
            var ended = await host.RunAsync(run.Stop);
            run.Terminal.Note(T("serve.stopped"));
            if (!ended)
                throw new CommandExit(HostExitCode.Failed);
        });
    }
}
