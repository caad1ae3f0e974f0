using System.CommandLine;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Items;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Items;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class ComponentCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(
        globals, "component", List(globals), Switch(globals, true), Switch(globals, false), Set(globals), Add(globals), ConfirmDeletes(globals));

    private static Verb List(GlobalOptions globals) => Verb.Of(globals, "component list", [], async run =>
    {
        var components = await run.AskAsync(new ListComponents());
        run.Answer("component-list", new JsonObject { ["items"] = Json.List(components, CoreJson.Component) }, () => run.Terminal.Table(
            [T("column.name"), T("column.kind"), T("column.enabled"), T("column.items"), T("column.on-delete"), T("column.on-clash"), T("column.on-edited"), T("column.approval"), T("column.sends"), T("column.receives-to")],
            components.Select(view => new[]
            {
                view.Component.Name.Value, Label(view.Component.Kind), Show.YesNo(view.Component.IsEnabled), view.Items.ToString(System.Globalization.CultureInfo.CurrentCulture),
                Label(view.Component.OnDelete), Label(view.Component.OnClash), Label(view.Component.OnEdited), Show.YesNo(view.Component.NeedsApproval), view.Component.Files?.SendFrom ?? "", view.Component.Files?.ReceiveTo ?? "",
            })));
        foreach (var problem in components.SelectMany(view => view.Problems).Take(20))
            run.Terminal.Note(T("component.scan-problem", problem.Path, Show.Message(problem.Code, problem.Message), problem.Code));
    });

    private static Verb Switch(GlobalOptions globals, bool on)
    {
        var verb = on ? "enable" : "disable";
        var name = Symbols.Argument("NAME", "component");
        return Verb.Of(globals, $"component {verb}", [name], async run =>
        {
            var view = await run.AskAsync(new EnableComponent(run.Get(name), on));
            run.Answer($"component-{verb}", CoreJson.Component(view), () => Terminal.Data(T($"component.{verb}d", view.Component.Name)));
        });
    }

    private static Verb Set(GlobalOptions globals)
    {
        var name = Symbols.Argument("NAME", "component");
        var onDelete = Symbols.Choice("--on-delete", "keep", "retire", "delete");
        var onClash = Symbols.Choice("--on-clash", "suffix", "replace", "keep", "ask");
        var onEdited = Symbols.Choice("--on-edited", "replace", "keep", "ask");
        var approve = Symbols.Choice("--approve", "on", "off");
        return Verb.Of(globals, "component set", [name, onDelete, onClash, onEdited, approve], async run =>
        {
            if (run.Get(onDelete) is null && run.Get(onClash) is null && run.Get(onEdited) is null && run.Get(approve) is null)
                throw CommandFailure.Usage(T("component.set-nothing"));
            var view = await run.AskAsync(new SetComponentPolicy(run.Get(name), Parse<DeletePolicy>(run.Get(onDelete)), Parse<ClashPolicy>(run.Get(onClash)), Parse<EditedPolicy>(run.Get(onEdited)), run.Get(approve) is { } on ? on == "on" : null));
            run.Answer("component-set", CoreJson.Component(view), () => Terminal.Data(T(
                "component.set", view.Component.Name, Label(view.Component.OnDelete), Label(view.Component.OnClash), Label(view.Component.OnEdited),
                Show.YesNo(view.Component.NeedsApproval))));
        });
    }

    private static Verb Add(GlobalOptions globals)
    {
        var kind = Symbols.Argument("files", "component-kind");
        kind.AcceptOnlyFromAmong("files");
        var name = Symbols.Argument("NAME", "component");
        var directory = Symbols.Optional("DIR", "send-from");
        var receiveTo = Symbols.Text("--receive-to", "DIR");
        var include = Symbols.Texts("--include", "P");
        var exclude = Symbols.Texts("--exclude", "P");
        var noAutoSync = Symbols.Flag("--no-auto-sync");
        var onDelete = Symbols.Choice("--on-delete", "keep", "retire", "delete");
        return Verb.Of(globals, "component add", [kind, name, directory, receiveTo, include, exclude, noAutoSync, onDelete], async run =>
        {
            if (run.Get(directory) is null && run.Get(receiveTo) is null)
                throw CommandFailure.Usage(T("component.directory-needed"));
            var view = await run.AskAsync(new AddFilesComponent(
                run.Get(name), Absolute(run.Get(directory)), Absolute(run.Get(receiveTo)), run.Get(include) ?? [], run.Get(exclude) ?? [],
                AutoSync: !run.Get(noAutoSync), OnDelete: Parse<DeletePolicy>(run.Get(onDelete)) ?? DeletePolicy.Keep));
            run.Answer("component-add", CoreJson.Component(view), () => Terminal.Data(T("component.added", view.Component.Name)));
        });
    }

    private static Verb ConfirmDeletes(GlobalOptions globals)
    {
        var name = Symbols.Argument("NAME", "component");
        return Verb.Of(globals, "component confirm-deletes", [name], async run =>
        {
            run.Confirm(T("component.confirm-deletes", run.Get(name)));
            var count = await run.AskAsync(new ConfirmDeletes(run.Get(name)));
            run.Answer(
                "component-confirm-deletes", new JsonObject { ["name"] = run.Get(name), ["deletes"] = count },
                () => Terminal.Data(T("component.deletes-confirmed", count, run.Get(name))));
        });
    }

    private static string? Absolute(string? path) => path is null ? null : Path.GetFullPath(path);

    private static T? Parse<T>(string? text)
        where T : struct, Enum => text is null ? null : Enum.Parse<T>(text, ignoreCase: true);
}
