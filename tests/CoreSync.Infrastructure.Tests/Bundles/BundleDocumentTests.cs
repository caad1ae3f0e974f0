using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using CoreSync.Application.Bundles;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Infrastructure.Bundles;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Testing;

namespace CoreSync.Infrastructure.Tests.Bundles;

/// <summary>docs/bundle.md says what the code does: its examples and its vector, which another program wrote, are read by the code.</summary>
public sealed class BundleDocumentTests : IDisposable
{
    private static readonly string Document = ReadDocument();

    private readonly TempDirectory temp = new();

    [Fact]
    public async Task The_vector_is_a_bundle_that_the_code_reads()
    {
        using var reader = Open(Vector()).Value;
        var sections = await SectionsAsync(reader);

        Assert.Equal("core1.example.net", reader.Manifest.CoreName);
        Assert.Equal(new BundleComponent(ComponentName.Parse("queries").Value, new Sequence(41), new Sequence(44), 2), Assert.Single(reader.Manifest.Components));
        var content = Assert.IsType<BundleContent>(sections[0]);
        Assert.Equal((ContentHash.Of("setup"u8), 5L), (content.Hash, content.Size));
        var batch = Assert.IsType<BundleBatch>(sections[1]).Batch;
        Assert.Equal(["Büros", "a/b.txt"], batch.Changes.Select(change => change.Item.Name));
        Assert.Equal(reader.Manifest.Source, batch.Source);
        using var bytes = new StreamReader(reader.OpenContent(content));
        Assert.Equal("setup", await bytes.ReadToEndAsync());
    }

    [Fact]
    public void The_manifest_of_the_vector_is_the_one_shown()
    {
        var shown = JsonSerializer.Deserialize(Block("json manifest"), BundleJson.Default.ManifestJson)!.ToManifest();

        using var reader = Open(Vector()).Value;

        Assert.Equal(JsonSerializer.Serialize(ManifestJson.Of(shown), BundleJson.Default.ManifestJson), JsonSerializer.Serialize(ManifestJson.Of(reader.Manifest), BundleJson.Default.ManifestJson));
    }

    [Fact]
    public void The_examples_are_what_the_code_writes()
    {
        AssertIs("json manifest", BundleJson.Default.ManifestJson, json => ManifestJson.Of(json.ToManifest()));
        AssertIs("json receipt", BundleJson.Default.ReceiptJson, json => ReceiptJson.Of(json.ToReceipt()));
    }

    [Fact]
    public void The_limits_are_those_of_the_code()
    {
        foreach (var limit in new[] { BundleEnvelope.MaxJsonBytes, BundleEnvelope.MaxCertificateBytes, BundleEnvelope.MaxSignatureBytes, BundleManifest.MaxComponents, BundleReceipt.MaxRefused })
            Assert.Contains(limit.ToString("N0", System.Globalization.CultureInfo.InvariantCulture), Document, StringComparison.Ordinal);
    }

    // B4: every single bit of a bundle counts.
    [Fact]
    public async Task Every_flipped_bit_is_refused()
    {
        var vector = Vector();
        var signer = Open(vector).Value is var sound ? sound.Signer : null;
        sound.Dispose();
        for (var bit = 0; bit < vector.Length * 8; bit++)
        {
            var altered = (byte[])vector.Clone();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            var opened = Open(altered);
            if (opened.IsFailed)
            {
                Assert.True(opened.Errors[0] is BundleMalformedError or BundleDamagedError or BundleVersionError, $"bit {bit}: {opened.Errors[0]}");
                continue;
            }

            using var reader = opened.Value;
            if (reader.Signer != signer)
                continue;
            var refused = await Assert.ThrowsAsync<CoreSyncException>(() => SectionsAsync(reader));
            Assert.True(refused.Error is BundleMalformedError or BundleDamagedError, $"bit {bit}: {refused.Error}");
        }
    }

    [Fact]
    public async Task Every_cut_and_every_byte_behind_the_end_is_refused()
    {
        var vector = Vector();
        for (var length = 0; length < vector.Length; length += 7)
            Assert.True(Open(vector[..length]).IsFailed, $"cut at {length}");
        Assert.True(Open([.. vector, 0]).HasError<BundleDamagedError>());
        using var reader = Open(vector).Value;
        Assert.Equal(2, (await SectionsAsync(reader)).Count);
    }

    public void Dispose() => temp.Dispose();

    private static async Task<List<BundleSection>> SectionsAsync(IBundleReader reader)
    {
        var sections = new List<BundleSection>();
        await foreach (var section in reader.VerifyAsync(CancellationToken.None))
            sections.Add(section);
        return sections;
    }

    private FluentResults.Result<IBundleReader> Open(byte[] bytes)
    {
        var file = temp.At("vector.coresync");
        File.WriteAllBytes(file, bytes);
        return BundleReader.Open(file, new FileStream(file, FileMode.Open, FileAccess.Read));
    }

    private static byte[] Vector() => Convert.FromHexString(Block("hex bundle").Replace("\n", "", StringComparison.Ordinal));

    private static void AssertIs<T>(string block, JsonTypeInfo<T> form, Func<T, T> through) =>
        Assert.Equal(Block(block), JsonSerializer.Serialize(through(JsonSerializer.Deserialize(Block(block), form)!), form));

    private static string Block(string name)
    {
        var found = Regex.Match(Document, "```" + Regex.Escape(name) + "\n(.*?)\n?```", RegexOptions.Singleline);
        Assert.True(found.Success, $"docs/bundle.md has no block '{name}'");
        return found.Groups[1].Value;
    }

    private static string ReadDocument()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CoreSync.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository");
        return File.ReadAllText(Path.Combine(directory.FullName, "docs", "bundle.md"));
    }
}
