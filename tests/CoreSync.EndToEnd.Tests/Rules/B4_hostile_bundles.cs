using System.Text;
using CoreSync.Application.Bundles;
using CoreSync.Bundles;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Settings;
using CoreSync.Testing;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Bundles that lie, although they carry a valid signature of a core that is known here: a typed refusal, and nothing is imported.</summary>
public sealed class B4_hostile_bundles : IDisposable
{
    private readonly TempDirectory temp = new();

    public static TheoryData<string, string> Lies => new()
    {
        { "future version", "bundle.version-unknown" },
        { "unknown member in the manifest", "bundle.malformed" },
        { "nesting in the manifest", "bundle.malformed" },
        { "more changes announced", "bundle.malformed" },
        { "fewer batches announced", "bundle.malformed" },
        { "more bytes of content announced", "bundle.malformed" },
        { "another end announced", "bundle.malformed" },
        { "another body announced", "bundle.damaged" },
        { "longer body announced", "bundle.damaged" },
        { "component not in the manifest", "bundle.malformed" },
        { "swapped sections", "bundle.malformed" },
        { "doubled batch", "bundle.malformed" },
        { "missing content", "bundle.malformed" },
        { "content that nothing needs", "bundle.malformed" },
        { "content of another size than its item says", "bundle.malformed" },
        { "content of another hash", "bundle.damaged" },
        { "section longer than the file", "bundle.malformed" },
        { "frame that unpacks to too much", "bundle.malformed" },
        { "another source in a batch", "bundle.malformed" },
        { "item in two states", "bundle.malformed" },
        { "name with a control character", "item.invalid" },
        { "traversal in the path of a file", "path.invalid" },
        { "traversal in the path of a payload", "bundle.malformed" },
        { "inline content of another hash", "content.hash-mismatch" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_bundle_that_lies_is_refused_and_nothing_is_imported(string lie, string code)
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Source.PutAsync("queries", "Large", new string('x', 300_000));
        await cores.Source.PutAsync("queries", "Small", "12345678");
        var forged = ForgedBundle.Of(await cores.ExportAsync(null, "queries"));
        Lie(forged, lie);

        var refused = await cores.Target.SendAsync(new ImportBundle(forged.Save(cores.NewFile(), cores.Source), ImportMode.Update));
        var plan = await cores.Target.SendAsync(new ImportBundle(forged.Save(cores.NewFile(), cores.Source), ImportMode.InsertAsFile, PlanOnly: true));

        Assert.Equal(code, Assert.IsAssignableFrom<CoreSyncError>(refused.Errors[0]).Code);
        Assert.Equal(code, Assert.IsAssignableFrom<CoreSyncError>(plan.Errors[0]).Code);
        Assert.Empty(await cores.Target.ListAsync("queries"));
    }

    [Fact]
    public async Task The_bundle_that_the_lies_are_made_of_is_accepted()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Source.PutAsync("queries", "Large", new string('x', 300_000));
        var forged = ForgedBundle.Of(await cores.ExportAsync(null, "queries"));

        Assert.Equal(1, (await cores.ImportAsync(forged.Save(cores.NewFile(), cores.Source))).Applied);
    }

    [Fact]
    public async Task A_known_signer_cannot_speak_for_another_core_and_another_key_cannot_sign_for_it()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await using var other = await RealCore.CreateAsync("other.example.net");
        await cores.Source.PutAsync("queries", "Small", "1");
        var file = await cores.ExportAsync();
        var forged = ForgedBundle.Of(file);
        forged.Manifest["core"] = Guid.NewGuid().ToString();

