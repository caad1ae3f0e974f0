using CoreSync.Application.Items;
using CoreSync.Errors;

namespace CoreSync.Infrastructure.Files;

/// <summary>Collects what a scan cannot take; keeps the first ones and counts the rest, so that a bad tree does not fill the memory.</summary>
internal sealed class ProblemCollector
{
    /// <summary>Most problems kept.</summary>
    public const int MaxKept = 10_000;

    private readonly List<ScanProblem> kept = [];

    /// <summary>All problems, those not kept included.</summary>
    public int Count { get; private set; }

    /// <summary>The problems kept.</summary>
    public IReadOnlyList<ScanProblem> Kept => kept;

    /// <summary>Adds a problem.</summary>
    public void Add(string path, CoreSyncError error)
    {
        Count++;
        if (kept.Count < MaxKept)
            kept.Add(new ScanProblem(path, error.Code, error.Message));
    }

    /// <summary>Begins again: the tree is walked once more.</summary>
    public void Clear()
    {
        kept.Clear();
        Count = 0;
    }
}
