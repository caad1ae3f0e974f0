using System.CommandLine;
using System.Globalization;
using System.Text;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Hosting;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>Prints the manual page, made of the same texts as the help; packages call it when they are built.</summary>
internal static class ManualCommand
{
    public static Verb Build(GlobalOptions globals, Func<RootCommand> tree)
    {
        var verb = Verb.Of(globals, "manual", [], _ =>
        {
            Terminal.Data(Page(tree()));
            return Task.CompletedTask;
        });
        verb.Hidden = true;
        return verb;
    }

    private static string Page(RootCommand root)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $".TH CORESYNC 1 \"\" \"CoreSync {ProductVersion.Text}\" \"CoreSync\"\n");
        page.Append(CultureInfo.InvariantCulture, $".SH {T("manual.name")}\ncoresync \\- {Text(root.Description)}\n");
        page.Append(CultureInfo.InvariantCulture, $".SH {T("manual.synopsis")}\n.B coresync\n[{Text(T("manual.options"))}] {Text(T("manual.command"))}\n");
        page.Append(CultureInfo.InvariantCulture, $".SH {T("manual.global")}\n");
        foreach (var option in root.Options.Where(option => !option.Hidden))
            Append(page, option);
        page.Append(CultureInfo.InvariantCulture, $".SH {T("manual.commands")}\n");
        foreach (var command in root.Subcommands.Where(command => !command.Hidden))
            Append(page, "coresync", command);
        page.Append(CultureInfo.InvariantCulture, $".SH {T("manual.exit")}\n{Text(T("manual.exit-codes"))}\n");
        page.Append(CultureInfo.InvariantCulture, $".SH {T("manual.files")}\n.I /var/lib/coresync\n.br\n.I /etc/coresync/coresync.env\n.br\n.I /var/lib/coresync/log/CoreSyncService.exe.log");
        return page.ToString();
    }

    private static void Append(StringBuilder page, string path, Command command)
    {
        var name = $"{path} {command.Name}";
        var verbs = command.Subcommands.Where(one => !one.Hidden).ToList();
        if (verbs.Count == 0)
        {
            var arguments = string.Concat(command.Arguments.Select(argument => $" {argument.Name}{(argument.Arity.MaximumNumberOfValues > 1 ? " …" : "")}"));
            page.Append(CultureInfo.InvariantCulture, $".SS {Text(name + arguments)}\n{Text(command.Description)}\n");
            foreach (var argument in command.Arguments)
                page.Append(CultureInfo.InvariantCulture, $".TP\n.I {Text(argument.Name)}\n{Text(argument.Description)}\n");
            foreach (var option in command.Options.Where(option => !option.Hidden && option is not System.CommandLine.Help.HelpOption))
                Append(page, option);
        }

        foreach (var verb in verbs)
            Append(page, name, verb);
    }

    private static void Append(StringBuilder page, Option option)
    {
        var names = string.Join(", ", new[] { option.Name }.Concat(option.Aliases.Order(StringComparer.Ordinal)));
        page.Append(CultureInfo.InvariantCulture, $".TP\n.B {Text(names)} {Text(option.HelpName)}\n{Text(option.Description)}\n");
    }

    // Characters that mean something to roff; a hyphen that can be copied is written so.
    private static string Text(string? text)
    {
        var safe = (text ?? "").Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
        return safe.StartsWith('.') || safe.StartsWith('\'') ? "\\&" + safe : safe;
    }
}
