using CoreSync.Errors;
using CoreSync.Infrastructure.Files.Native;
using CoreSync.Items;

namespace CoreSync.Infrastructure.Files;

/// <summary>What the walk found at a path.</summary>
internal enum WalkKind
{
    /// <summary>A file to compare.</summary>
    File,

    /// <summary>A directory that holds nothing.</summary>
    EmptyDirectory,

    /// <summary>A directory that holds something: told because an item for the empty one may exist.</summary>
    FilledDirectory,

    /// <summary>A symbolic link that is recorded.</summary>
    Link,

    /// <summary>Something is there but could not be looked at: what the catalogue knows at this path stays.</summary>
    Kept,

    /// <summary>A directory that could not be read; the path ends with <c>/</c>: what the catalogue knows below it stays.</summary>
    Blocked,
}

/// <summary>One path of the walk.</summary>
/// <param name="Path">Relative to the root.</param>
/// <param name="Kind">What is there.</param>
/// <param name="Stat">What the file system says; default unless a file.</param>
/// <param name="MayCollide">A neighbour of it, or of a directory above it, has the same canonical name.</param>
/// <param name="LinkTarget">Where a link points.</param>
internal readonly record struct WalkEntry(string Path, WalkKind Kind, EntryStat Stat, bool MayCollide, string LinkTarget = "");

/// <summary>Walks a component's directory in the byte order of the whole paths. Follows no link; holds one listing per level.</summary>
internal sealed class TreeWalk(SafeDirectory root, FilesSettings settings, ProblemCollector problems, CancellationToken cancellationToken)
{
    private readonly GlobPatterns include = new(settings.Include);
    private readonly GlobPatterns exclude = new(settings.Exclude);

    /// <summary>The root held nothing at all; known once the walk began.</summary>
    public bool RootIsEmpty { get; private set; }

    /// <summary>Symbolic links that were skipped.</summary>
    public int SkippedLinks { get; private set; }

