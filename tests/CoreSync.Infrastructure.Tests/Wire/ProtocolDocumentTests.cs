using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using CoreSync.Application.Items;
using CoreSync.Application.Verification;
using CoreSync.Errors;
using CoreSync.Infrastructure.Wire;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;

namespace CoreSync.Infrastructure.Tests.Wire;

/// <summary>docs/protocol.md says what the code does: its examples are read by the code, its vectors are what the code writes.</summary>
public sealed class ProtocolDocumentTests
{
    private static readonly string Document = ReadDocument();

    [Fact]
    public void The_vector_is_what_the_code_writes_and_reads()
    {
        var hex = Convert.ToHexStringLower(BatchFrame.Encode(SomeBatch.Queries, Vector(), compress: false).Value.Span);

        var lines = string.Join('\n', hex.Chunk(64).Select(part => new string(part)));
        Assert.Equal(lines, Block("hex batch"));
        BatchFrameTests.AssertSame(Vector(), BatchFrame.Decode(SomeBatch.Queries, Convert.FromHexString(Block("hex batch").Replace("\n", "", StringComparison.Ordinal))).Value);
    }

    [Fact]
    public void The_vector_of_small_contents_is_what_the_code_writes_and_reads()
    {
        var contents = new[] { "setup", "" }.Select(Encoding.UTF8.GetBytes).Select(bytes => new SmallContent(ContentHash.Of(bytes), bytes)).ToList();

        var frame = ContentFrame.Encode(contents, compress: false);

        Assert.Equal(string.Join('\n', Convert.ToHexStringLower(frame.Span).Chunk(64).Select(part => new string(part))), Block("hex contents"));
        var read = ContentFrame.Decode(ContentFrame.ReadHeader(frame.Span).Value, frame[FrameHeader.Bytes..]).Value;
        Assert.Equal(contents.Select(content => (content.Hash, Encoding.UTF8.GetString(content.Bytes.Span))), read.Select(content => (content.Hash, Encoding.UTF8.GetString(content.Bytes.Span))));
    }

    [Fact]
    public void The_vectors_of_a_difference_are_what_the_code_writes_and_reads()
    {
        var content = new ChunkedContent(ContentHash.Of("setup"u8), 5, ChunkSizes.For(5), [new ContentChunk(5, ContentHash.Of("setup"u8))]);
        var patch = new ContentPatch(
            new ItemId(new Guid("11111111-2222-3333-4444-555555555555")), ContentHash.Of("setup"u8), ContentHash.Of("setup two"u8), 9, 0,
            [PatchStep.OfBase(0, 5), PatchStep.OfBytes(" two"u8.ToArray())]);

        var chunks = ChunkFrame.Encode(content);
        var frame = PatchFrame.Encode(patch, compress: false);

        Assert.Equal(string.Join('\n', Convert.ToHexStringLower(chunks.Span).Chunk(64).Select(part => new string(part))), Block("hex chunks"));
        Assert.Equal(string.Join('\n', Convert.ToHexStringLower(frame.Span).Chunk(64).Select(part => new string(part))), Block("hex patch"));
        var read = ChunkFrame.Decode(chunks).Value!;
        Assert.Equal((content.Hash, content.Size, content.Sizes), (read.Hash, read.Size, read.Sizes));
        Assert.Equal(content.Chunks, read.Chunks);
        var made = PatchFrame.Decode(PatchFrame.ReadHeader(frame.Span).Value, frame[FrameHeader.Bytes..]).Value;
        Assert.Equal((patch.Item, patch.Base, patch.Hash, patch.Size, patch.Offset), (made.Item, made.Base, made.Hash, made.Size, made.Offset));
        Assert.Equal([(false, 0L, 5L), (true, -1L, 4L)], made.Steps.Select(step => (step.IsLiteral, step.BaseOffset, step.Length)));
        Assert.Equal(" two"u8.ToArray(), made.Steps[1].Literal.ToArray());
    }

