using System.CommandLine;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application;
using CoreSync.Console.Output;
using CoreSync.Errors;
using CoreSync.Hosting;
using CoreSync.Hosting.Logging;
using FluentResults;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoreSync.Console.CommandLine;

/// <summary>One run of a command: its arguments, the terminal, and the core that it works on, which is put together at the first request.</summary>
internal sealed class Invocation : IAsyncDisposable
{
    private readonly ParseResult parsed;
    private ServiceProvider? services;

    public Invocation(ParseResult parsed, GlobalOptions globals, CancellationToken stop)
    {
        this.parsed = parsed;
        Stop = stop;
        IsJson = parsed.GetValue(globals.Json);
        IsYes = parsed.GetValue(globals.Yes);
        IsQuiet = parsed.GetValue(globals.Quiet);
        IsVerbose = parsed.GetValue(globals.Verbose);
        DataDirectory = CommandLine.DataDirectory.Of(parsed.GetValue(globals.Data));
        Terminal = new Terminal(parsed.GetValue(globals.Color), IsQuiet || IsJson);
        MayAsk = !IsJson && !parsed.GetValue(globals.NoInput) && Terminal.IsInteractive;
    }

    public Terminal Terminal { get; }

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken Stop { get; }

    public string DataDirectory { get; }

    public bool IsJson { get; }

    public bool IsYes { get; }

    public bool IsQuiet { get; }

    public bool IsVerbose { get; }

    /// <summary>A person sits at the terminal and may be asked.</summary>
    public bool MayAsk { get; }

    public static TimeProvider Time => TimeProvider.System;

    /// <summary>Who acts, for the trust history.</summary>
    public static Actor Actor => new(Environment.UserName, "console");

    /// <summary>Where log lines go besides the file: standard error with <c>-v</c>.</summary>
    public CoreLogOptions Log => (IsVerbose ? new CoreLogOptions(Terminal.Note, LogLevel.Information) : new CoreLogOptions()) with
    {
        // Every command loads the certificate; the log of a core is about its service and about what people decided.
        Unwritten = [CoreSyncEventId.OwnCertificateLoaded],
    };

    public IServiceProvider Services => services ??= CoreSyncComposition.Build(DataDirectory, Actor, Log);

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T Get<T>(Argument<T> argument) => parsed.GetValue(argument)!;

    /// <summary>Whether an option was given on the command line.</summary>
    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Sends a request to the core and answers its value.</summary>
    /// <exception cref="CommandFailure">The request failed.</exception>
    public Task<T> AskAsync<T>(IRequest<Result<T>> request) => Services.AskAsync(request, Stop);

    /// <summary>Sends a request to the core.</summary>
    /// <exception cref="CommandFailure">The request failed.</exception>
    public Task TellAsync(IRequest<Result> request) => Services.TellAsync(request, Stop);

    /// <summary>Writes the answer: the object with <c>--json</c>, else what <paramref name="human"/> prints.</summary>
    public void Answer(string schema, JsonObject json, Action human)
    {
        if (IsJson)
        {
            Terminal.Data(Json.Text(Json.Answer(schema, json)));
        }
        else
        {
            human();
        }
    }

    /// <summary>Asks a yes-or-no question on a terminal; elsewhere, and with <c>--yes</c>, the command line is the answer.</summary>
    /// <exception cref="CommandFailure">The person answered no.</exception>
    public void Confirm(string question)
    {
        if (IsYes || !MayAsk || Terminal.AskYesNo(question))
            return;
        throw new CommandFailure(new UsageInvalidError(Texts.T("confirm.declined")), HostExitCode.Failed);
    }

    public async ValueTask DisposeAsync()
    {
        if (services is not null)
            await services.DisposeAsync();
    }
}

/// <summary>Sends requests to the core behind a service provider.</summary>
internal static class CoreRequests
{
    public static async Task<T> AskAsync<T>(this IServiceProvider services, IRequest<Result<T>> request, CancellationToken stop)
    {
        await using var scope = services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, stop);
        CommandFailure.ThrowIfFailed(result);
        return result.Value;
    }

    public static async Task TellAsync(this IServiceProvider services, IRequest<Result> request, CancellationToken stop)
    {
        await using var scope = services.CreateAsyncScope();
        CommandFailure.ThrowIfFailed(await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, stop));
    }
}
