using System.Globalization;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Hosting;
using CoreSync.Servers;
using Microsoft.Extensions.DependencyInjection;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>The store itself. Works where nothing else does: on a store of an older schema.</summary>
internal static class DbCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "db", Status(globals), Apply(globals), Backup(globals), Check(globals));

    private static Verb Status(GlobalOptions globals) => Verb.Of(globals, "db status", [], async run =>
    {
        var schema = await Maintenance(run).SchemaAsync(run.Stop);
        CommandFailure.ThrowIfFailed(schema);
        run.Answer("db-status", Of(schema.Value), () => Terminal.Data(
            T("db.state", run.DataDirectory, Number(schema.Value.Found), Number(schema.Value.Known))));
    });

    private static Verb Apply(GlobalOptions globals) => Verb.Of(globals, "db apply", [], async run =>
    {
        var schema = await Maintenance(run).UpgradeAsync(run.Stop);
        CommandFailure.ThrowIfFailed(schema);
        run.Answer("db-apply", Of(schema.Value), () => Terminal.Data(T("db.applied", Number(schema.Value.Found))));
    });

    private static Verb Backup(GlobalOptions globals)
    {
        var file = Symbols.Argument("FILE", "backup-file");
        return Verb.Of(globals, "db backup", [file], async run =>
        {
            var path = Path.GetFullPath(run.Get(file));
            CommandFailure.ThrowIfFailed(await Maintenance(run).BackupAsync(path, run.Stop));
            var size = new FileInfo(path).Length;
            run.Answer("db-backup", new JsonObject { ["file"] = path, ["size"] = size }, () => Terminal.Data(T("db.backed-up", path, Show.Bytes(size))));
        });
    }

    private static Verb Check(GlobalOptions globals)
    {
        var quick = Symbols.Flag("--quick");
        return Verb.Of(globals, "db check", [quick], async run =>
        {
            var check = await run.AskAsync(new CheckContents(Read: !run.Get(quick)));
            var here = run.Services.GetRequiredService<ILocalCore>().Current.Id;
            run.Answer("db-check", Of(check, here), () => Print(run, check, here));
            if (!check.IsSound)
                throw new CommandExit(HostExitCode.Failed);
        });
    }

    private static void Print(Invocation run, ContentCheck check, CoreId here)
    {
        Terminal.Data(T("db.check-sound", check.Contents, Show.Bytes(check.Bytes)));
        if (check.Unused > 0)
            Terminal.Data(T("db.check-unused", check.Unused, Show.Bytes(check.UnusedBytes)));
        if (check.Leftovers > 0)
            Terminal.Data(T("db.check-leftovers", check.Leftovers));
        if (check.IsSound)
        {
            Terminal.Data(T("db.check-well"));
            return;
        }

        Terminal.Data(T("db.check-damaged", check.DamagedContents));
        run.Terminal.Table(
            [T("column.component"), T("column.name"), T("column.payload"), T("column.size"), "Id"],
            check.Damaged.Select(use => new[] { use.Owner!.Component.Value, use.Owner.Name, use.Payload.Path.Value, Show.Bytes(use.Payload.Size), use.Owner.Id.ToString() }));
        if (check.Damaged.Any(use => use.Owner!.Origin == here))
            Terminal.Data(T("db.check-own"));
        if (check.Damaged.Any(use => use.Owner!.Origin != here))
            Terminal.Data(T("db.check-copies"));
    }

    private static JsonObject Of(ContentCheck check, CoreId here) => new()
    {
        ["sound"] = check.IsSound,
        ["contents"] = check.Contents,
        ["bytes"] = check.Bytes,
        ["unused"] = check.Unused,
        ["unusedBytes"] = check.UnusedBytes,
        ["leftovers"] = check.Leftovers,
        ["damaged"] = check.DamagedContents,
        ["payloads"] = Json.List(check.Damaged, use => new JsonObject
        {
            ["item"] = use.Owner!.Id.ToString(),
            ["component"] = use.Owner.Component.Value,
            ["name"] = use.Owner.Name,
            ["own"] = use.Owner.Origin == here,
            ["path"] = use.Payload.Path.Value,
            ["size"] = use.Payload.Size,
            ["sha256"] = use.Payload.Hash.ToString(),
        }),
    };

    private static IStoreMaintenance Maintenance(Invocation run) => run.Services.GetRequiredService<IStoreMaintenance>();

    private static JsonObject Of(StoreSchema schema) => new() { ["found"] = schema.Found, ["known"] = schema.Known, ["current"] = schema.Found == schema.Known };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
