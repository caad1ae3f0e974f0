using CoreSync.Errors;
using FluentResults;

namespace CoreSync.Application;

/// <summary>Reads typed errors out of results.</summary>
public static class ResultExtensions
{
    /// <summary>The first typed error of a failed result: the one that decides what happens next.</summary>
    /// <exception cref="InvalidOperationException">The result did not fail, or holds no <see cref="CoreSyncError"/>.</exception>
    public static CoreSyncError FirstError(this ResultBase result) =>
        result.Errors.OfType<CoreSyncError>().FirstOrDefault() ?? throw new InvalidOperationException("The result carries no CoreSync error");

    /// <summary>For a person: what was refused and the next step, in English; null when nothing was.</summary>
    public static string? Refusal(this ResultBase result) => result.IsSuccess ? null : $"{result.FirstError().Message}. {result.FirstError().Hint}";
}
