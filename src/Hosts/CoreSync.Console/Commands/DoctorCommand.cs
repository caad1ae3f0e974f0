using System.Globalization;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Health;
using CoreSync.Application.Targets;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Hosting;
using CoreSync.Hosting.Logging;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>One report that finds what is wrong and names the cure (O6). Exit 0 when nobody has to act, else 1.</summary>
internal static class DoctorCommand
{
    public static Verb Build(GlobalOptions globals) => Verb.Of(globals, "doctor", [], async run =>
    {
        var report = await run.AskAsync(new CheckHealth(Deep: true));
        run.Answer("doctor", HealthJson.Report(report), () => Print(run, report));
        if (!report.IsGreen)
            throw new CommandExit(HostExitCode.Failed);
    });

    private static void Print(Invocation run, HealthReport report)
    {
        Terminal.Data(T("doctor.heading", report.Core?.Name.Display ?? run.DataDirectory, ProductVersion.Text, Show.Time(report.At)));
        foreach (var area in Enum.GetValues<HealthArea>())
        {
            var findings = report.Findings.Where(finding => finding.Area == area).ToList();
            var facts = report.Facts.Where(fact => fact.Area == area).ToList();
            var wasLookedAt = facts.Count > 0 || findings.Count > 0 || (report.Core is not null && area is HealthArea.Targets or HealthArea.Work);
            if (!wasLookedAt)
                continue;
            Terminal.Data("");
            Terminal.Data($"{Mark(findings)} {Label(area)}");
            Terminal.Facts(System.Console.Out, facts.Select(fact => ("    " + T("fact." + fact.Name), (string?)Value(fact))));
            if (area == HealthArea.Targets)
                PrintTargets(report);
            foreach (var finding in findings)
                PrintFinding(finding);
        }

        Terminal.Data("");
        Terminal.Data(report.IsGreen ? T("doctor.green") : T("doctor.not-green", report.Findings.Count(finding => finding.Severity != HealthSeverity.Notice)));
    }

    private static void PrintTargets(HealthReport report)
    {
        if (report.Targets.Count == 0)
            Terminal.Data("    " + T("doctor.no-targets"));
        foreach (var view in report.Targets)
        {
            var steps = report.Tests.FirstOrDefault(test => test.Fqdn == view.Target.Address.Fqdn)?.Steps;
            var reached = steps?.LastOrDefault(step => step.Verdict != StepVerdict.Skipped)?.Step;
            var verdict = steps is null ? T("doctor.disabled") : steps.All(step => step.Verdict == StepVerdict.Passed) ? T("doctor.connects") : T("doctor.connects-up-to", reached ?? "");
            Terminal.Data(Printable.Line($"    {view.Target.Address.Fqdn.Display}: {Show.Trusted(view)}, {verdict}, {Show.Sync(view)}, {T("doctor.last-success", Show.Time(view.Target.LastSuccess))}"));
        }
    }

    private static void PrintFinding(HealthFinding finding)
    {
        var since = finding.Since is { } at ? $" ({T("field.since")} {Show.Time(at)})" : "";
        Terminal.Data(Printable.Line($"  {Mark([finding])} {finding.Error.MessageIn(CultureInfo.CurrentUICulture)}{since} [{finding.Error.Code}]"));
        Terminal.Data(Printable.Line($"    {T("error.next")} {finding.Error.HintIn(CultureInfo.CurrentUICulture)}"));
    }

    private static string Value(HealthFact fact) => fact.Name is "store-size" or "free-space" && long.TryParse(fact.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
        ? Show.Bytes(bytes)
        : fact.Name == "certificate-not-after" && DateTimeOffset.TryParse(fact.Value, CultureInfo.InvariantCulture, out var end) ? Show.Date(end) : fact.Value;

    private static string Mark(List<HealthFinding> findings) => findings.Count == 0 || findings.All(finding => finding.Severity == HealthSeverity.Notice)
        ? findings.Count == 0 ? T("verdict.Passed") : T("verdict.Notice")
        : findings.Any(finding => finding.Severity == HealthSeverity.Failure) ? T("verdict.Failed") : T("verdict.Warning");
}
