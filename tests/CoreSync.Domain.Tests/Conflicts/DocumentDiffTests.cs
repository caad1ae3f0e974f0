using System.Text;
using CoreSync.Conflicts;

namespace CoreSync.Domain.Tests.Conflicts;

public sealed class DocumentDiffTests
{
    [Fact]
    public void Json_is_compared_field_by_field_whatever_its_order_and_spaces()
    {
        var diff = Diff("""{"a":1,"b":{"c":[1,2,3]},"d":true}""", """{ "d": true, "b": {"c":[1,5]}, "a": 1.0, "e": null }""");

        Assert.Equal(DiffKind.Json, diff.Kind);
        Assert.Equal(
            [new DocumentDifference("$.b.c[1]", "2", "5"), new DocumentDifference("$.b.c[2]", "3", null), new DocumentDifference("$.e", null, "null")], diff.Differences);
    }

    [Fact]
    public void Text_is_compared_line_by_line_and_an_insertion_moves_nothing()
    {
        var diff = Diff("one\ntwo\nthree\nfour", "one\r\nthree\r\nFOUR\r\nfive");

        Assert.Equal(DiffKind.Lines, diff.Kind);
        Assert.Equal([new DocumentDifference("2", "two", null), new DocumentDifference("4", "four", "FOUR"), new DocumentDifference("5", null, "five")], diff.Differences);
    }

    [Fact]
    public void What_is_no_text_is_told_by_size_and_hash()
    {
        var diff = DocumentDiff.Of(new byte[] { 0xff, 0 }, Encoding.UTF8.GetBytes("text"));

        var difference = Assert.Single(diff.Differences);
        Assert.Equal(DiffKind.Whole, diff.Kind);
        Assert.StartsWith("2 bytes, SHA-256 ", difference.Source, StringComparison.Ordinal);
        Assert.StartsWith("4 bytes, SHA-256 ", difference.Target, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_documents_do_not_differ_and_a_missing_one_differs_as_a_whole()
    {
        Assert.Empty(Diff("same", "same").Differences);
        Assert.Null(Assert.Single(DocumentDiff.Of(Encoding.UTF8.GetBytes("x"), null).Differences).Target);
    }

    [Fact]
    public void A_long_list_is_cut_and_says_so()
    {
        var source = string.Join('\n', Enumerable.Range(0, 5000));
        var target = string.Join('\n', Enumerable.Range(0, 5000).Select(number => $"x{number}"));

        var diff = Diff(source, target);

        Assert.True(diff.IsCut);
        Assert.Equal(DocumentDiff.MaxDifferences, diff.Differences.Count);
    }

    private static DocumentDiff Diff(string source, string target) => DocumentDiff.Of(Encoding.UTF8.GetBytes(source), Encoding.UTF8.GetBytes(target));
}
