using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using CoreSync.Infrastructure.Wire;
using CoreSync.Items;
using CoreSync.Replication;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>A bundle taken apart and put together again by docs/bundle.md alone, with lies in it, signed with the real key of the core that made it.</summary>
internal sealed class ForgedBundle
{
    private const int HeaderBytes = 24;
    private readonly byte[] certificate;

    private ForgedBundle(JsonObject manifest, byte[] certificate, List<byte[]> sections)
    {
        Manifest = manifest;
        this.certificate = certificate;
        Sections = sections;
    }

    /// <summary>The manifest; size and hash of the body are set anew unless <see cref="KeepsBody"/>.</summary>
    public JsonObject Manifest { get; }

    /// <summary>The sections of the body.</summary>
    public List<byte[]> Sections { get; }

    public ushort Format { get; set; } = 1;

    /// <summary>The manifest keeps saying what it said about the body.</summary>
    public bool KeepsBody { get; set; }

    public static ForgedBundle Of(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var json = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        var certificate = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(16));
        var signature = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(20));
        var body = bytes.AsSpan(HeaderBytes + json + certificate + signature);
        return new ForgedBundle(
            JsonNode.Parse(Encoding.UTF8.GetString(bytes, HeaderBytes, json))!.AsObject(), bytes.AsSpan(HeaderBytes + json, certificate).ToArray(), Split(body));
    }

    /// <summary>Changes the batch in a section; counts in the manifest stay what they are.</summary>
    public ForgedBundle WithBatch(int section, Func<ChangeBatch, ChangeBatch> change)
    {
        var name = Encoding.ASCII.GetString(Sections[section], 2, Sections[section][1]);
        var component = ComponentName.Parse(name).Value;
        var batch = BatchFrame.Decode(component, Sections[section].AsMemory(2 + name.Length)).Value;
        Sections[section] = [.. Sections[section].AsSpan(0, 2 + name.Length), .. BatchFrame.Encode(component, change(batch), compress: false).Value.Span];
        return this;
    }

    /// <summary>Changes one item of the batch in a section.</summary>
    public ForgedBundle WithItem(int section, Func<Item, Item> change) => WithBatch(section, batch => batch with { Changes = [batch.Changes[0] with { Item = change(batch.Changes[0].Item) }, .. batch.Changes.Skip(1)] });

    /// <summary>The section that holds the first batch with changes.</summary>
    public int Batch => Sections.FindIndex(section => section[0] == 1 && BatchFrame.Decode(ComponentName.Parse("queries").Value, section.AsMemory(2 + section[1])).Value.Changes.Count > 0);

    /// <summary>The section that holds the first content.</summary>
    public int Content => Sections.FindIndex(section => section[0] == 2);

    /// <summary>Writes it, signed with the key of a core.</summary>
    public string Save(string file, RealCore signer)
    {
        byte[] body = [.. Sections.SelectMany(section => section)];
        if (!KeepsBody)
        {
            Manifest["bodyBytes"] = body.Length;
            Manifest["bodySha256"] = Convert.ToHexStringLower(SHA256.HashData(body));
        }

        using var own = X509Certificate2.CreateFromPemFile(Path.Combine(signer.DataDirectory, "keys", "own-certificate.pem"));
        using var key = own.GetECDsaPrivateKey()!;
        var json = Encoding.UTF8.GetBytes(Manifest.ToJsonString());
        var header = new byte[HeaderBytes];
        Convert.FromHexString("894353594E430D0A").CopyTo(header, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), Format);
        header[10] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), json.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), certificate.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), 64);
        byte[] signed = [.. header, .. json, .. certificate];
        File.WriteAllBytes(file, [.. signed, .. key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation), .. body]);
        return file;
    }

    private static List<byte[]> Split(ReadOnlySpan<byte> body)
    {
        var sections = new List<byte[]>();
        while (!body.IsEmpty)
        {
            var name = 2 + body[1];
            var length = body[0] == 1
                ? name + 16 + BinaryPrimitives.ReadInt32LittleEndian(body[(name + 12)..])
                : name + 40 + (int)BinaryPrimitives.ReadInt64LittleEndian(body[(name + 32)..]);
            sections.Add(body[..length].ToArray());
            body = body[length..];
        }

        return sections;
    }
}