    /// <summary>All entries, in order.</summary>
    /// <exception cref="FileFaultException">The root itself cannot be read.</exception>
    public IEnumerable<WalkEntry> Entries()
    {
        var frames = new Stack<Frame>();
        frames.Push(Listed(root, "", mayCollide: false, included: include.IsEmpty));
        RootIsEmpty = frames.Peek().IsEmpty;
        try
        {
            while (frames.TryPeek(out var frame))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (frame.Next() is not { } step)
                {
                    frames.Pop().Close();
                    continue;
                }

                if (step.Below)
                {
                    if (Descend(frame, step, out var blocked) is { } below)
                        frames.Push(below);
                    else if (blocked is { } entry)
                        yield return entry;
                }
                else if (Look(frame, step) is { } entry)
                {
                    yield return entry;
                }
            }
        }
        finally
        {
            foreach (var frame in frames)
                frame.Close();
        }
    }

    private Frame Listed(SafeDirectory directory, string prefix, bool mayCollide, bool included)
    {
        var steps = new List<Step>();
        var listing = directory.List();
        foreach (var entry in listing)
        {
            // CoreSync's own names (staging) are no one's files.
            if (entry.Name.StartsWith(RelativePath.ReservedPrefix, StringComparison.OrdinalIgnoreCase))
                continue;
            var path = prefix + entry.Name;
            if (!entry.IsValid)
            {
                problems.Add(path, new PathInvalidError(path, "it is not valid UTF-8"));
                continue;
            }

            if (exclude.Matches(path))
                continue;
            var kind = entry.Kind == EntryKind.Unknown ? directory.Stat(entry.Name)?.Kind ?? EntryKind.Special : entry.Kind;
            var isIncluded = included || include.Matches(path);
            steps.Add(new Step(entry.Name, kind, Below: false, isIncluded));
            if (kind == EntryKind.Directory)
                steps.Add(new Step(entry.Name, kind, Below: true, isIncluded));
        }

        steps.Sort(static (left, right) => Utf8Order.CompareEntries(left.Name, left.Below, right.Name, right.Below));
        return new Frame(directory, prefix, steps, mayCollide ? null : Twins(steps), listing.Count == 0, directory != root);
    }

    /// <summary>Canonical names that more than one entry has; null when there are none.</summary>
    private static HashSet<string>? Twins(List<Step> steps)
    {
        var seen = new HashSet<string>(steps.Count);
        HashSet<string>? twins = null;
        foreach (var step in steps)
        {
            if (!step.Below && RelativePath.KeyOf(step.Name) is var key && !seen.Add(key))
                (twins ??= []).Add(key);
        }

        return twins ?? [];
    }

    private Frame? Descend(Frame frame, Step step, out WalkEntry? blocked)
    {
        blocked = null;
        var path = frame.Prefix + step.Name;
        // What was found empty a moment ago is told as empty; what appeared since is for the next scan. Problems were told there, too.
        if (frame.IsSkipped(step.Name))
            return null;
        SafeDirectory? directory = null;
        try
        {
            directory = frame.Directory.OpenDirectory(step.Name);
            return Listed(directory, path + "/", frame.MayCollide(step.Name), step.IsIncluded);
        }
        catch (FileFaultException fault)
        {
            directory?.Dispose();
            if (fault.Fault == FileFault.Missing)
                return null;
            problems.Add(path, new ContentUnreadableError(path, fault.Reason));
            blocked = new WalkEntry(path + "/", WalkKind.Blocked, default, false);
            return null;
        }
    }

    private WalkEntry? Look(Frame frame, Step step)
    {
        var path = frame.Prefix + step.Name;
        var mayCollide = frame.MayCollide(step.Name);
        try
        {
            switch (step.Kind)
            {
                case EntryKind.Directory:
                    return LookAtDirectory(frame, step, path, mayCollide);
                case EntryKind.Link when !settings.RecordLinks:
                    SkippedLinks++;
                    return null;
                case EntryKind.Link:
                    return step.IsIncluded ? LookAtLink(frame, step, path, mayCollide) : null;
                case EntryKind.File:
                    if (!step.IsIncluded || frame.Directory.Stat(step.Name) is not { } stat)
                        return null;
                    return stat.Kind == EntryKind.File ? new WalkEntry(path, WalkKind.File, stat, mayCollide) : null;
                default:
                    if (step.IsIncluded)
                        problems.Add(path, new ContentUnreadableError(path, "it is a pipe, socket or device"));
                    return null;
            }
        }
        catch (FileFaultException fault) when (fault.Fault != FileFault.Missing)
        {
            problems.Add(path, new ContentUnreadableError(path, fault.Reason));
            return new WalkEntry(path, WalkKind.Kept, default, mayCollide);
        }
    }

    private WalkEntry? LookAtDirectory(Frame frame, Step step, string path, bool mayCollide)
    {
        // One verdict for the directory instead of one per file in it.
        if (RelativePath.Parse(path) is { IsFailed: true } verdict)
        {
            problems.Add(path, (CoreSyncError)verdict.Errors[0]);
            frame.Skip(step.Name);
            return null;
        }

        bool empty;
        try
        {
            using var directory = frame.Directory.OpenDirectory(step.Name);
            empty = directory.IsEmpty();
        }
        catch (FileFaultException fault)
        {
            // The way down reports it.
            return fault.Fault == FileFault.Missing ? null : new WalkEntry(path, WalkKind.Kept, default, mayCollide);
        }

        if (!empty)
            return new WalkEntry(path, WalkKind.FilledDirectory, default, mayCollide);
        frame.Skip(step.Name);
        return step.IsIncluded ? new WalkEntry(path, WalkKind.EmptyDirectory, default, mayCollide) : null;
    }

    private WalkEntry? LookAtLink(Frame frame, Step step, string path, bool mayCollide)
    {
        var target = frame.Directory.ReadLink(step.Name);
        if (LinkTarget.Refusal(path, target) is not { } reason)
            return new WalkEntry(path, WalkKind.Link, default, mayCollide, target);
        problems.Add(path, new PathInvalidError(path, reason));
        return null;
    }

    private readonly record struct Step(string Name, EntryKind Kind, bool Below, bool IsIncluded);

    private sealed class Frame(SafeDirectory directory, string prefix, List<Step> steps, HashSet<string>? twins, bool isEmpty, bool owned)
    {
        private HashSet<string>? skipped;
        private int position;

        public SafeDirectory Directory => directory;

        public string Prefix => prefix;

        public bool IsEmpty => isEmpty;

        public Step? Next()
        {
            return position < steps.Count ? steps[position++] : null;
        }

        /// <summary>The directory of that name is not entered.</summary>
        public void Skip(string name) => (skipped ??= []).Add(name);

        public bool IsSkipped(string name) => skipped is not null && skipped.Contains(name);

        public bool MayCollide(string name) => twins is null || (twins.Count > 0 && twins.Contains(RelativePath.KeyOf(name)));

        public void Close()
        {
            if (owned)
                directory.Dispose();
        }
    }
}