        Assert.True((await cores.Target.SendAsync(new ImportBundle(forged.Save(cores.NewFile(), cores.Source), ImportMode.Update))).HasError<BundleSourceMismatchError>());
        Assert.True((await cores.Target.SendAsync(new ImportBundle(ForgedBundle.Of(file).Save(cores.NewFile(), other), ImportMode.Update))).HasError<BundleDamagedError>());
        Assert.Empty(await cores.Target.ListAsync("queries"));
    }

    [Fact]
    public async Task Altered_and_cut_files_import_nothing()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Source.PutAsync("queries", "Small", "1");
        var bytes = await File.ReadAllBytesAsync(await cores.ExportAsync(null, "queries"));
        for (var at = 0; at < bytes.Length; at += bytes.Length / 60)
        {
            var altered = (byte[])bytes.Clone();
            altered[at] ^= 1;
            foreach (var content in new[] { altered, bytes[..at] })
            {
                var file = cores.NewFile();
                await File.WriteAllBytesAsync(file, content);
                Assert.True((await cores.Target.SendAsync(new ImportBundle(file, ImportMode.Update))).IsFailed, $"byte {at}");
            }
        }

        Assert.Empty(await cores.Target.ListAsync("queries"));
    }

    [Fact]
    public async Task Limits_of_this_core_and_components_that_it_does_not_receive_refuse_the_whole()
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await cores.Source.PutAsync("queries", "One", "1");
        await cores.Source.PutAsync("queries", "Two", "2");
        var file = await cores.ExportAsync();

        await cores.Target.SetAsync(Setting.BundleMaxItems, "1");
        Assert.True((await cores.Target.SendAsync(new ImportBundle(file, ImportMode.Update))).HasError<BundleTooLargeError>());
        await cores.Target.SetAsync(Setting.BundleMaxItems, "2");
        await cores.Target.AskAsync(new Application.Items.EnableComponent("queries", false));
        Assert.True((await cores.Target.SendAsync(new ImportBundle(file, ImportMode.Update))).HasError<ComponentNotReceivedError>());
        Assert.Empty(await cores.Target.ListAsync("queries"));
    }

    public void Dispose() => temp.Dispose();

    private static void Lie(ForgedBundle bundle, string lie)
    {
        var (batch, content) = (bundle.Batch, bundle.Content);
        var component = bundle.Manifest["components"]![0]!;
        switch (lie)
        {
            case "future version": bundle.Format = 2; break;
            case "unknown member in the manifest": bundle.Manifest["news"] = 1; break;
            case "nesting in the manifest": bundle.Manifest["name"] = System.Text.Json.Nodes.JsonNode.Parse("[[[[[[]]]]]]"); break;
            case "more changes announced": bundle.Manifest["changes"] = 3; break;
            case "fewer batches announced": bundle.Manifest["batches"] = 0; break;
            case "more bytes of content announced": bundle.Manifest["contentBytes"] = 300_001; break;
            case "another end announced": component["to"] = (long)component["to"]! + 1; break;
            case "another body announced": bundle.KeepsBody = true; bundle.Sections[content][^1] ^= 1; break;
            case "longer body announced": bundle.KeepsBody = true; bundle.Manifest["bodyBytes"] = (long)bundle.Manifest["bodyBytes"]! + 1; break;
            case "component not in the manifest": component["component"] = "scripts"; break;
            case "swapped sections": (bundle.Sections[content], bundle.Sections[batch]) = (bundle.Sections[batch], bundle.Sections[content]); break;
            case "doubled batch": bundle.Sections.Add(bundle.Sections[batch]); break;
            case "missing content": bundle.Sections.RemoveAt(content); break;
            case "content that nothing needs": bundle.Sections.Insert(content, Content("nobody")); break;
            case "content of another size than its item says": bundle.WithItem(batch, item => item.Size > 1000 ? item with { Size = 299_999 } : item); break;
            case "content of another hash": bundle.Sections[content][^1] ^= 1; break;
            case "section longer than the file": BitConverter.TryWriteBytes(bundle.Sections[content].AsSpan(2 + 7 + 32), 1L << 40); break;
            case "frame that unpacks to too much": Bomb(bundle.Sections[batch]); break;
            case "another source in a batch": bundle.WithBatch(batch, one => one with { Source = one.Source with { Epoch = one.Source.Epoch + 1 } }); break;
            case "item in two states": Twice(bundle, batch); break;
            case "name with a control character": bundle.WithItem(batch, item => item with { Name = "bell\a" }); break;
            case "traversal in the path of a file": bundle.WithItem(batch, item => item with { Kind = ItemKind.File, Name = "../../etc/cron.d/x" }); break;
            case "traversal in the path of a payload": Traverse(bundle, batch); break;
            case "inline content of another hash":
                bundle.WithBatch(batch, one => one with { Changes = [.. one.Changes.Select(change => change.Content is null ? change : change with { Content = "87654321"u8.ToArray() })] });
                break;
            default: throw new ArgumentException(lie, nameof(lie));
        }
    }

    private static byte[] Content(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [2, 7, .. "queries"u8, .. ContentHash.Of(bytes).ToArray(), .. BitConverter.GetBytes((long)bytes.Length), .. bytes];
    }

    // 32 MiB out of a few bytes.
    private static void Bomb(byte[] section)
    {
        section[9 + 5] = 1;
        BitConverter.TryWriteBytes(section.AsSpan(9 + 8), 32 * 1024 * 1024);
    }

    private static void Twice(ForgedBundle bundle, int batch)
    {
        bundle.Sections.Add([.. bundle.Sections[batch]]);
        bundle.WithBatch(bundle.Sections.Count - 1, one => one with
        {
            After = Sequence.Zero,
            Last = Sequence.Zero,
            Changes = [one.Changes[0] with { Content = null, Item = one.Changes[0].Item with { Revision = new Revision(9) } }],
        });
    }

    // The frame cannot be written with such a path: it takes the place of one of the same length.
    private static void Traverse(ForgedBundle bundle, int batch)
    {
        bundle.WithItem(batch, item => item with { Payloads = [new Payload(RelativePath.Parse("aa/bb/passwd").Value, 1, ContentHash.Of("x"u8))] });
        var section = bundle.Sections[batch];
        "../../passwd"u8.CopyTo(section.AsSpan(section.AsSpan().IndexOf("aa/bb/passwd"u8)));
    }
}
