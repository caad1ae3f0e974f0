using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Console.CommandLine;

/// <summary>Ends a command with typed errors; caught once, in <see cref="Shell"/>, where it becomes a message and an exit code.</summary>
internal sealed class CommandFailure(IReadOnlyList<CoreSyncError> errors, int? exitCode = null) : Exception(errors[0].Message)
{
    public CommandFailure(CoreSyncError error, int? exitCode = null)
        : this([error], exitCode)
    {
    }

    /// <summary>What went wrong; never empty.</summary>
    public IReadOnlyList<CoreSyncError> Errors { get; } = errors;

    /// <summary>The exit code.</summary>
    public int Code { get; } = exitCode ?? ExitCode.Of(errors);

    /// <summary>Throws when the result failed.</summary>
    public static void ThrowIfFailed(ResultBase result)
    {
        if (result.IsFailed)
            throw new CommandFailure([.. result.Errors.OfType<CoreSyncError>().DefaultIfEmpty(new UnexpectedError(string.Join("; ", result.Errors.Select(e => e.Message))))]);
    }

    /// <summary>A usage error with a text of ours.</summary>
    public static CommandFailure Usage(string reason) => new(new UsageInvalidError(reason));
}
