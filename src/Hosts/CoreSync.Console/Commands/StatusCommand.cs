using System.Globalization;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Cores;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Console.Remote;
using CoreSync.Errors;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class StatusCommand
{
    public static Verb Build(GlobalOptions globals) => Verb.Of(globals, "status", [], async run =>
    {
        var status = await run.AskAsync(new GetStatus());
        run.Answer("status", CoreJson.Status(status), () =>
        {
            Terminal.Facts(
                System.Console.Out,
                [
                    (T("field.core"), $"{status.Core.Name.Display} ({status.Core.Id})"),
                    (T("field.data-directory"), run.DataDirectory),
                    (T("field.service"), status.IsServiceRunning ? T("status.running", ErrorTexts.TextIn(status.ServiceHolder ?? "", CultureInfo.CurrentUICulture)) : T("status.not-running")),
                    (T("field.certificate"), status.CertificateNotAfter is { } end ? T("status.valid-until", Show.Date(end)) : T("status.unusable")),
                    (T("field.credential"), T(status.HasCredential ? "status.set" : "status.not-set")),
                    (T("column.items"), status.Items.ToString("N0", CultureInfo.CurrentCulture)),
                    (T("field.decisions"), status.Decisions is { Conflicts: 0, Approvals: 0, Decided: 0 } ? null : T(
                        "status.decisions", status.Decisions.Conflicts, status.Decisions.Approvals, status.Decisions.Decided)),
                ]);
            if (status.Sources.Count == 0 || status.Targets.Count > 0)
                TargetCommands.Print(run, status.Targets);
            if (status.Sources.Count > 0)
                TargetCommands.Print(run, status.Sources);
            foreach (var reader in status.Readers)
                Terminal.Data(Hosting.Logging.Printable.Line(T("status.reader", reader.Name, reader.Account, Show.Time(reader.SeenAt), reader.Refused is null ? "" : $": {reader.Refused}")));
            if (status.Problems.Count == 0)
                Terminal.Data(T("status.no-problems"));
            foreach (var problem in status.Problems)
            {
                var since = problem.Since is { } at ? $" ({T("field.since")} {Show.Time(at)})" : "";
                Terminal.Data(Hosting.Logging.Printable.Line($"! {problem.Error.MessageIn(CultureInfo.CurrentUICulture)}{since}"));
                Terminal.Data(Hosting.Logging.Printable.Line($"  {T("error.next")} {problem.Error.HintIn(CultureInfo.CurrentUICulture)}"));
            }
        });
    },
    RemoteJobs.StatusAsync);
}
