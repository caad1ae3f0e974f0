using System.Security.Cryptography;
using System.Text;
using CoreSync.Application.Notifications;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.EndToEnd.Tests.Cli;
using CoreSync.EndToEnd.Tests.Notifications;
using CoreSync.Errors;
using CoreSync.Settings;

namespace CoreSync.EndToEnd.Tests.Rules;

public sealed class O5_notifications_once
{
    private const string Secret = "a key that both sides know";

    [Fact]
    public async Task A_failure_is_told_once_and_its_recovery_once_whatever_is_tried_between()
    {
        await using var receiver = new WebhookReceiver();
        await using var pair = await CorePair.CreateAsync();
        await SetUpAsync(pair.Source, receiver);
        await pair.Source.SetAsync(Setting.SyncRetries, "0");
        await pair.Source.SetAsync(Setting.ProbeInterval, "1");
        var port = pair.Target.Address.Port;
        await pair.Target.StopAsync();
        await pair.Source.PutAsync("queries", "Laptops", "{}");
        await pair.Source.ServeAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(Told(receiver, "failure", "target.quarantined") == 1), "the failure is told", 60);
        // It is tried again every second meanwhile.
        await Eventually.IsTrueAsync(async () => (await pair.Source.AskAsync(new ShowTargetCore(pair.Target.Name))).Attempts.Failed >= 4, "it is tried again", 60);

        await pair.Target.ServeAsync(port);
        await Eventually.IsTrueAsync(() => Task.FromResult(Told(receiver, "recovery", "target.quarantined") == 1), "the recovery is told", 60);

