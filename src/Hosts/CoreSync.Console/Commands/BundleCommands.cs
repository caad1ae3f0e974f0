using System.CommandLine;
using System.Globalization;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Bundles;
using CoreSync.Bundles;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Hosting;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary><c>export</c> and <c>import</c>: items in files, for cores without a connection (B1 to B4).</summary>
internal static class BundleCommands
{
    public static Verb Export(GlobalOptions globals)
    {
        var file = Symbols.Argument("FILE", "bundle");
        var components = Symbols.Texts("--component", "C");
        components.Description = T("option.export-component");
        var items = Symbols.Texts("--item", "ID");
        items.AllowMultipleArgumentsPerToken = true;
        var since = new Option<long?>("--since") { Description = T("option.since"), HelpName = "SEQ" };
        var overwrite = Symbols.Flag("--overwrite");
        return Verb.Of(globals, "export", [file, components, items, since, overwrite], async run =>
        {
            if (run.Has(items) && run.Has(since))
                throw CommandFailure.Usage(T("export.since-and-items"));
            var done = await run.AskAsync(new ExportBundle(
                Path.GetFullPath(run.Get(file)), run.Get(components) ?? [], run.Get(items) ?? [], run.Get(since), run.Get(overwrite)));
            run.Answer("export", BundleJson.Exported(done), () => Print(run, done));
            if (done.LeftOut.Count > 0)
                throw new CommandExit(HostExitCode.PartlyDone);
        });
    }

    public static Verb Import(GlobalOptions globals)
    {
        var file = Symbols.Argument("FILE", "bundle-or-receipt");
        var mode = Symbols.Choice("--mode", "update", "insert", "insert-as-file");
        var group = Symbols.Text("--group", "G");
        group.Description = T("option.import-group");
        var owner = Symbols.Text("--owner", "O");
        var dryRun = Symbols.Flag("--dry-run");
        var fingerprint = Symbols.Text("--fingerprint", "FP");
        var receipt = Symbols.Text("--receipt", "FILE");
        return Verb.Of(globals, "import", [file, mode, group, owner, dryRun, fingerprint, receipt], async run =>
        {
            var path = Path.GetFullPath(run.Get(file));
            if (await run.AskAsync(new LookAtFile(path)))
            {
                var taken = await run.AskAsync(new TakeReceipt(path));
                run.Answer("import-receipt", BundleJson.Taken(taken), () => Print(run, taken));
                return;
            }

            var chosen = Mode(run, run.Get(mode));
            var (toGroup, toOwner) = (run.Get(group), run.Get(owner));
            // Whoever was asked for the mode is asked for what belongs to it.
            if (chosen == ImportMode.Insert && run.Get(mode) is null && toGroup is null && toOwner is null)
                (toGroup, toOwner) = (Answered(T("import.ask-group")), Answered(T("import.ask-owner")));
            var wantsGroup = toGroup is not null || toOwner is not null;
            if (chosen == ImportMode.Insert && !wantsGroup)
                throw CommandFailure.Usage(T("import.group-needed"));
            if (chosen != ImportMode.Insert && wantsGroup)
                throw CommandFailure.Usage(T("import.group-unwanted"));
            if (run.Get(receipt) is not null && (chosen != ImportMode.Update || run.Get(dryRun)))
                throw CommandFailure.Usage(T("import.receipt-unwanted"));
            var done = await run.AskAsync(new ImportBundle(
                path, chosen, toGroup, toOwner, run.Get(dryRun), run.Get(fingerprint), run.Get(receipt) is { } to ? Path.GetFullPath(to) : null));
            run.Answer(done.IsPlan ? "import-plan" : "import", BundleJson.Imported(done), () => Print(run, done));
            if (!done.IsPlan && done.Items.Count > 0)
                throw new CommandExit(HostExitCode.PartlyDone);
        });
    }

