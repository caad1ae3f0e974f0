using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using CoreSync.Console.Commands;
using CoreSync.Console.Output;
using CoreSync.Errors;
using CoreSync.Hosting;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.CommandLine;

/// <summary>Runs one command: language, parsing, Ctrl-C, and the one place where failures become messages and exit codes.</summary>
internal static class Shell
{
    public static async Task<int> RunAsync(string[] args)
    {
        Language.Choose(args);
        // Data is UTF-8 whatever the locale says: scripts parse it.
        using var output = new StreamWriter(System.Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        using var error = new StreamWriter(System.Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true };
        System.Console.SetOut(output);
        System.Console.SetError(error);

        using var stop = new StopSignals();
        var globals = new GlobalOptions();
        var parsed = CommandTree.Build(globals).Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            // The parser lists the values of an option on lines of their own; a reason is one line.
            var reason = string.Join(' ', string.Join(' ', parsed.Errors.Select(e => e.Message).Distinct()).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            ErrorOutput.Write([ErrorView.Of(new UsageInvalidError(reason))], HostExitCode.Invalid, args.Contains("--json"), null);
            return HostExitCode.Invalid;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
    }

    /// <summary>Runs the body of a command.</summary>
    public static async Task<int> InvokeAsync(ParseResult parsed, GlobalOptions globals, Func<Invocation, Task> run, CancellationToken stop)
    {
        await using var invocation = new Invocation(parsed, globals, stop);
        try
        {
            await run(invocation);
            return HostExitCode.Done;
        }
        catch (CommandExit exit)
        {
            return exit.Code;
        }
        catch (CommandFailure failure)
        {
            return Report(failure);
        }
        catch (CoreSyncException failure)
        {
            return Report(new CommandFailure(failure.Error));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            invocation.Terminal.Note(T("interrupted"));
            return HostExitCode.Interrupted;
        }
        catch (Exception failure)
        {
            // The outermost frame of the process: whatever is left is a bug, reported without a stack unless asked for with -v.
            if (invocation.IsVerbose)
                System.Console.Error.WriteLine(failure);
            return Report(new CommandFailure(new UnexpectedError($"{failure.GetType().Name}: {failure.Message}")));
        }

        int Report(CommandFailure failure)
        {
            ErrorOutput.Write(failure.Errors, failure.Code, invocation.IsJson, parsed.GetValue(globals.Color));
            return failure.Code;
        }
    }
}

/// <summary>Ends a command whose answer is written already, with an exit code of its own.</summary>
internal sealed class CommandExit(int code) : Exception
{
    public int Code { get; } = code;
}
