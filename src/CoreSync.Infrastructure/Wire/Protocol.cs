using System.Globalization;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Names and limits of the protocol between cores (docs/protocol.md).</summary>
internal static class Protocol
{
    /// <summary>The oldest and the newest version spoken.</summary>
    public const int MinVersion = 1;

    /// <inheritdoc cref="MinVersion"/>
    public const int MaxVersion = 1;

    /// <summary>All paths begin with it.</summary>
    public const string Base = "/coresync/v1";

    /// <summary>Every answer of a core carries this header with the version spoken; tells a core from whatever else answers HTTPS.</summary>
    public const string Header = "CoreSync-Protocol";

    /// <summary>The trace context of a request (W3C Trace Context); optional, and it says nothing but two random numbers.</summary>
    public const string TraceHeader = "traceparent";

    /// <summary>Requests of a rollup core carry its FQDN in this header: what a refusal names.</summary>
    public const string ReaderHeader = "CoreSync-Reader";

    /// <summary>Media type of a batch.</summary>
    public const string BatchType = "application/vnd.coresync.batch";

    /// <summary>Media type of many small contents in one request.</summary>
    public const string ContentsType = "application/vnd.coresync.contents";

    /// <summary>Media type of the chunks of a content.</summary>
    public const string ChunksType = "application/vnd.coresync.chunks";

    /// <summary>Media type of part of a content as a difference from another.</summary>
    public const string PatchType = "application/vnd.coresync.patch";

    /// <summary>What a core names among its features when it takes patches.</summary>
    public const string DeltaFeature = "delta";

    /// <summary>Media type of content sent apart.</summary>
    public const string ContentType = "application/octet-stream";

    /// <summary>Media type of errors (RFC 9457).</summary>
    public const string ProblemType = "application/problem+json";

    /// <summary>Largest JSON request, sign-in excepted.</summary>
    public const int MaxRequestJsonBytes = 256 * 1024;

    /// <summary>Largest sign-in request.</summary>
    public const int MaxSignInBytes = 16 * 1024;

    /// <summary>Largest JSON answer that a source reads.</summary>
    public const int MaxAnswerBytes = 8 * 1024 * 1024;

    /// <summary>Longest text of an item's outcome in a receipt, in characters.</summary>
    public const int MaxOutcomeText = 500;

    /// <summary>Most hashes in one question.</summary>
    public const int MaxHashes = 2000;

    /// <summary>Largest content: 16 TiB, the largest file of ext4 with 4 KiB blocks.</summary>
    public const long MaxContentBytes = 16L << 40;

    /// <summary>The version as the header says it.</summary>
    public static string VersionText => MaxVersion.ToString(CultureInfo.InvariantCulture);
}
