namespace CoreSync.Infrastructure.Files.Native;

/// <summary>What a name in a directory stands for; a link is a link, whatever it points to.</summary>
internal enum EntryKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link, junction or other reparse point.</summary>
    Link,

    /// <summary>A pipe, socket or device.</summary>
    Special,

    /// <summary>The directory listing does not say; ask with <see cref="SafeDirectory.Stat(string)"/>.</summary>
    Unknown,
}

/// <summary>What the file system says about one entry.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Bytes of a file.</param>
/// <param name="ModifiedTicks">Last modification, UTC ticks of 100 ns.</param>
/// <param name="ChangedTicks">Last change of content or metadata, where the platform knows.</param>
/// <param name="IsExecutable">The owner may execute it.</param>
/// <param name="Mode">Permission bits; 0 where there are none.</param>
/// <param name="Links">Number of hard links.</param>
/// <param name="Identity">Tells two files of one volume apart; 0 where unknown.</param>
internal readonly record struct EntryStat(
    EntryKind Kind, long Size, long ModifiedTicks, long ChangedTicks, bool IsExecutable, uint Mode, uint Links, ulong Identity);

/// <summary>One name in a directory.</summary>
/// <param name="Name">The name; with replacement characters when it is not valid UTF-8.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsValid">The name is valid UTF-8.</param>
internal readonly record struct DirectoryEntry(string Name, EntryKind Kind, bool IsValid);