    [Fact]
    public void The_examples_are_messages_of_the_protocol()
    {
        AssertIs("json request sign-in", WireJson.Strict.SignInRequest);
        AssertIs("json answer sign-in", WireJson.Strict.SignInAnswer);
        AssertIs("json answer core", WireJson.Strict.CoreAnswer);
        AssertIs("json answer next", WireJson.Strict.AnnouncementAnswer);
        AssertIs("json request open", WireJson.Strict.OpenRequest);
        AssertIs("json answer open", WireJson.Strict.OpenAnswer);
        AssertIs("json request have", WireJson.Strict.HaveRequest);
        AssertIs("json answer have", WireJson.Strict.HaveAnswer);
        AssertIs("json request base", WireJson.Strict.BaseRequest);
        AssertIs("json answer batch", WireJson.Strict.ReceiptAnswer);
        AssertIs("json answer state", WireJson.Strict.StateAnswer);
        AssertIs("json request ranges", WireJson.Strict.RangesRequest);
        AssertIs("json answer ranges", WireJson.Strict.RangesAnswer);
        AssertIs("json request entries", WireJson.Strict.EntriesRequest);
        AssertIs("json answer entries", WireJson.Strict.EntriesAnswer);
        AssertIs("json request held", WireJson.Strict.HeldRequest);
        AssertIs("json answer held", WireJson.Strict.HeldAnswer);
        AssertIs("json request damage", WireJson.Strict.DamageRequest);
        AssertIs("json answer damage", WireJson.Strict.DamageAnswer);
        AssertIs("json answer plan", WireJson.Strict.PlanAnswer);
        AssertIs("json answer problem", WireJson.Strict.Problem);
        AssertIs("json request feed-open", WireJson.Strict.FeedOpenRequest);
        AssertIs("json answer feed-open", WireJson.Strict.FeedOpenAnswer);
        AssertIs("json request feed-items", WireJson.Strict.FeedItemsRequest);
        AssertIs("json request feed-payloads", WireJson.Strict.FeedPayloadsRequest);
        AssertIs("json request feed-position", WireJson.Strict.FeedPositionRequest);
        AssertIs("json answer feed-totals", WireJson.Strict.FeedTotalsAnswer);
        AssertIs("json request feed-raise", WireJson.Strict.FeedRaiseRequest);
        AssertIs("json request feed-rise", WireJson.Strict.FeedRiseRequest);
    }

    [Fact]
    public void The_example_of_an_error_is_what_a_target_sends()
    {
        var sent = WireErrors.ToProblem(new StaleEpochError("00112233", 6, 7));

        Assert.Equal(Block("json answer problem"), JsonSerializer.Serialize(sent, WireJson.Strict.Problem));
    }

