namespace CoreSync.Errors;

/// <summary>Carries a typed error out of an adapter whose port returns no <c>Result</c>: the store or the disk failed.</summary>
/// <remarks>Translated to a failed <c>Result</c> in two places only: the pipeline's error behaviour and the job runner.</remarks>
public sealed class CoreSyncException(CoreSyncError error, Exception? cause = null) : Exception(error.Message, cause)
{
    /// <summary>The error.</summary>
    public CoreSyncError Error { get; } = error;
}