    private static ImportMode Mode(Invocation run, string? given)
    {
        if (given is null && !run.MayAsk)
            throw CommandFailure.Usage(T("import.mode-needed"));
        if (given is null)
        {
            foreach (var line in new[] { T("import.ask-mode"), "  1  " + T("import.mode-update"), "  2  " + T("import.mode-insert"), "  3  " + T("import.mode-insert-as-file") })
                Terminal.Tell(line);
            given = Terminal.Ask(T("import.ask-number"))?.Trim();
        }

        return given switch
        {
            "update" or "1" => ImportMode.Update,
            "insert" or "2" => ImportMode.Insert,
            "insert-as-file" or "3" => ImportMode.InsertAsFile,
            _ => throw CommandFailure.Usage(T("import.mode-needed")),
        };
    }

    private static string? Answered(string question) => Terminal.Ask(question)?.Trim() is { Length: > 0 } answer ? answer : null;

    private static void Print(Invocation run, ExportedBundle done)
    {
        var totals = done.Bundle.Manifest.Totals;
        Terminal.Data(T("export.done", totals.Changes, Show.Bytes(done.Bundle.FileBytes), done.File));
        run.Terminal.Table(
            [T("column.component"), T("column.items"), T("column.from"), T("column.to")],
            done.Bundle.Manifest.Components.Where(component => component.Changes > 0).Select(component => new[]
            {
                component.Name.Value, Number(component.Changes), done.Next is null ? "–" : component.From.ToString(), done.Next is null ? "–" : component.To.ToString(),
            }));
        foreach (var item in done.LeftOut)
            run.Terminal.Note(T("export.left-out", item.Name, item.Item, item.Error.MessageIn(CultureInfo.CurrentUICulture)));
        run.Terminal.Note(T("export.signed", done.Bundle.Signer));
        if (done.Next is { } next)
            run.Terminal.Note(T("export.next", next));
    }

    private static void Print(Invocation run, ImportedBundle done)
    {
        if (done.IsPlan)
        {
            Terminal.Data(T("import.planned", done.Applied, done.Skipped, done.Rejected + done.Conflicts, Show.Bytes(done.Bytes)));
            Items(run, done);
            return;
        }

        Terminal.Data(T("import.done", done.Applied, done.Skipped, done.Rejected + done.Conflicts, Show.Bytes(done.Bytes), done.Manifest.CoreName));
        if (done.Items.Count > 0)
            Items(run, done);
        if (done.IsRemembered)
            run.Terminal.Note(T("import.remembered", done.Signer));
        if (done.Receipt is not null)
            run.Terminal.Note(T("import.receipt", done.Receipt, done.Manifest.CoreName));
    }

    private static void Items(Invocation run, ImportedBundle done)
    {
        var names = done.Items.DistinctBy(item => item.Item).ToDictionary(item => item.Item, item => item.Name);
        run.Terminal.Table(
            ["Id", T("column.component"), T("column.name"), T("column.action"), T("column.size"), T("column.reason")],
            done.Items.Select(item => new[]
            {
                item.Item.ToString(), item.Component.Value, item.Because.Count > 0 ? "└ " + item.Name : item.Name, Label(item.Action), Show.Bytes(item.Bytes),
                VerifyCommands.PlanReason(item.Code, item.Message, item.NewName, item.Replaces, item.Because, names),
            }));
    }

    private static void Print(Invocation run, TakenReceipt taken)
    {
        Terminal.Data(T("import.receipt-taken", taken.Target.Display, taken.Positions.Count, taken.Refused.Count));
        run.Terminal.Table(
            [T("column.component"), T("column.to")],
            taken.Positions.OrderBy(one => one.Key.Value, StringComparer.Ordinal).Select(one => new[] { one.Key.Value, one.Value.ToString() }));
        foreach (var item in taken.Refused)
            run.Terminal.Note(T("import.receipt-refused", item.Item, item.Component, Show.Message(item.Code, item.Message), item.Code));
    }

    private static string Number(long value) => value.ToString(CultureInfo.CurrentCulture);
}
