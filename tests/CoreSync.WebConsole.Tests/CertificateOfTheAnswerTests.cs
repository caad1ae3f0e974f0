using System.Net;
using CoreSync.Accounts;
using CoreSync.Application.Cores;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Trust;

namespace CoreSync.WebConsole.Tests;

/// <summary>What a yes in the console authorises (T4, T7), asked as a browser without scripts asks.</summary>
public sealed class CertificateOfTheAnswerTests : IAsyncLifetime
{
    private const string Target = "target.example.net";
    private ConsoleCore source = null!;
    private ConsoleCore target = null!;
    private ConsoleClient client = null!;

    public async ValueTask InitializeAsync()
    {
        source = await ConsoleCore.StartAsync("source.example.net");
        target = await ConsoleCore.StartAsync(Target);
        await source.AskAsync(new AddTargetCore(Target, ConnectTo: target.Address.ToString(), Enabled: false));
        client = source.Client();
        await client.SignInAsync(Rights.Trust);
    }

    [Fact]
    public async Task A_certificate_swapped_between_display_and_yes_is_refused()
    {
        var shown = await ShownAsync();
        await target.AskAsync(new RenewIdentity());

        var answer = await client.SubmitAsync($"targets/{Target}/trust", ("shown", shown), ("pasted", shown));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("trust.fingerprint-mismatch", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null((await RecordAsync()).Authorised);
    }

    [Fact]
    public async Task The_certificate_that_was_shown_and_pasted_is_trusted()
    {
        var shown = await ShownAsync();

        var answer = await client.SubmitAsync($"targets/{Target}/trust", ("shown", shown), ("pasted", shown.ToLowerInvariant().Replace(":", "", StringComparison.Ordinal)));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(shown, (await RecordAsync()).Authorised!.Fingerprint.ToString());
    }

    [Theory]
    [InlineData("pasted", "AA:BB", "trust.fingerprint-malformed")]
    [InlineData("pasted", "0123456789012345678901234567890123456789", "trust.fingerprint-sha1")]
    [InlineData("pasted", "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF", "It does not match")]
    [InlineData("other", "on", "Say how you compared it")]
    [InlineData("reason", "by telephone", "Paste the fingerprint")]
    public async Task A_yes_without_a_comparison_is_refused_with_its_reason(string field, string value, string reason)
    {
        var shown = await ShownAsync();

        var answer = await client.SubmitAsync($"targets/{Target}/trust", ("shown", shown), (field, value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(reason, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null((await RecordAsync()).Authorised);
    }

    [Fact]
    public async Task A_comparison_by_other_means_needs_a_reason_which_is_in_the_history()
    {
        var shown = await ShownAsync();

        var answer = await client.SubmitAsync($"targets/{Target}/trust", ("shown", shown), ("other", "on"), ("reason", "read out by telephone"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var entry = (await source.AskAsync(new ReadTrustHistory(Target, Verify: true))).Last(one => one.Event.Kind == TrustEventKind.Trusted);
        Assert.Equal(("trust", "read out by telephone"), (entry.By, entry.Reason));
    }

    [Fact]
    public async Task The_review_shows_every_field_and_reason_with_its_cure()
    {
        var page = WebUtility.HtmlDecode(await client.PageAsync($"targets/{Target}/review"));
        var presented = (await source.AskAsync(new ShowTrust(Target))).Shown!;

        string[] values = [presented.Subject, presented.Serial, presented.Pin, presented.SignatureAlgorithm, Target, .. presented.Fingerprint.ToGrid()];
        foreach (var value in values)
            Assert.Contains(value, page, StringComparison.Ordinal);
        Assert.Contains("self-signed", page, StringComparison.Ordinal);
        Assert.Contains("compare the fingerprint with its administrator", page, StringComparison.Ordinal);
        Assert.Contains("coresync identity show", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("/decline", StringComparison.Ordinal) < page.IndexOf("data-yes>", StringComparison.Ordinal), "No comes first");
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", await client.PageAsync($"targets/{Target}/certificate.pem"), StringComparison.Ordinal);
    }

    private async Task<string> ShownAsync()
    {
        var shown = await target.FingerprintAsync();
        Assert.Contains($"name=\"shown\" value=\"{shown}\"", await client.PageAsync($"targets/{Target}/review"), StringComparison.Ordinal);
        return shown;
    }

    private async Task<TrustRecord> RecordAsync() => (await source.AskAsync(new ShowTrust(Target))).Record;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await source.DisposeAsync();
        await target.DisposeAsync();
    }
}
