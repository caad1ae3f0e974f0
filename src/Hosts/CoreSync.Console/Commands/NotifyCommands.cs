using System.Globalization;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Notifications;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Hosting;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>Notifications: what people were told, and whether it arrives (O5). Where to is among the settings, <c>notify.…</c>.</summary>
internal static class NotifyCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "notify", Test(globals), List(globals));

    private static Verb Test(GlobalOptions globals) => Verb.Of(globals, "notify test", [], async run =>
    {
        var tests = await run.AskAsync(new TestNotifications());
        run.Answer("notify-test", new JsonObject { ["items"] = Json.List(tests, Of) }, () =>
        {
            foreach (var test in tests)
            {
                Terminal.Data(Hosting.Logging.Printable.Line(test.Error is null
                    ? T("notify.taken", test.Channel)
                    : $"{T("verdict.Failed")} {test.Error.MessageIn(CultureInfo.CurrentUICulture)}\u00a0[{test.Error.Code}]"));
                if (test.Error is not null)
                    Terminal.Data($"  {T("error.next")} {test.Error.HintIn(CultureInfo.CurrentUICulture)}");
            }
        });
        if (tests.Any(test => test.Error is not null))
            throw new CommandExit(HostExitCode.Failed);
    });

    private static Verb List(GlobalOptions globals) => Verb.Of(globals, "notify list", [], async run =>
    {
        var list = await run.AskAsync(new ListNotifications());
        var json = new JsonObject
        {
            ["channels"] = Json.Strings(list.Channels),
            ["troubles"] = Json.List(list.Troubles, trouble => new JsonObject
            {
                ["code"] = trouble.Code,
                ["subject"] = trouble.Subject,
                ["severity"] = Json.Enum(trouble.Severity),
                ["since"] = Json.Time(trouble.Since),
            }),
            ["queue"] = Json.List(list.Queue, Of),
        };
        run.Answer("notify-list", json, () =>
        {
            Terminal.Data(list.Channels.Count == 0 ? T("notify.no-channels") : T("notify.channels", string.Join(", ", list.Channels)));
            if (list.Troubles.Count > 0)
            {
                run.Terminal.Table(
                    [T("column.code"), T("column.subject"), T("column.severity"), T("column.since")],
                    list.Troubles.Select(trouble => new[] { trouble.Code, trouble.Subject, Label(trouble.Severity), Show.Time(trouble.Since) }));
            }

            foreach (var queued in list.Queue)
                Terminal.Data(Hosting.Logging.Printable.Line(T("notify.queued", queued.Channel, queued.Notification.Message, queued.Attempts, Show.Time(queued.NextAt), queued.LastError ?? "–")));
        });
    });

    private static JsonObject Of(ChannelTest test) => new()
    {
        ["channel"] = test.Channel,
        ["taken"] = test.Error is null,
        ["errorCode"] = test.Error?.Code,
        ["errorMessage"] = test.Error?.MessageIn(CultureInfo.CurrentUICulture),
    };

    private static JsonObject Of(QueuedNotification queued) => new()
    {
        ["id"] = queued.Notification.Id.ToString(),
        ["channel"] = queued.Channel,
        ["kind"] = Json.Enum(queued.Notification.Kind),
        ["code"] = queued.Notification.Code,
        ["subject"] = queued.Notification.Subject,
        ["message"] = queued.Notification.Message,
        ["attempts"] = queued.Attempts,
        ["nextAt"] = Json.Time(queued.NextAt),
        ["lastError"] = queued.LastError,
    };
}
