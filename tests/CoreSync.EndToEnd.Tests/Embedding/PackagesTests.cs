using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Embedding;

/// <summary>What an embedder gets from a package source: ids, licence, documents, and nothing of our own tests.</summary>
public sealed class PackagesTests : IDisposable
{
    private static readonly string[] TestOnly = ["xunit", "NSubstitute", "CsCheck", "Microsoft.Extensions.TimeProvider.Testing", "CoreServerSync.Testing"];

    private readonly TempDirectory directory = new();

    public static TheoryData<string, string> Libraries => new()
    {
        { "src/CoreSync.Domain", "CoreServerSync.Domain" },
        { "src/CoreSync.Application", "CoreServerSync.Application" },
        { "src/CoreSync.Infrastructure", "CoreServerSync.Infrastructure" },
        { "src/CoreSync.Ldap", "CoreServerSync.Ldap" },
        { "tests/CoreSync.Testing", "CoreServerSync.Testing" },
    };

    public void Dispose() => directory.Dispose();

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task A_library_is_a_package_with_licence_readme_and_documents(string project, string id)
    {
        await PackAsync(project);

        var file = Assert.Single(Directory.EnumerateFiles(directory.Path, "*.nupkg"));
        Assert.StartsWith(id + ".", Path.GetFileName(file), StringComparison.Ordinal);
        await using var package = await ZipArchive.CreateAsync(File.OpenRead(file), ZipArchiveMode.Read, leaveOpen: false, null);
        var entries = package.Entries.Select(entry => entry.FullName).ToList();
        var assembly = Path.GetFileName(project);
        Assert.Superset(new HashSet<string> { "README.md", "NOTICE", $"lib/net10.0/{assembly}.dll", $"lib/net10.0/{assembly}.xml" }, entries.ToHashSet());
        if (id == "CoreServerSync.Domain")
            Assert.Contains("lib/net10.0/fr/CoreSync.Domain.resources.dll", entries);

        await using var stream = await package.GetEntry(id + ".nuspec")!.OpenAsync();
        var metadata = (await XDocument.LoadAsync(stream, LoadOptions.None, CancellationToken.None)).Root!.Elements().First();
        var names = metadata.Name.Namespace;
        Assert.Equal(id, metadata.Element(names + "id")!.Value);
        Assert.Equal("Apache-2.0", metadata.Element(names + "license")!.Value);
        Assert.Equal("README.md", metadata.Element(names + "readme")!.Value);
        Assert.True(metadata.Element(names + "description")!.Value.Length > 20);
        var dependencies = metadata.Descendants(names + "dependency").Select(dependency => dependency.Attribute("id")!.Value).ToList();
        // Ours are packages too, by the ids that belong to us.
        Assert.DoesNotContain(dependencies, dependency => dependency.StartsWith("CoreSync", StringComparison.Ordinal));
        if (id != "CoreServerSync.Testing")
            Assert.DoesNotContain(dependencies, dependency => TestOnly.Any(name => dependency.StartsWith(name, StringComparison.OrdinalIgnoreCase)));
    }

    private async Task PackAsync(string project)
    {
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", ["pack", Path.Combine(Repository(), project), "--no-build", "--no-restore", "-c", configuration, "-o", directory.Path, "-v", "q", "-nr:false"])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await error);
    }

    private static string Repository([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
