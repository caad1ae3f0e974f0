using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CoreSync.Architecture.Tests;

/// <summary>Every package is listed with its licence and reason, and every licence, of packages that come along too, is one that we may ship.</summary>
public sealed partial class LicenceTests
{
    private static readonly string[] Allowed = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "PostgreSQL", "MS-PL"];

    private static readonly IReadOnlyDictionary<string, (string Version, string Licence, string Reason)> Listed =
        Repository.Read("docs/dependencies.md").Split('\n')
            .Select(line => Row().Match(line))
            .Where(match => match.Success)
            .ToDictionary(match => match.Groups["id"].Value, match => (match.Groups["version"].Value, match.Groups["licence"].Value, match.Groups["reason"].Value.Trim()));

    public static TheoryData<string> Packages => [.. Repository.Packages.Keys];

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_is_listed_with_its_version_an_allowed_licence_and_a_reason(string package)
    {
        Assert.True(Listed.TryGetValue(package, out var row), $"docs/dependencies.md does not list {package}");
        Assert.Equal(Repository.Packages[package], row.Version);
        Assert.Contains(row.Licence, Allowed);
        Assert.True(row.Reason.Length > 10, $"docs/dependencies.md gives no reason for {package}");
    }

    [Fact]
    public void Nothing_is_listed_that_is_not_used()
    {
        Assert.Empty(Listed.Keys.Except(Repository.Packages.Keys));
    }

    [Fact]
    public void Versions_are_exact_and_the_mediator_stays_below_six()
    {
        Assert.All(Repository.Packages, package => Assert.DoesNotMatch(@"[*,]", package.Key == "MediatR" ? "" : package.Value));
        Assert.Equal("[5.1.0,6.0.0)", Repository.Packages["MediatR"]);
    }

    // What the hosts really ship: packages that come along with the ones we chose.
    [Fact]
    public void Every_package_that_is_shipped_has_an_allowed_licence()
    {
        var (folders, packages) = Shipped();
        Assert.True(packages.Count > 20, "The lock of the service host was not found: restore first");

        var wrong = new List<string>();
        foreach (var package in packages)
        {
            var specification = folders.Select(folder => Directory.Exists(Path.Combine(folder, package)) ? Directory.EnumerateFiles(Path.Combine(folder, package), "*.nuspec").FirstOrDefault() : null)
                .FirstOrDefault(file => file is not null);
            Assert.True(specification is not null, $"{package} is not in the package folders");
            var metadata = XDocument.Load(specification).Root!.Elements().First();
            var licence = LicenceOf(metadata);
            if (!Allowed.Contains(licence))
                wrong.Add($"{package}: {licence}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_licence_of_the_mediator_is_kept_with_the_notices()
    {
        var notice = Repository.Read("NOTICE");

        Assert.Contains("MediatR", notice, StringComparison.Ordinal);
        Assert.Contains("Apache License", notice, StringComparison.Ordinal);
        Assert.Contains("Version 2.0, January 2004", notice, StringComparison.Ordinal);
        Assert.Contains("Version 2.0, January 2004", Repository.Read("LICENSE"), StringComparison.Ordinal);
    }

    private static string LicenceOf(XElement metadata)
    {
        var names = metadata.Name.Namespace;
        var licence = metadata.Element(names + "license");
        if (licence?.Attribute("type")?.Value == "expression")
            return licence.Value;
        var url = metadata.Element(names + "licenseUrl")?.Value ?? licence?.Value ?? "none";
        // Packages from before licence expressions; each was read by a person (docs/dependencies.md).
        return metadata.Element(names + "id")!.Value switch
        {
            "MediatR" => "Apache-2.0",
            _ => url,
        };
    }

    private static (IReadOnlyList<string> Folders, IReadOnlyList<string> Packages) Shipped()
    {
        using var assets = JsonDocument.Parse(Repository.Read("src/Hosts/CoreSync.Service/obj/project.assets.json"));
        using var console = JsonDocument.Parse(Repository.Read("src/Hosts/CoreSync.Console/obj/project.assets.json"));
        var folders = assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        var packages = new[] { assets, console }.SelectMany(document => document.RootElement.GetProperty("libraries").EnumerateObject())
            .Where(library => library.Value.GetProperty("type").GetString() == "package")
            .Select(library => library.Value.GetProperty("path").GetString()!)
            .Distinct(StringComparer.Ordinal).ToList();
        return (folders, packages);
    }

    [GeneratedRegex(@"^\| `(?<id>[\w.-]+)` \| `(?<version>[^`]+)` \| (?<licence>[\w.-]+) \|(?<reason>[^|]*)\|")]
    private static partial Regex Row();
}