        Assert.Equal(1, Told(receiver, "failure", "target.quarantined"));
        Assert.Equal(receiver.Received.Count, receiver.Bodies.Select(body => body.GetProperty("id").GetString()).Distinct().Count());
        Assert.All(receiver.Received, one => Assert.DoesNotContain(RealCore.Password, one.Head + one.Body, StringComparison.Ordinal));
        Assert.Empty((await pair.Source.AskAsync(new ListNotifications())).Queue);
    }

    [Fact]
    public async Task What_was_told_is_not_told_again_after_a_restart_and_what_was_not_taken_is_sent_then()
    {
        await using var receiver = new WebhookReceiver { Answer = "HTTP/1.1 500 Broken\r\n" };
        await using var pair = await CorePair.CreateAsync();
        await SetUpAsync(pair.Source, receiver);
        await pair.Source.AskAsync(new RemoveTrust(pair.Target.Name));
        await pair.Source.ServeAsync();
        await Eventually.IsTrueAsync(async () => (await pair.Source.AskAsync(new ListNotifications())).Queue is [{ Attempts: 1, LastError: not null }], "a receiver that fails leaves it in the queue", 60);
        await pair.Source.StopAsync();
        Assert.Contains(pair.Source.Log(), line => line.Contains(" 9001 NotificationDelayed ", StringComparison.Ordinal));
        var first = Assert.Single(receiver.Bodies).GetProperty("id").GetString();

        receiver.Answer = "HTTP/1.1 204 No Content\r\n";
        var store = (INotificationStore)pair.Source.Services.GetService(typeof(INotificationStore))!;
        var queued = Assert.Single(await store.QueueAsync(CancellationToken.None));
        await store.DelayAsync(queued, DateTimeOffset.UnixEpoch, "due at once", CancellationToken.None);
        await pair.Source.ServeAsync();
        await Eventually.IsTrueAsync(async () => (await pair.Source.AskAsync(new ListNotifications())).Queue.Count == 0, "it is taken after the restart", 60);

        Assert.Equal([first, first], receiver.Bodies.Select(body => body.GetProperty("id").GetString()));
        Assert.Equal("trust.removed", Assert.Single((await pair.Source.AskAsync(new ListNotifications())).Troubles).Code);
    }

    [Fact]
    public async Task A_webhook_is_signed_and_goes_to_the_expected_certificate_alone()
    {
        await using var receiver = new WebhookReceiver();
        await using var other = new WebhookReceiver();
        await using var core = await RealCore.CreateAsync("core1.example.net");

        Assert.True((await core.SendAsync(new TestNotifications())).HasError<NotifyNotConfiguredError>());
        await core.SetAsync(Setting.WebhookUrl, receiver.Url);
        Assert.IsType<NotifySettingsError>(Assert.Single(await core.AskAsync(new TestNotifications())).Error);
        await SetUpAsync(core, receiver);
        // No fingerprint: a self-signed certificate chains to no root. Another's fingerprint: refused. Neither got a byte.
        await core.SetAsync(Setting.WebhookFingerprint, "");
        Assert.IsType<NotifyFailedError>(Assert.Single(await core.AskAsync(new TestNotifications())).Error);
        await core.SetAsync(Setting.WebhookFingerprint, other.Fingerprint);
        Assert.IsType<NotifyFailedError>(Assert.Single(await core.AskAsync(new TestNotifications())).Error);
        Assert.Equal(2, receiver.Connections);
        Assert.Empty(receiver.Received);
        await core.SetAsync(Setting.WebhookFingerprint, receiver.Fingerprint);
        Assert.Null(Assert.Single(await core.AskAsync(new TestNotifications())).Error);

        var (head, body) = Assert.Single(receiver.Received);
        var signature = head.Split("\r\n").Single(line => line.StartsWith("CoreSync-Signature:", StringComparison.Ordinal)).Split(": ")[1];
        var moment = signature.Split(',')[0][2..];
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{moment}.{body}")));
        Assert.Equal($"t={moment},v1={expected}", signature);
        Assert.DoesNotContain(Secret, head + body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = new WebhookReceiver();
        await using var receiver = new WebhookReceiver { Answer = $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {elsewhere.Url}\r\n" };
        await using var core = await RealCore.CreateAsync("core1.example.net");
        await SetUpAsync(core, receiver);

        var error = Assert.IsType<NotifyFailedError>(Assert.Single(await core.AskAsync(new TestNotifications())).Error);

        Assert.Contains("307", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, elsewhere.Connections);
    }

    [Fact]
    public async Task An_e_mail_goes_over_STARTTLS_alone_and_says_nothing_before()
    {
        await using var clear = new MailReceiver(offersTls: false);
        await using var server = new MailReceiver();
        await using var core = await RealCore.CreateAsync("core1.example.net");
        await core.SetAsync(Setting.MailServer, clear.Address);
        await core.SetAsync(Setting.MailFrom, "coresync@example.net");
        await core.SetAsync(Setting.MailTo, "anna@example.net, bert@example.net");
        await core.SetAsync(Setting.MailUser, "mailer");
        await core.SetAsync(Setting.MailPassword, Secret);

        var refused = Assert.IsType<NotifyFailedError>(Assert.Single(await core.AskAsync(new TestNotifications())).Error);
        Assert.Contains("STARTTLS", refused.Message, StringComparison.Ordinal);
        Assert.All(clear.Commands, command => Assert.StartsWith("EHLO", command.Line, StringComparison.Ordinal));
        await core.SetAsync(Setting.MailServer, server.Address);
        Assert.IsType<NotifyFailedError>(Assert.Single(await core.AskAsync(new TestNotifications())).Error);
        Assert.Empty(server.Mails);
        await core.SetAsync(Setting.MailFingerprint, server.Fingerprint);
        await core.SetAsync(Setting.NotifyLanguage, "fr");
        Assert.Null(Assert.Single(await core.AskAsync(new TestNotifications())).Error);

        var mail = Assert.Single(server.Mails);
        Assert.Contains("To: <anna@example.net>, <bert@example.net>", mail, StringComparison.Ordinal);
        Assert.Contains("Essai des notifications", Encoding.UTF8.GetString(Convert.FromBase64String(mail.Split("\n\n")[1].Replace("\n", "", StringComparison.Ordinal))), StringComparison.Ordinal);
        var accounts = server.Commands.Where(command => command.Line.StartsWith("AUTH", StringComparison.Ordinal)).ToList();
        Assert.True(Assert.Single(accounts).Secure);
        Assert.Equal(2, server.Commands.Count(command => command.Secure && command.Line.StartsWith("RCPT", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Secrets_are_written_and_never_shown_nor_taken_from_the_command_line()
    {
        using var sandbox = new CliSandbox();
        var core = await sandbox.Core("core1.example.net").InitAsync();

        (await core.RunAsync("settings", "set", "notify.webhook-secret", Secret)).Refuses(2, "usage.invalid", "--password-stdin");
        Assert.Equal("", (await core.DoAsync("settings", "get", "notify.webhook-secret")).GetProperty("value").GetString());
        var set = (await core.RunWithInputAsync(Secret + "\n", "settings", "set", "notify.webhook-secret", "--password-stdin")).Exits(0);
        var shown = await core.RunAsync("settings", "list");

        Assert.Equal("(set)", set.Json.GetProperty("value").GetString());
        foreach (var text in new[] { set.Output, set.Error, shown.Output, await File.ReadAllTextAsync(core.LogFile) })
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(core.Data, "coresync.db*"))
            Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), StringComparison.Ordinal);
        (await core.RunAsync("settings", "set", "notify.webhook-url", "http://plain.example.net/")).Refuses(2, "settings.value-invalid", "webhook-url");
        (await core.RunAsync("settings", "set", "notify.mail-to", "a@b.example\r\nRCPT TO:<c@d.example>")).Refuses(2, "settings.value-invalid", "mail-to");
    }

    private static async Task SetUpAsync(RealCore core, WebhookReceiver receiver)
    {
        await core.SetAsync(Setting.WebhookUrl, receiver.Url);
        await core.SetAsync(Setting.WebhookFingerprint, receiver.Fingerprint);
        await core.AskAsync(new SetSetting(Setting.WebhookSecret.Key, Secret));
    }

    private static int Told(WebhookReceiver receiver, string kind, string code) =>
        receiver.Bodies.Count(body => body.GetProperty("kind").GetString() == kind && body.GetProperty("code").GetString() == code);
}
