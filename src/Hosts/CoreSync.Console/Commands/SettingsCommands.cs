using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Settings;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Settings;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class SettingsCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "settings", List(globals), Get(globals), Set(globals));

    private static Verb List(GlobalOptions globals) => Verb.Of(globals, "settings list", [], async run =>
    {
        var settings = await run.AskAsync(new ListSettings());
        run.Answer("settings-list", new JsonObject { ["items"] = Json.List(settings, CoreJson.Setting) }, () => run.Terminal.Table(
            [T("column.key"), T("column.value"), T("column.default"), T("column.allowed")],
            settings.Select(view => new[] { view.Setting.Key, view.Value, view.Setting.Default, view.Setting.Allowed })));
    });

    private static Verb Get(GlobalOptions globals)
    {
        var key = Symbols.Argument("KEY", "setting");
        return Verb.Of(globals, "settings get", [key], async run =>
        {
            var view = await run.AskAsync(new GetSetting(run.Get(key)));
            run.Answer("settings-get", CoreJson.Setting(view), () => Terminal.Data(view.Value));
        });
    }

    private static Verb Set(GlobalOptions globals)
    {
        var key = Symbols.Argument("KEY", "setting");
        var value = Symbols.Optional("VALUE", "setting-value");
        var fromInput = Symbols.Flag("--password-stdin");
        return Verb.Of(globals, "settings set", [key, value, fromInput], async run =>
        {
            var view = await run.AskAsync(new SetSetting(run.Get(key), ValueOf(run, run.Get(key), run.Get(value), run.Get(fromInput))));
            run.Answer("settings-set", CoreJson.Setting(view), () => Terminal.Data($"{view.Setting.Key} = {view.Value}"));
        });
    }

    // A secret on the command line is in the history of the shell and in the list of processes (R2).
    private static string ValueOf(Invocation run, string key, string? value, bool fromInput)
    {
        var isSecret = Setting.Find(key) is { IsSuccess: true, Value.IsSecret: true };
        if (isSecret && !string.IsNullOrEmpty(value))
            throw CommandFailure.Usage(T("settings.secret-how", key));
        if (isSecret && value is null)
            return Passwords.Read(run, fromInput, repeat: true);
        return value ?? throw CommandFailure.Usage(T("settings.value-missing", key));
    }
}
