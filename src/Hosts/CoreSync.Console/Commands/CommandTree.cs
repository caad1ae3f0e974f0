using System.CommandLine;
using CoreSync.Console.CommandLine;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>All commands, in the order of help: the table of contents of the command line.</summary>
internal static class CommandTree
{
    public static RootCommand Build(GlobalOptions globals)
    {
        var root = new RootCommand(T("help.root"));
        // The library's own two options: their texts come from here as well, so that help is of one language.
        foreach (var option in root.Options)
            option.Description = T(option.Name == "--version" ? "option.version" : "option.help");
        foreach (var option in globals.All)
            root.Add(option);
        Verb[] commands =
        [
            QuickstartCommand.Build(globals),
            InitCommand.Build(globals),
            ServeCommand.Build(globals),
            IdentityCommands.Build(globals),
            AccountCommands.Build(globals),
            CredentialCommands.Build(globals),
            TargetCommands.Build(globals),
            RollupCommands.Build(globals),
            TrustCommands.Build(globals),
            KeysCommands.Build(globals),
            ComponentCommands.Build(globals),
            ItemCommands.Build(globals),
            ConflictCommands.Build(globals),
            ApprovalCommands.Build(globals),
            SyncCommands.Build(globals),
            JobCommands.Build(globals),
            BundleCommands.Export(globals),
            BundleCommands.Import(globals),
            SignerCommands.Build(globals),
            SettingsCommands.Build(globals),
            NotifyCommands.Build(globals),
            StatusCommand.Build(globals),
            DoctorCommand.Build(globals),
            LogCommand.Build(globals),
            DbCommands.Build(globals),
            VersionCommand.Build(globals),
            CompletionCommand.Build(globals),
        ];
        foreach (var command in commands)
            root.Add(command);
        root.SetAction((parsed, stop) => Shell.InvokeAsync(
            parsed, globals, _ => throw CommandFailure.Usage(T("usage.command-missing", string.Join(", ", commands.Select(command => command.Name)))), stop));
        return root;
    }
}
