using System.Globalization;
using System.Text;
using CoreSync.Application.Notifications;

namespace CoreSync.Infrastructure.Notifications;

/// <summary>A notification as an e-mail (RFC 5322, RFC 2045, RFC 2047).</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receivers.</param>
/// <param name="Notification">What it tells.</param>
/// <param name="Core">The FQDN of this core.</param>
internal sealed record MailMessageText(string From, IReadOnlyList<string> To, Notification Notification, string Core)
{
    // An encoded word has 75 characters at most; 12 of them are its frame.
    private const int EncodedBytes = 42;

    /// <summary>Headers and body, lines ended by CRLF, none longer than 998 characters, none beginning with a dot.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"From: <{From}>\r\n");
        text.Append(CultureInfo.InvariantCulture, $"To: {string.Join(", ", To.Select(one => $"<{one}>"))}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Subject: {Encoded(Subject())}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Date: {Notification.At.UtcDateTime:ddd, dd MMM yyyy HH:mm:ss} +0000\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Message-ID: <{Notification.Id}@{Core}>\r\n");
        text.Append("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        text.Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(Body()), Base64FormattingOptions.InsertLineBreaks));
        return text.Append("\r\n").ToString();
    }

    private string Subject()
    {
        var what = Notification.Subject.Length == 0 ? Notification.Code : $"{Notification.Code} {Notification.Subject}";
        return Notification.Kind switch
        {
            NotificationKind.Failure => $"[CoreSync {Core}] {Notification.Severity}: {what}",
            NotificationKind.Recovery => $"[CoreSync {Core}] OK: {what}",
            _ => $"[CoreSync {Core}] {Notification.Code}",
        };
    }

    private string Body() => string.Create(CultureInfo.InvariantCulture,
        $"{Notification.Message}\n\n{(Notification.Hint.Length == 0 ? "" : Notification.Hint + "\n\n")}{Core} {Notification.Code} {Notification.Subject}\n{Notification.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z - {Notification.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z\n");

    private static string Encoded(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(word.ToString()) + rune.Utf8SequenceLength > EncodedBytes)
            {
                words.Add(word.ToString());
                word.Clear();
            }

            word.Append(rune);
        }

        words.Add(word.ToString());
        return string.Join("\r\n ", words.Select(one => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(one))}?="));
    }
}