    [Fact]
    public void The_limits_are_those_of_the_code()
    {
        foreach (var limit in new[] { BatchFrame.MaxPayloadBytes, ItemLimits.MaxBatchContentBytes, ItemLimits.MaxInlineBytes, InspectionLimits.DocumentBytes, InspectionLimits.AllDocumentBytes })
            Assert.Contains(limit.ToString("N0", System.Globalization.CultureInfo.InvariantCulture), Document, StringComparison.Ordinal);
        foreach (var limit in new[] { DeltaLimits.MaxContentBytes, DeltaLimits.MaxChunks, DeltaLimits.MaxPatchedBytes, DeltaLimits.MaxLiteralBytes, DeltaLimits.MaxSteps, ChunkSizes.LowestAverage, ChunkSizes.HighestAverage, ChunkSizes.FewChunks })
            Assert.Contains(limit.ToString("N0", System.Globalization.CultureInfo.InvariantCulture), Document, StringComparison.Ordinal);
        foreach (var limit in new[] { ItemLimits.MaxBatchItems, RelativePath.MaxBytes, Protocol.MaxOutcomeText, BatchFrame.MaxRatio, InspectionLimits.Entries, InspectionLimits.Items, InspectionLimits.Ranges })
            Assert.Contains(limit.ToString(System.Globalization.CultureInfo.InvariantCulture), Document, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_target_may_tell_more_and_a_source_may_not()
    {
        const string Answer = "{\"bytes\":[1],\"news\":true}";

        Assert.Equal([1L], JsonSerializer.Deserialize(Answer, WireJson.Tolerant.HaveAnswer)!.Bytes);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("{\"hashes\":[],\"news\":true}", WireJson.Strict.HaveRequest));
    }

    [Fact]
    public void Every_code_that_the_document_promises_comes_back_as_itself()
    {
        CoreSyncError[] told =
        [
            new RightsMissingError("a", "edit", "queries"), RightsMissingError.ForRollup("a", "s.example.net", "h.example.net"), new ContentUnstableError("a.txt"),
            new PayloadDamagedError("setup.msi", "00"), new TargetIsSelfError("t.example.net"), new StaleEpochError("s", 1, 2), new BatchOutOfOrderError(2, 1),
            new BatchMalformedError("r"), new MassDeleteError("queries", 1, 2, 3), new ContentMismatchError("n", "e", "a"), new ComponentNotReceivedError("queries", "t.example.net"),
            new TokenInvalidError(),
        ];

        Assert.All(told, error =>
        {
            Assert.Contains($"`{error.Code}`", Document, StringComparison.Ordinal);
            var heard = WireErrors.FromProblem(WireErrors.ToProblem(error), "t.example.net", "sync");
            Assert.Equal((error.GetType(), error.Message), (heard.GetType(), heard.Message));
        });
    }

    [Fact]
    public void A_problem_without_its_values_still_has_a_meaning()
    {
        foreach (var code in new[] { "sync.stale-epoch", "account.sign-in-slowed", "sync.mass-delete", "made.up", "" })
        {
            var heard = WireErrors.FromProblem(new Problem("", new string('x', 100_000), 0, "", code, new Dictionary<string, string>()), "t.example.net", "sync");
            Assert.InRange(heard.Message.Length, 1, 2000);
        }
    }

    private static ChangeBatch Vector()
    {
        var source = new CoreId(new Guid("00112233-4455-6677-8899-aabbccddeeff"));
        var document = new ItemId(new Guid("11111111-2222-3333-4444-555555555555"));
        var file = new ItemId(new Guid("66666666-7777-8888-9999-aaaaaaaaaaaa"));
        var content = Encoding.UTF8.GetBytes("{\"site\":\"emea\"}");
        return new ChangeBatch(
            new SourceIdentity(source, new Guid("0f0e0d0c-0b0a-0908-0706-050403020100"), 7), new Sequence(41), new Sequence(44),
            [
                new ItemChange(
                    new Sequence(42), ChangeKind.Upsert,
                    new Item
                    {
                        Id = document, Component = SomeBatch.Queries, Kind = ItemKind.Document, Name = "Büros", Group = "sites/emea", Origin = source, Revision = new Revision(3),
                        MediaType = "application/json", Hash = ContentHash.Of(content), Size = content.Length, References = [file], AutoSync = true,
                        Payloads = [new Payload(RelativePath.Parse("setup/one.msi").Value, 5, ContentHash.Of("setup"u8))], StartAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
                    },
                    new Sequence(42)) { Content = content },
                new ItemChange(
                    new Sequence(43), ChangeKind.Delete,
                    new Item
                    {
                        Id = file, Component = SomeBatch.Queries, Kind = ItemKind.File, Name = "a/b.txt", Origin = source, Revision = new Revision(9), Hash = ContentHash.Empty, Size = 0,
                        ModifiedTicks = 638712864000000000, IsDeleted = true,
                    },
                    new Sequence(5)),
            ]);
    }

    private static void AssertIs<T>(string block, JsonTypeInfo<T> form) => Assert.Equal(Block(block), JsonSerializer.Serialize(JsonSerializer.Deserialize(Block(block), form)!, form));

    private static string Block(string name)
    {
        var found = Regex.Match(Document, "```" + Regex.Escape(name) + "\n(.*?)\n?```", RegexOptions.Singleline);
        Assert.True(found.Success, $"docs/protocol.md has no block '{name}'");
        return found.Groups[1].Value;
    }

    private static string ReadDocument()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CoreSync.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository");
        return File.ReadAllText(Path.Combine(directory.FullName, "docs", "protocol.md"));
    }
}
