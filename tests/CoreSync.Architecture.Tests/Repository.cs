using System.Xml.Linq;

namespace CoreSync.Architecture.Tests;

/// <summary>The files of the repository, as a reader sees them.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathTo(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathTo(relative));

    /// <summary>Source files below a directory, without what the build made; paths relative to the root, with slashes.</summary>
    public static IEnumerable<string> Files(string directory, string pattern) =>
        Directory.EnumerateFiles(PathTo(directory), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>Versions of Directory.Packages.props by package.</summary>
    public static IReadOnlyDictionary<string, string> Packages { get; } =
        XDocument.Load(PathTo("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(element => element.Attribute("Include")!.Value, element => element.Attribute("Version")!.Value);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CoreSync.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository");
        return directory.FullName;
    }
}
