using System.Collections;
using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Errors;
using CoreSync.Hosting;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Trust;

namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>The texts of the command line are complete in both languages, and errors stored by jobs speak both as well.</summary>
public sealed partial class TextTests
{
    private static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");
    private static readonly IReadOnlyDictionary<string, string> English = Read("CoreSync.Console.Texts", typeof(Texts), CultureInfo.InvariantCulture);
    private static readonly IReadOnlyDictionary<string, string> Other = Read("CoreSync.Console.Texts", typeof(Texts), CultureInfo.GetCultureInfo("fr"));

    public static TheoryData<Type> ErrorTypes => [.. typeof(CoreSyncError).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CoreSyncError)) && !type.IsAbstract)];

    [Fact]
    public void Both_languages_have_the_same_keys_with_the_same_values_to_fill()
    {
        Assert.Equal(English.Keys.Order(StringComparer.Ordinal), Other.Keys.Order(StringComparer.Ordinal));
        Assert.All(English, text => Assert.Equal(Holes(text.Value), Holes(Other[text.Key])));
        Assert.All(English.Concat(Other), text => Assert.False(string.IsNullOrWhiteSpace(text.Value), text.Key));
    }

    [Fact]
    public void Every_key_that_the_program_names_has_a_text_and_every_enum_value_a_label()
    {
        var root = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "src", "Hosts", "CoreSync.Console");
        var keys = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => KeyPattern().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Where(key => !key.EndsWith('.')).ToHashSet();
        Type[] labelled =
        [
            typeof(CoreRole), typeof(ConnectionState), typeof(CertificateProblem), typeof(ComponentKind), typeof(DeletePolicy), typeof(ClashPolicy), typeof(JobTrigger),
            typeof(SyncJobState), typeof(TrustEventKind), typeof(TrustMode),
        ];

        Assert.True(keys.Count > 150, $"found only {keys.Count} keys");
        Assert.All(keys, key => Assert.True(English.ContainsKey(key), $"'{key}' has no text"));
        Assert.All(labelled, type => Assert.All(Enum.GetNames(type), name => Assert.True(English.ContainsKey($"{type.Name}.{name}"), $"{type.Name}.{name} has no label")));
        Assert.All(Enum.GetNames<TrustState>(), state => Assert.True(English.ContainsKey("trusted." + state) && English.ContainsKey("trust.heading." + state), state));
    }

    [Theory]
    [MemberData(nameof(ErrorTypes))]
    public void A_job_that_stored_an_error_exits_as_the_error_itself_and_shows_its_text_in_both_languages(Type type)
    {
        var error = Sample(type);
        var job = SyncJob.Restore(
            Guid.NewGuid(), new TargetId(Guid.NewGuid()), Fqdn.Parse("core2.example.net").Value, JobTrigger.Manual, SyncJobState.Failed, DateTimeOffset.UnixEpoch, null, null,
            JobProgress.Zero, error.Code, error.Message, false);

        Assert.Equal(HostExitCode.Of(error), JobExitCode.OfJobError(error.Code));
        foreach (var culture in new[] { CultureInfo.GetCultureInfo("en-GB"), French })
        {
            CultureInfo.CurrentUICulture = culture;
            var shown = ErrorView.Of(job);
            Assert.Equal(error.MessageIn(culture), shown.Message);
            Assert.Equal(error.Code, shown.Code);
        }
    }

    private static CoreSyncError Sample(Type type)
    {
        var constructor = type.GetConstructors().Single();
        var arguments = constructor.GetParameters().Select((parameter, index) =>
            parameter.ParameterType == typeof(string) ? (object)$"value{index}" : Convert.ChangeType(index + 7, parameter.ParameterType, CultureInfo.InvariantCulture)).ToArray();
        return (CoreSyncError)constructor.Invoke(arguments);
    }

    private static Dictionary<string, string> Read(string name, Type anchor, CultureInfo culture) =>
        new ResourceManager(name, anchor.Assembly).GetResourceSet(culture, createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    private static string Here([CallerFilePath] string file = "") => file;

    private static IEnumerable<string> Holes(string text) => HolePattern().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex HolePattern();

    [GeneratedRegex(@"\bT\(""([a-z][A-Za-z.-]*)""")]
    private static partial Regex KeyPattern();
}
