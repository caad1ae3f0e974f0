using System.Text.Json;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.EndToEnd.Tests.Cli;
using CoreSync.Errors;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CoreSync.Trust;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>The history is chained: whatever somebody does to it in the store is found, its end and a chain made anew by the anchor that lies elsewhere.</summary>
public sealed class T14_trust_history : IDisposable
{
    private const string Name = "target.example.net";
    private const string Unlock = "DROP TRIGGER IF EXISTS trust_history_is_never_changed; DROP TRIGGER IF EXISTS trust_history_is_never_removed; ";

    private readonly TempDirectory files = new();

    public void Dispose() => files.Dispose();

    public static TheoryData<string, string> Edits => new()
    {
        { "number", "number = number + 100" },
        { "time", "at = at + 1" },
        { "target", "fqdn = 'elsewhere.example.net'" },
        { "target in another spelling", "fqdn = upper(fqdn)" },
        { "kind", "kind = CASE kind WHEN 'Trusted' THEN 'Declined' ELSE 'Trusted' END" },
        { "kind that does not exist", "kind = 'Blessed'" },
        { "fingerprint", "fingerprint = randomblob(32)" },
        { "fingerprint cut", "fingerprint = x'00'" },
        { "previous fingerprint", "previous_fingerprint = randomblob(32)" },
        { "problems", "problems = 'Expired,Revoked'" },
        { "problems in another spelling", "problems = problems || ','" },
        { "who", "actor = 'somebody'" },
        { "from where", "origin = 'nowhere'" },
        { "reason", "reason = reason || '.'" },
        { "hash before", "previous_hash = randomblob(32)" },
        { "hash", "hash = randomblob(32)" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public async Task An_edit_of_any_column_of_any_entry_is_found(string column, string edit)
    {
        await using var core = await CoreWithHistoryAsync();

        for (var number = 1; number <= 5; number++)
        {
            core.Tamper($"{Unlock} CREATE TABLE kept AS SELECT * FROM trust_history; UPDATE trust_history SET {edit} WHERE number = {number}");
            var found = await core.SendAsync(new ReadTrustHistory(null, Verify: true));
            core.Tamper("DELETE FROM trust_history; INSERT INTO trust_history SELECT * FROM kept; DROP TABLE kept");

            Assert.True(found.HasError<TrustHistoryBrokenError>(), $"{column} of entry {number}: {found}");
        }

        Assert.Equal(5, (await core.AskAsync(new ReadTrustHistory(null, Verify: true))).Count);
    }

    [Theory]
    [InlineData("the first removed", "DELETE FROM trust_history WHERE number = 1")]
    [InlineData("the first removed and the rest numbered anew", "DELETE FROM trust_history WHERE number = 1; UPDATE trust_history SET number = number - 1")]
    [InlineData("one in the middle removed", "DELETE FROM trust_history WHERE number = 3")]
    [InlineData("two swapped", "UPDATE trust_history SET number = CASE number WHEN 2 THEN 103 ELSE 102 END WHERE number IN (2, 3); UPDATE trust_history SET number = number - 100 WHERE number > 100")]
    [InlineData("one twice", "INSERT INTO trust_history SELECT 6, at, fqdn, kind, fingerprint, previous_fingerprint, problems, actor, origin, reason, previous_hash, hash FROM trust_history WHERE number = 5")]
    [InlineData("the last removed", "DELETE FROM trust_history WHERE number = 5")]
    [InlineData("the last three removed", "DELETE FROM trust_history WHERE number > 2")]
    [InlineData("all removed", "DELETE FROM trust_history")]
    public async Task What_was_removed_reordered_or_repeated_is_found(string what, string sql)
    {
        await using var core = await CoreWithHistoryAsync();

        core.Tamper(Unlock + sql);

        Assert.True((await core.SendAsync(new ReadTrustHistory(null, Verify: true))).HasError<TrustHistoryBrokenError>(), what);
        // What happens later does not make it good.
        await core.AskAsync(new DeclineTrust(Name));
        Assert.True((await core.SendAsync(new ReadTrustHistory(null, Verify: true))).HasError<TrustHistoryBrokenError>(), what);
    }

    [Fact]
    public async Task A_chain_made_anew_is_found_by_the_anchor_and_without_that_by_one_that_a_person_noted()
    {
        await using var core = await CoreWithHistoryAsync();
        var noted = TrustAnchor.Of((await core.AskAsync(new ReadTrustHistory(null, Verify: true)))[^1]).ToString();
        var anchor = Path.Combine(core.DataDirectory, "keys", "trust-history.anchor");
        Assert.Equal(noted, (await File.ReadAllTextAsync(anchor)).Trim());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(anchor));

        // Everything is written anew by this very program, with another person in it.
        core.Tamper(Unlock + "DELETE FROM trust_history");
        File.Move(anchor, anchor + ".kept");
        await core.AskAsync(new RemoveTrust(Name));
        for (var i = 0; i < 5; i++)
            await core.AskAsync(new DeclineTrust(Name));
        var forged = await core.AskAsync(new ReadTrustHistory(null, Verify: true));

        Assert.Equal(6, forged.Count);
        Assert.True((await core.SendAsync(new ReadTrustHistory(null, false, noted))).HasError<TrustHistoryBrokenError>());
        File.Move(anchor + ".kept", anchor, overwrite: true);
        Assert.Equal(5, Assert.Single((await core.SendAsync(new ReadTrustHistory(null, true))).Errors.OfType<TrustHistoryBrokenError>()).Entry);
        Assert.True((await core.SendAsync(new ReadTrustHistory(null, true, "5:00"))).HasError<TrustAnchorInvalidError>());
        await File.WriteAllTextAsync(anchor, "nonsense");
        Assert.True((await core.SendAsync(new ReadTrustHistory(null, true))).HasError<TrustAnchorInvalidError>());
    }

    [Fact]
    public async Task The_command_line_verifies_exports_and_refuses()
    {
        using var sandbox = new CliSandbox();
        var core = await new CliCore(sandbox, "here.example.net", files.At("core")).InitAsync();
        using var certificate = TestCertificates.SelfSigned(Name);
        var pem = CertificateFiles.WritePem(files.At("target.pem"), certificate);
        await core.DoAsync("target", "add", Name, "--certificate", pem);
        await core.DoAsync("trust", "decline", Name, "--reason", "=HYPERLINK(\"http://evil.example\",\"click\")");
        await core.DoAsync("trust", "decline", Name, "--reason", "a \"quoted\", reason\u001b[31m");
        var lines = files.At("history.jsonl");
        var csv = files.At("history.CSV");

        var verified = await core.DoAsync("trust", "history", "--verify");
        var exported = await core.DoAsync("trust", "history", "--export", lines, "--verify");
        var asCsv = await core.RunAsync("trust", "history", "--export", csv, "--lang", "fr");

        var anchor = verified.GetProperty("anchor").GetString()!;
        Assert.Equal((anchor, 3), (exported.GetProperty("anchor").GetString(), exported.GetProperty("entries").GetInt32()));
        asCsv.Exits(0);
        (await core.RunAsync("trust", "history", "--expect", anchor)).Exits(0);
        (await core.RunAsync("trust", "history", "--expect", "9" + anchor)).Refuses(1, "trust.history-broken", "written once");
        (await core.RunAsync("trust", "history", "--expect", "nonsense")).Refuses(2, "trust.anchor-invalid", "nonsense");
        (await core.RunAsync("trust", "history", "--export", Path.Combine(files.Path, "no", "such", "file"))).Refuses(1, "store.unwritable", "no");

        // A line is an object; the chain can be followed by whoever has the file.
        var entries = (await File.ReadAllLinesAsync(lines)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([1, 2, 3], entries.Select(entry => entry.GetProperty("number").GetInt32()));
        for (var i = 1; i < entries.Count; i++)
            Assert.Equal(entries[i - 1].GetProperty("hash").GetString(), entries[i].GetProperty("previousHash").GetString());
        Assert.EndsWith(":" + entries[^1].GetProperty("hash").GetString(), anchor, StringComparison.Ordinal);
        Assert.StartsWith("=HYPERLINK", entries[1].GetProperty("reason").GetString(), StringComparison.Ordinal);

        var text = await File.ReadAllTextAsync(csv);
        Assert.Contains(",\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"click\"\")\",", text, StringComparison.Ordinal);
        Assert.Contains(",\"a \"\"quoted\"\", reason", text, StringComparison.Ordinal);
        Assert.Equal(4, text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static async Task<RealCore> CoreWithHistoryAsync()
    {
        var core = await RealCore.CreateAsync("source.example.net");
        using var directory = new TempDirectory();
        using var certificate = TestCertificates.SelfSigned(Name);
        await core.AskAsync(new AddTargetCore(Name, ConnectTo: "127.0.0.1:9"));
        await core.AskAsync(new TrustCertificateFile(Name, CertificateFiles.WritePem(directory.At("target.pem"), certificate), "compared on the phone"));
        await core.AskAsync(new RemoveTrust(Name, "sold"));
        await core.AskAsync(new DeclineTrust(Name, "still sold"));
        await core.AskAsync(new TrustCertificateFile(Name, CertificateFiles.WritePem(directory.At("target.pem"), certificate), "bought back"));
        await core.AskAsync(new RemoveTrust(Name));
        Assert.Equal(5, (await core.AskAsync(new ReadTrustHistory(null, Verify: true))).Count);
        return core;
    }
}
