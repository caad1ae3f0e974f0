using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CoreSync.Architecture.Tests;

/// <summary>Rules that the compiler and the analyzers cannot hold, checked on the text of the sources.</summary>
public sealed partial class SourceTests
{
    private static readonly IReadOnlyList<(string Path, string Text)> Sources = [.. Repository.Files("src", "*.cs").Select(path => (path, Repository.Read(path)))];

    public static TheoryData<string> TextFiles =>
        [.. Repository.Files("src", "*.resx").Where(path => !TranslatedName().IsMatch(path))];

    [Theory]
    [MemberData(nameof(TextFiles))]
    public void Every_text_exists_in_English_and_French_with_the_same_values(string path)
    {
        var english = Texts(path);
        var french = Texts(path.Replace(".resx", ".fr.resx", StringComparison.Ordinal));

        Assert.NotEmpty(english);
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), french.Keys.Order(StringComparer.Ordinal));
        Assert.All(english, text =>
        {
            Assert.False(string.IsNullOrWhiteSpace(french[text.Key]), $"{text.Key} has no French text");
            Assert.True(Holes(text.Value).SequenceEqual(Holes(french[text.Key])), $"{text.Key} uses other values in French");
        });
    }

    // S6: a name from another core reaches the file system as a validated path and through directory handles only.
    [Fact]
    public void No_name_of_an_item_goes_into_a_file_api()
    {
        Assert.Empty(Lines(RawPath()));
    }

    // P1: the runtime does not report a failed fsync.
    [Fact]
    public void Only_the_durable_file_flushes_to_disk()
    {
        var elsewhere = Lines(Flush()).Where(line => !line.Contains("/Native/", StringComparison.Ordinal)).ToList();

        Assert.Empty(elsewhere);
    }

    // P5, P6, P8: every client that could speak to another core says no to redirects, ambient proxies and resumed sessions.
    [Fact]
    public void Every_http_handler_refuses_redirects_and_ambient_proxies()
    {
        var files = Sources.Where(source => HttpHandler().IsMatch(source.Text)).ToList();

        Assert.All(files, source =>
        {
            Assert.Contains("AllowAutoRedirect = false", source.Text, StringComparison.Ordinal);
            Assert.Contains("UseProxy = false", source.Text, StringComparison.Ordinal);
        });
        Assert.All(Sources.Where(source => source.Text.Contains("SslClientAuthenticationOptions", StringComparison.Ordinal) && source.Text.Contains("TargetHost", StringComparison.Ordinal)), source =>
            Assert.Contains("AllowTlsResume = false", source.Text, StringComparison.Ordinal));
    }

    // T8: the words that switch a certificate check off do not occur.
    [Fact]
    public void Nothing_accepts_any_certificate()
    {
        Assert.Empty(Lines(AcceptsAnything()));
    }

    // P3: a statement after a row-returning one is dropped silently by the provider.
    [Fact]
    public void A_command_holds_one_statement()
    {
        var several = Sources.Where(source => source.Path.Contains("/Sqlite/", StringComparison.Ordinal))
            .SelectMany(source => Literal().Matches(source.Text).Select(match => (source.Path, Sql: match.Value)))
            .Where(literal => Statement().IsMatch(literal.Sql) && Several().IsMatch(literal.Sql.TrimEnd('"', ' ', '\n', '\r')))
            .Select(literal => $"{literal.Path}: {literal.Sql}");

        Assert.Empty(several);
    }

    [Fact]
    public void What_was_caught_is_never_forgotten_in_silence()
    {
        Assert.Empty(Lines(EmptyCatch()));
    }

    [Fact]
    public void No_regions_and_no_code_in_comments()
    {
        Assert.Empty(Lines(Region()));
        Assert.Empty(Lines(CommentedCode()));
    }

    // A public member without a doc comment is a warning, and warnings are errors, unless somebody switches it off.
    [Fact]
    public void Missing_doc_comments_stay_errors_in_the_libraries()
    {
        foreach (var project in Repository.Files("src", "*.csproj").Where(path => !path.Contains("/Hosts/", StringComparison.Ordinal)))
            Assert.DoesNotContain("NoWarn", Repository.Read(project), StringComparison.Ordinal);
        Assert.Contains("<GenerateDocumentationFile>true</GenerateDocumentationFile>", Repository.Read("Directory.Build.props"), StringComparison.Ordinal);
        Assert.Contains("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", Repository.Read("Directory.Build.props"), StringComparison.Ordinal);
        var suppressed = Sources.Where(source => !source.Path.Contains("/Hosts/", StringComparison.Ordinal) && source.Text.Contains("disable CS1591", StringComparison.Ordinal)).Select(source => source.Path);
        Assert.Equal(["src/CoreSync.Application/CoreSyncEventId.cs"], suppressed);
    }

    private static List<string> Lines(Regex pattern) =>
        [.. Sources.SelectMany(source => source.Text.Split('\n').Where(line => pattern.IsMatch(line)).Select(line => $"{source.Path}: {line.Trim()}"))];

    private static Dictionary<string, string> Texts(string path) =>
        XDocument.Load(Repository.PathTo(path)).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static IEnumerable<string> Holes(string template) => Hole().Matches(template).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\.[a-z]{2}\.resx$")]
    private static partial Regex TranslatedName();

    [GeneratedRegex(@"\{[^{}]+\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"\b(Path\.(Combine|Join|GetFullPath)|File\.\w+|Directory\.\w+|new FileStream|new FileInfo|new DirectoryInfo)\([^;]*\b([Ii]tem|[Cc]hange\.Item|[Ii]ncoming\.Change\.Item)\.(Name|LinkTarget|Group)\b")]
    private static partial Regex RawPath();

    [GeneratedRegex(@"\.Flush\((true|flushToDisk: true)\)|FlushToDisk\(")]
    private static partial Regex Flush();

    [GeneratedRegex(@"new (SocketsHttpHandler|HttpClientHandler)\b")]
    private static partial Regex HttpHandler();

    [GeneratedRegex(@"DangerousAcceptAnyServerCertificateValidator|(?i:insecure\b|trust-?all|ignore-?(certificate|ssl|tls)-?errors)|ServerCertificateCustomValidationCallback\s*=\s*\([^)]*\)\s*=>\s*true")]
    private static partial Regex AcceptsAnything();

    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"|\"(?:[^\"\\\\\\n]|\\\\.)*\"")]
    private static partial Regex Literal();

    [GeneratedRegex("^\"+\\s*(SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE|WITH|BEGIN|COMMIT|REPLACE)\\b", RegexOptions.IgnoreCase)]
    private static partial Regex Statement();

    [GeneratedRegex(@";\s*\S")]
    private static partial Regex Several();

    [GeneratedRegex(@"catch\s*(\([^)]*\))?\s*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"^\s*#(region|endregion)")]
    private static partial Regex Region();

    [GeneratedRegex(@"^\s*//\s*[\w.<>\[\]]+(\([^)]*\))?(\s*=\s*.+)?;\s*$")]
    private static partial Regex CommentedCode();
}
