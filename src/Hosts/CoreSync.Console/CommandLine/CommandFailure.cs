using CoreSync.Console.Output;
using CoreSync.Errors;
using CoreSync.Hosting;
using FluentResults;

namespace CoreSync.Console.CommandLine;

/// <summary>Ends a command with errors; caught once, in <see cref="Shell"/>, where it becomes a message and an exit code.</summary>
internal sealed class CommandFailure(IReadOnlyList<ErrorView> errors, int code) : Exception(errors[0].Message)
{
    public CommandFailure(CoreSyncError error)
        : this([ErrorView.Of(error)], HostExitCode.Of(error))
    {
    }

    public CommandFailure(CoreSyncError error, int code)
        : this([ErrorView.Of(error)], code)
    {
    }

    /// <summary>What went wrong; never empty.</summary>
    public IReadOnlyList<ErrorView> Errors { get; } = errors;

    /// <summary>The exit code.</summary>
    public int Code { get; } = code;

    /// <summary>Throws when the result failed; the exit code is the one of its first error.</summary>
    public static void ThrowIfFailed(ResultBase result)
    {
        if (result.IsSuccess)
            return;
        var errors = result.Errors.OfType<CoreSyncError>().ToList();
        if (errors.Count == 0)
            errors.Add(new UnexpectedError(string.Join("; ", result.Errors.Select(error => error.Message))));
        throw new CommandFailure([.. errors.Select(ErrorView.Of)], HostExitCode.Of(errors[0]));
    }

    /// <summary>A usage error with a text of ours.</summary>
    public static CommandFailure Usage(string reason) => new(new UsageInvalidError(reason));
}
