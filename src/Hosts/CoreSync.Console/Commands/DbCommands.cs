using System.Globalization;
using System.Text.Json.Nodes;
using CoreSync.Application.Cores;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using Microsoft.Extensions.DependencyInjection;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>The store itself. Works where nothing else does: on a store of an older schema.</summary>
internal static class DbCommands
{
    public static Verb Build(GlobalOptions globals) => Verb.Noun(globals, "db", Status(globals), Apply(globals), Backup(globals));

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

    private static IStoreMaintenance Maintenance(Invocation run) => run.Services.GetRequiredService<IStoreMaintenance>();

    private static JsonObject Of(StoreSchema schema) => new() { ["found"] = schema.Found, ["known"] = schema.Known, ["current"] = schema.Found == schema.Known };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
