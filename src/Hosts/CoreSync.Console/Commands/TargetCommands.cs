using System.CommandLine;
using System.Text.Json.Nodes;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Console.Trust;
using CoreSync.Errors;
using CoreSync.Trust;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class TargetCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(
        globals, "target", Add(globals), List(globals), ShowVerb(globals), Edit(globals), Switch(globals, true), Switch(globals, false), Pause(globals), Resume(globals), Remove(globals), Test(globals),
        VerifyCommands.Plan(globals), VerifyCommands.Verify(globals), VerifyCommands.Override(globals), VerifyCommands.Detach(globals, true), VerifyCommands.Detach(globals, false));

    /// <summary>Prints the steps of a connection test.</summary>
    public static void PrintSteps(IReadOnlyList<ConnectionStep> steps)
    {
        var culture = System.Globalization.CultureInfo.CurrentUICulture;
        Terminal.Facts(System.Console.Out, steps.Select(step => (
            $"  {T("verdict." + step.Verdict)} {step.Step}",
            (string?)(step.Error is { } error ? $"{error.MessageIn(culture)}\n→ {error.HintIn(culture)}" : step.Detail is { } detail ? ErrorTexts.TextIn(detail, culture) : null))));
    }

    /// <summary>Ends the command with the first error among the steps.</summary>
    public static void ThrowIfFailed(IEnumerable<ConnectionStep> steps)
    {
        if (steps.FirstOrDefault(step => step is { Verdict: StepVerdict.Failed, Error: not null })?.Error is { } error)
            throw new CommandFailure(error);
    }

    private static Verb Add(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN[:PORT]", "new-fqdn");
        var description = Symbols.Text("--description", "TEXT");
        var disabled = Symbols.Flag("--disabled");
        var connectTo = Symbols.Text("--connect-to", "HOST[:PORT]");
        var fingerprint = Symbols.Text("--fingerprint", "FP");
        var certificate = Symbols.Text("--certificate", "FILE.pem");
        return Verb.Of(globals, "target add", [fqdn, description, disabled, connectTo, fingerprint, certificate], async run =>
        {
            if (run.Get(fingerprint) is not null && run.Get(certificate) is not null)
                throw CommandFailure.Usage(T("target.fingerprint-or-certificate"));
            var added = await run.AskAsync(new AddTargetCore(
                run.Get(fqdn), run.Get(description) ?? "", !run.Get(disabled), run.Get(connectTo), run.Get(fingerprint), run.Get(certificate)));
            var view = added.Target;
            CommandFailure? refusal = null;
            if (added.TrustError is NotReviewedError && added.ContactError is null && run.MayAsk)
            {
                (view, refusal) = await AskAsync(run, view);
            }
            else if (added is { ContactError: { } later, TrustError: null })
            {
                // Authorised from a file before the first contact (T9): that it does not answer yet is expected.
                run.Terminal.Note(later.MessageIn(System.Globalization.CultureInfo.CurrentUICulture));
            }
            else if (added.ContactError is { } contact)
            {
                // The entry stays; a core that cannot be seen now is reviewed at the first contact.
                refusal = new CommandFailure(contact);
            }
            else if (added.TrustError is { } distrust)
            {
                refusal = new CommandFailure(distrust);
            }

            run.Answer("target-add", CoreJson.Target(view), () => Terminal.Data(T("target.added", view.Target.Address.Fqdn.Display, view.Target.Id)));
            if (refusal is not null)
                throw refusal;
        });
    }

    private static async Task<(TargetView, CommandFailure?)> AskAsync(Invocation run, TargetView view)
    {
        var name = view.Target.Address.Fqdn.Ascii;
        CommandFailure? refusal = null;
        try
        {
            var trust = await run.AskAsync(new ShowTrust(name));
            await new TrustDialog(run.Services, Terminal.Ask, Terminal.Tell).RunAsync(name, view.Target.Address.ToString(), trust, run.Stop);
        }
        catch (CommandFailure failure)
        {
            refusal = failure;
        }

        return (await run.AskAsync(new ShowTargetCore(name)), refusal);
    }

    private static Verb List(GlobalOptions globals) => Verb.Of(globals, "target list", [], async run =>
    {
        var targets = await run.AskAsync(new ListTargetCores());
        run.Answer("target-list", new JsonObject { ["items"] = Json.List(targets, CoreJson.Target) }, () => Print(run, targets));
    });

    /// <summary>The table of target cores: trust, switch, connection and sync are four facts, not one (C5).</summary>
    public static void Print(Invocation run, IReadOnlyList<TargetView> targets)
    {
        if (targets.Count == 0)
        {
            run.Terminal.Note(T("target.none"));
            return;
        }

        var now = Invocation.Time.GetUtcNow();
        run.Terminal.Table(
            [T("column.fqdn"), T("column.trusted"), T("column.enabled"), T("column.connection"), T("column.sync"), T("column.last-success"), T("column.days-left")],
            targets.Select(view => new[]
            {
                view.Target.Address.Fqdn.Display, Show.Trusted(view), Show.YesNo(view.Target.IsEnabled), Show.Connection(view.Target.LastContact), Show.Sync(view),
                Show.Time(view.Target.LastSuccess), Show.DaysLeft(view.Trust, now),
            }));
    }

    private static Verb ShowVerb(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        return Verb.Of(globals, "target show", [fqdn], async run =>
        {
            var view = await run.AskAsync(new ShowTargetCore(run.Get(fqdn)));
            var failures = await run.AskAsync(new ListTargetFailures(run.Get(fqdn)));
            run.Answer("target-show", CoreJson.Target(view, failures), () =>
            {
                PrintOne(view);
                PrintFailures(run, failures);
            });
        });
    }

    private static void PrintOne(TargetView view)
    {
        var target = view.Target;
        var certificate = CoreJson.CertificateOf(view.Trust);
        Terminal.Facts(
            System.Console.Out,
            [
                (T("field.core"), target.Address.Fqdn.Display),
                (T("field.id"), target.Id.ToString()),
                (T("field.port"), target.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                (T("field.connect-to"), target.Address.Dial?.ToString()),
                (T("field.description"), target.Description.Length == 0 ? null : target.Description),
                (T("column.enabled"), Show.YesNo(target.IsEnabled)),
                (T("column.trusted"), Show.Trusted(view)),
                (T("field.trust-mode"), Label(view.Trust.Mode)),
                (T("column.connection"), Show.Connection(target.LastContact)),
                (T("field.last-contact"), Show.Time(target.LastContact.At)),
                (T("field.reason"), target.LastContact is { ErrorCode: { } code, ErrorMessage: { } message } ? Show.Message(code, message) : null),
                (T("column.sync"), Show.Sync(view)),
                (T("column.last-success"), Show.Time(target.LastSuccess)),
                (T("field.schedule"), Show.Schedule(target.Rules.Schedule)),
                (T("field.windows"), Lines(target.Rules.Schedule.Windows)),
                (T("field.blackouts"), Lines(target.Rules.Schedule.Blackouts)),
                (T("field.next-sync"), view.NextSync is null ? null : Show.Time(view.NextSync)),
                (T("column.components"), target.Rules.Components.Count == 0 ? T("target.all-components") : string.Join(", ", target.Rules.Components)),
                (T("field.bandwidth"), target.Rules.KilobytesPerSecond == 0 ? T("target.no-limit") : $"{target.Rules.KilobytesPerSecond.ToString("N0", System.Globalization.CultureInfo.CurrentCulture)} kB/s"),
                (T("field.quarantined-since"), view.Attempts.IsQuarantined ? $"{Show.Time(view.Attempts.QuarantinedSince)}\n{Show.Message(view.Attempts.ErrorCode ?? "", view.Attempts.ErrorMessage ?? "")} ({view.Attempts.ErrorCode})" : null),
                (T("field.fingerprint"), certificate?.Fingerprint.ToString()),
                (T("field.valid"), certificate is null ? null : $"{Show.Date(certificate.NotBefore)} – {Show.Date(certificate.NotAfter)}"),
            ]);
    }

    private static Verb Edit(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        var description = Symbols.Text("--description", "TEXT");
        var connectTo = Symbols.Text("--connect-to", "HOST[:PORT]");
        var accept = Symbols.Text("--accept-core", "ID");
        var trustMode = Symbols.Choice("--trust-mode", "explicit", "chain");
        var every = Symbols.Text("--every", "TIME");
        var cron = Symbols.Text("--cron", "EXPRESSION");
        var onChange = Symbols.Choice("--on-change", "on", "off", "default");
        var windows = Symbols.Texts("--window", "WINDOW");
        var blackouts = Symbols.Texts("--blackout", "WINDOW");
        var components = Symbols.Text("--components", "A,B");
        components.Description = T("option.target-components");
        var bandwidth = new Option<int?>("--bandwidth") { Description = T("option.bandwidth"), HelpName = "KB/S" };
        var takeOver = Symbols.Flag("--take-over");
        Option[] options = [description, connectTo, accept, trustMode, takeOver, every, cron, onChange, windows, blackouts, components, bandwidth];
        return Verb.Of(globals, "target edit", [fqdn, .. options], async run =>
        {
            if (!options.Any(run.Has))
                throw CommandFailure.Usage(T("target.edit-nothing"));
            var rules = new TargetRulesEdit(
                run.Get(every), run.Get(cron), run.Get(onChange), run.Has(windows) ? run.Get(windows) : null, run.Has(blackouts) ? run.Get(blackouts) : null,
                run.Get(components)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), run.Get(bandwidth));
            var view = await run.AskAsync(new EditTargetCore(
                run.Get(fqdn), run.Get(description), run.Get(connectTo), run.Get(accept), rules == new TargetRulesEdit() ? null : rules,
                run.Get(trustMode) is { } mode ? Enum.Parse<TrustMode>(mode, ignoreCase: true) : null, run.Get(takeOver)));
            run.Answer("target-edit", CoreJson.Target(view), () => PrintOne(view));
        });
    }

    private static Verb Switch(GlobalOptions globals, bool on)
    {
        var name = on ? "enable" : "disable";
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        return Verb.Of(globals, $"target {name}", [fqdn], async run =>
        {
            var view = await run.AskAsync(new EnableTargetCore(run.Get(fqdn), on));
            run.Answer($"target-{name}", CoreJson.Target(view), () => Terminal.Data(T($"target.{name}d", view.Target.Address.Fqdn.Display)));
        });
    }

    private static Verb Pause(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        var duration = Symbols.Text("--for", "TIME");
        return Verb.Of(globals, "target pause", [fqdn, duration], async run =>
        {
            var view = await run.AskAsync(new PauseTargetCore(run.Get(fqdn), run.Get(duration)));
            var name = view.Target.Address.Fqdn.Display;
            run.Answer("target-pause", CoreJson.Target(view), () => Terminal.Data(
                run.Get(duration) is null ? T("target.paused-open", name) : T("target.paused", name, Show.Time(view.Target.Rules.PausedUntil))));
        });
    }

    private static Verb Resume(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        return Verb.Of(globals, "target resume", [fqdn], async run =>
        {
            var view = await run.AskAsync(new ResumeTargetCore(run.Get(fqdn)));
            run.Answer("target-resume", CoreJson.Target(view), () => Terminal.Data(T("target.resumed", view.Target.Address.Fqdn.Display)));
        });
    }

    private static string? Lines(IReadOnlyList<CoreSync.Jobs.TimeWindow> windows) => windows.Count == 0 ? null : string.Join('\n', windows);

    private static void PrintFailures(Invocation run, IReadOnlyList<FailedItem> failures)
    {
        if (failures.Count == 0)
            return;
        run.Terminal.Table(
            [T("column.item"), T("column.component"), T("column.name"), T("error.code"), T("field.reason"), T("column.attempts"), T("column.next-attempt")],
            failures.Select(failed => new[]
            {
                failed.Failure.Item.ToString(), failed.Failure.Component.Value, failed.Name, failed.Failure.Code, Show.Message(failed.Failure.Code, failed.Failure.Message),
                failed.Failure.Attempts.ToString(System.Globalization.CultureInfo.CurrentCulture),
                failed.Failure.NextAt is null ? T("job.item-waits") : Show.Time(failed.Failure.NextAt),
            }));
    }

    private static Verb Remove(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        return Verb.Of(globals, "target remove", [fqdn], async run =>
        {
            var view = await run.AskAsync(new ShowTargetCore(run.Get(fqdn)));
            run.Confirm(T("target.remove-confirm", view.Target.Address.Fqdn.Display));
            await run.TellAsync(new RemoveTargetCore(run.Get(fqdn)));
            run.Answer(
                "target-remove", new JsonObject { ["id"] = view.Target.Id.ToString(), ["fqdn"] = view.Target.Address.Fqdn.Ascii },
                () => Terminal.Data(T("target.removed", view.Target.Address.Fqdn.Display)));
        });
    }

    private static Verb Test(GlobalOptions globals)
    {
        var fqdn = Symbols.Argument("FQDN", "fqdn");
        return Verb.Of(globals, "target test", [fqdn], async run =>
        {
            var steps = await run.AskAsync(new TestConnection(run.Get(fqdn)));
            var passed = steps.All(step => step.Verdict is StepVerdict.Passed or StepVerdict.Warning);
            run.Answer(
                "target-test", new JsonObject { ["fqdn"] = run.Get(fqdn), ["passed"] = passed, ["steps"] = Json.List(steps, CoreJson.Step) }, () => PrintSteps(steps));
            ThrowIfFailed(steps);
        });
    }
}
