namespace PackageDesk;

/// <summary>Something that administrators of the desk edit.</summary>
internal abstract record DeskItem(Guid Id, string Name)
{
    /// <summary>The items without which this one is of no use.</summary>
    public virtual IReadOnlyList<Guid> Needs => [];
}

/// <summary>Which devices: those of an operating system with at least so much memory.</summary>
internal sealed record Query(Guid Id, string Name, string Os, int MinMemoryGb) : DeskItem(Id, Name);

/// <summary>Software to distribute; its files are in the desk's directory, below the package's id.</summary>
internal sealed record Package(Guid Id, string Name, string Version, string Command) : DeskItem(Id, Name);

/// <summary>Distributes a package to the devices of a query.</summary>
internal sealed record DeskTask(Guid Id, string Name, Guid Query, Guid Package, DateTimeOffset? StartAt) : DeskItem(Id, Name)
{
    public override IReadOnlyList<Guid> Needs => [Query, Package];
}

/// <summary>A device of this site; the desk inventories it here and tells nobody.</summary>
internal sealed record Device(string Name, string Os, int MemoryGb);

/// <summary>A file of a package.</summary>
internal sealed record PackageFile(string Path, long Size, string Sha256);
