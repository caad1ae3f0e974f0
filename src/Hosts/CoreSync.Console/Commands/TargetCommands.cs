using System.CommandLine;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Console.Remote;
using CoreSync.Console.Trust;
using CoreSync.Errors;
using CoreSync.Servers;
using CoreSync.Trust;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class TargetCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(
        globals, "target",
        [
            .. Common(globals, new CoreNoun("target", "fqdn", SyncDirection.Push)),
            VerifyCommands.Plan(globals), VerifyCommands.Verify(globals), VerifyCommands.Override(globals), VerifyCommands.Detach(globals, true), VerifyCommands.Detach(globals, false),
        ]);

    /// <summary>The verbs for another core of the list, a target or a source: the same for both.</summary>
    public static IEnumerable<Verb> Common(GlobalOptions globals, CoreNoun noun) =>
    [
        Add(globals, noun), List(globals, noun), ShowVerb(globals, noun), Edit(globals, noun), Switch(globals, noun, true), Switch(globals, noun, false), Pause(globals, noun), Resume(globals, noun),
        Remove(globals, noun), Test(globals, noun),
    ];

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

    // Sources of a rollup core are looked after on that core itself.
    private static Func<Invocation, RemoteCore, Task>? Against(CoreNoun noun, Func<Invocation, RemoteCore, Task> run) => noun.Direction == SyncDirection.Push ? run : null;

    private static Verb Add(GlobalOptions globals, CoreNoun noun)
    {
        var fqdn = Symbols.Argument("FQDN[:PORT]", "new-fqdn");
        var description = Symbols.Text("--description", "TEXT");
        var disabled = Symbols.Flag("--disabled");
        var connectTo = Symbols.Text("--connect-to", "HOST[:PORT]");
        var fingerprint = Symbols.Text("--fingerprint", "FP");
        var certificate = Symbols.Text("--certificate", "FILE.pem");
        return Verb.Of(globals, $"{noun.Name} add", [fqdn, description, disabled, connectTo, fingerprint, certificate], async run =>
        {
            if (run.Get(fingerprint) is not null && run.Get(certificate) is not null)
                throw CommandFailure.Usage(T("target.fingerprint-or-certificate"));
            var added = await run.AskAsync(new AddTargetCore(
                run.Get(fqdn), run.Get(description) ?? "", !run.Get(disabled), run.Get(connectTo), run.Get(fingerprint), run.Get(certificate), noun.Direction));
            var view = added.Target;
            CommandFailure? refusal = null;
            if (added.TrustError is NotReviewedError && added.ContactError is null && run.MayAsk)
            {
                (view, refusal) = await AskAsync(run, noun, view);
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

            run.Answer($"{noun.Name}-add", CoreJson.Target(view), () => Terminal.Data(T($"{noun.Name}.added", view.Target.Address.Fqdn.Display, view.Target.Id)));
            if (refusal is not null)
                throw refusal;
        },
        Against(noun, (run, core) =>
        {
            if (run.Get(certificate) is not null)
                throw new CommandFailure(new ServerCommandUnavailableError("target add --certificate"));
            return RemoteTargets.AddAsync(run, core, run.Get(fqdn), run.Get(description), run.Get(disabled), run.Get(connectTo), run.Get(fingerprint));
        }));
    }

    private static async Task<(TargetView, CommandFailure?)> AskAsync(Invocation run, CoreNoun noun, TargetView view)
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

        return (await run.AskAsync(new ShowTargetCore(name, noun.Direction)), refusal);
    }

    private static Verb List(GlobalOptions globals, CoreNoun noun) => Verb.Of(globals, $"{noun.Name} list", [], async run =>
    {
        var cores = noun.Direction == SyncDirection.Pull ? await run.AskAsync(new ListRollupSources()) : await run.AskAsync(new ListTargetCores());
        run.Answer($"{noun.Name}-list", new JsonObject { ["items"] = Json.List(cores, CoreJson.Target) }, () =>
        {
            Print(run, cores, noun.Name);
            // What keeps a source from being collected is told by that core: its words belong here.
            foreach (var view in cores.Where(view => noun.Direction == SyncDirection.Pull && view.Attempts.ErrorMessage is not null))
                Terminal.Data(Hosting.Logging.Printable.Line($"! {view.Target.Address.Fqdn.Display}: {ErrorView.Of(view.Attempts.ErrorCode ?? "", view.Attempts.ErrorMessage ?? "", view.Target.Address.Fqdn.Ascii).Message}"));
        });
    },
    Against(noun, RemoteTargets.ListAsync));

    /// <summary>The table of target cores: trust, switch, connection and sync are four facts, not one (C5).</summary>
    public static void Print(Invocation run, IReadOnlyList<TargetView> targets, string noun = "target")
    {
        if (targets.Count == 0)
        {
            run.Terminal.Note(T($"{noun}.none"));
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

    private static Verb ShowVerb(GlobalOptions globals, CoreNoun noun)
    {
        var fqdn = Symbols.Argument("FQDN", noun.Argument);
        return Verb.Of(globals, $"{noun.Name} show", [fqdn], async run =>
        {
            var view = await run.AskAsync(new ShowTargetCore(run.Get(fqdn), noun.Direction));
            var failures = await run.AskAsync(new ListTargetFailures(run.Get(fqdn), Direction: noun.Direction));
            run.Answer($"{noun.Name}-show", CoreJson.Target(view, failures), () =>
            {
                PrintOne(view);
                PrintFailures(run, failures);
            });
        },
        Against(noun, (run, core) => RemoteTargets.ShowAsync(run, core, run.Get(fqdn))));
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
                (T("field.schedule"), Show.Schedule(target)),
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

    private static Verb Edit(GlobalOptions globals, CoreNoun noun)
    {
        var fqdn = Symbols.Argument("FQDN", noun.Argument);
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
        return Verb.Of(globals, $"{noun.Name} edit", [fqdn, .. options], async run =>
        {
            if (!options.Any(run.Has))
                throw CommandFailure.Usage(T($"{noun.Name}.edit-nothing"));
            var rules = new TargetRulesEdit(
                run.Get(every), run.Get(cron), run.Get(onChange), run.Has(windows) ? run.Get(windows) : null, run.Has(blackouts) ? run.Get(blackouts) : null,
                run.Get(components)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), run.Get(bandwidth));
            var view = await run.AskAsync(new EditTargetCore(
                run.Get(fqdn), run.Get(description), run.Get(connectTo), run.Get(accept), rules == new TargetRulesEdit() ? null : rules,
                run.Get(trustMode) is { } mode ? Enum.Parse<TrustMode>(mode, ignoreCase: true) : null, run.Get(takeOver), noun.Direction));
            run.Answer($"{noun.Name}-edit", CoreJson.Target(view), () => PrintOne(view));
        });
    }

    private static Verb Switch(GlobalOptions globals, CoreNoun noun, bool on)
    {
        var name = on ? "enable" : "disable";
        var fqdn = Symbols.Argument("FQDN", noun.Argument);
        return Verb.Of(globals, $"{noun.Name} {name}", [fqdn], async run =>
        {
            var view = await run.AskAsync(new EnableTargetCore(run.Get(fqdn), on, noun.Direction));
            run.Answer($"{noun.Name}-{name}", CoreJson.Target(view), () => Terminal.Data(T($"{noun.Name}.{name}d", view.Target.Address.Fqdn.Display)));
        },
        Against(noun, (run, core) => RemoteTargets.SwitchAsync(run, core, run.Get(fqdn), name)));
    }

    private static Verb Pause(GlobalOptions globals, CoreNoun noun)
    {
        var fqdn = Symbols.Argument("FQDN", noun.Argument);
        var duration = Symbols.Text("--for", "TIME");
        return Verb.Of(globals, $"{noun.Name} pause", [fqdn, duration], async run =>
        {
            var view = await run.AskAsync(new PauseTargetCore(run.Get(fqdn), run.Get(duration), noun.Direction));
            var name = view.Target.Address.Fqdn.Display;
            run.Answer($"{noun.Name}-pause", CoreJson.Target(view), () => Terminal.Data(
                run.Get(duration) is null ? T($"{noun.Name}.paused-open", name) : T($"{noun.Name}.paused", name, Show.Time(view.Target.Rules.PausedUntil))));
        });
    }

    private static Verb Resume(GlobalOptions globals, CoreNoun noun)
    {
        var fqdn = Symbols.Argument("FQDN", noun.Argument);
        return Verb.Of(globals, $"{noun.Name} resume", [fqdn], async run =>
        {
            var view = await run.AskAsync(new ResumeTargetCore(run.Get(fqdn), noun.Direction));
            run.Answer($"{noun.Name}-resume", CoreJson.Target(view), () => Terminal.Data(T($"{noun.Name}.resumed", view.Target.Address.Fqdn.Display)));
        });
    }

    private static string? Lines(IReadOnlyList<CoreSync.Jobs.TimeWindow> windows) => windows.Count == 0 ? null : string.Join('\n', windows);

    private static void PrintFailures(Invocation run, IReadOnlyList<FailedItem> failures)
    {
        if (failures.Count == 0)
            return;
        run.Terminal.Table(
            [T("column.item"), T("column.component"), T("column.name"), T("column.code"), T("field.reason"), T("column.attempts"), T("column.next-attempt")],
            failures.Select(failed => new[]
            {
                failed.Failure.Item.ToString(), failed.Failure.Component.Value, failed.Name, failed.Failure.Code, Show.Message(failed.Failure.Code, failed.Failure.Message),
                failed.Failure.Attempts.ToString(System.Globalization.CultureInfo.CurrentCulture),
                failed.Failure.NextAt is null ? T("job.item-waits") : Show.Time(failed.Failure.NextAt),
            }));
    }

    private static Verb Remove(GlobalOptions globals, CoreNoun noun)
    {
        var fqdn = Symbols.Argument("FQDN", noun.Argument);
        return Verb.Of(globals, $"{noun.Name} remove", [fqdn], async run =>
        {
            var view = await run.AskAsync(new ShowTargetCore(run.Get(fqdn), noun.Direction));
            run.Confirm(T($"{noun.Name}.remove-confirm", view.Target.Address.Fqdn.Display));
            await run.TellAsync(new RemoveTargetCore(run.Get(fqdn), noun.Direction));
            run.Answer(
                $"{noun.Name}-remove", new JsonObject { ["id"] = view.Target.Id.ToString(), ["fqdn"] = view.Target.Address.Fqdn.Ascii },
                () => Terminal.Data(T($"{noun.Name}.removed", view.Target.Address.Fqdn.Display)));
        },
        Against(noun, (run, core) => RemoteTargets.RemoveAsync(run, core, run.Get(fqdn))));
    }

    private static Verb Test(GlobalOptions globals, CoreNoun noun)
    {
        var fqdn = Symbols.Argument("FQDN", noun.Argument);
        return Verb.Of(globals, $"{noun.Name} test", [fqdn], async run =>
        {
            var steps = await run.AskAsync(new TestConnection(run.Get(fqdn), noun.Direction));
            run.Answer($"{noun.Name}-test", CoreJson.Steps(run.Get(fqdn), steps), () => PrintSteps(steps));
            ThrowIfFailed(steps);
        });
    }
}

/// <summary>A noun of the command line that stands for other cores of the list.</summary>
/// <param name="Name">As typed; the prefix of its texts.</param>
/// <param name="Argument">The help of its argument.</param>
/// <param name="Direction">Which of them.</param>
internal sealed record CoreNoun(string Name, string Argument, SyncDirection Direction);
