using System.Globalization;
using System.Text.Json.Nodes;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Console.Remote;
using CoreSync.Errors;
using CoreSync.Items;
using Microsoft.Extensions.DependencyInjection;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

internal static class ItemCommands
{
    public static Verb Build(GlobalOptions globals) =>
        Verb.Noun(globals, "item", List(globals), ShowVerb(globals), Put(globals), Delete(globals), AutoSync(globals), Copy(globals), RevisionCommands.List(globals),
            RevisionCommands.RollBack(globals));

    private static Verb List(GlobalOptions globals)
    {
        var component = Symbols.Text("--component", "C");
        return Verb.Of(globals, "item list", [component], async run =>
        {
            var items = await run.AskAsync(new ListItems(run.Get(component)));
            run.Answer("item-list", new JsonObject { ["items"] = Json.List(items, item => Of(run, item)) }, () => run.Terminal.Table(
                ["Id", T("column.component"), T("column.name"), T("column.revision"), T("column.size"), T("column.auto-sync"), T("column.read-only")],
                items.Select(item => new[]
                {
                    item.Id.ToString(), item.Component.Value, item.Name, item.Revision.ToString(), Show.Bytes(item.Size), Show.YesNo(item.AutoSync),
                    Show.YesNo(IsReadOnly(run, item)),
                })));
        },
        (run, core) => RemoteJobs.ItemsAsync(run, core, run.Get(component)));
    }

    private static Verb ShowVerb(GlobalOptions globals)
    {
        var id = Symbols.Argument("ID", "item");
        var payload = Symbols.Text("--payload", "PATH");
        payload.Description = T("option.show-payload");
        var file = Symbols.Text("--out", "FILE");
        return Verb.Of(globals, "item show", [id, payload, file], async run =>
        {
            if (run.Has(payload) != run.Has(file))
                throw CommandFailure.Usage(T("item.payload-out-usage"));
            if (run.Get(payload) is { } path)
            {
                await PayloadFiles.ExportAsync(run, run.Get(id), path, Path.GetFullPath(run.Get(file)!));
                return;
            }

            var view = await run.AskAsync(new ShowItem(run.Get(id)));
            run.Answer("item-show", CoreJson.Item(view), () =>
            {
                Print(view.Item, view.IsReadOnly);
                if (CoreJson.DocumentText(view) is { } text)
                {
                    Terminal.Data("");
                    Terminal.Data(string.Join('\n', text.Split('\n').Select(Hosting.Logging.Printable.Line)));
                }
            });
        },
        (run, core) => run.Has(payload) || run.Has(file)
            ? throw new CommandFailure(new ServerCommandUnavailableError("item show --payload"))
            : RemoteJobs.ItemAsync(run, core, run.Get(id)));
    }

    private static Verb Put(GlobalOptions globals)
    {
        var component = Symbols.Required("--component", "C");
        var name = Symbols.Required("--name", "N");
        name.Description = T("option.item-name");
        var id = Symbols.Text("--id", "ID");
        var group = Symbols.Text("--group", "G");
        var references = Symbols.Texts("--ref", "ID");
        var mediaType = Symbols.Text("--media-type", "TYPE");
        var payloads = Symbols.Texts("--payload", "FILE|NAME=FILE");
        var noPayloads = Symbols.Flag("--no-payloads");
        var autoSync = Symbols.Flag("--auto-sync");
        var startAt = Symbols.Text("--start-at", "TIME");
        var file = Symbols.Argument("FILE", "document");
        return Verb.Of(globals, "item put", [component, name, id, group, references, mediaType, payloads, noPayloads, autoSync, startAt, file], async run =>
        {
            if (run.Has(payloads) && run.Get(noPayloads))
                throw CommandFailure.Usage(T("item.payload-contradiction"));
            var path = Path.GetFullPath(run.Get(file));
            var document = await ReadAsync(path, run.Get(name)!, run.Stop);
            var item = await run.AskAsync(new PutItem(
                run.Get(component)!, run.Get(name)!, document, run.Get(mediaType) ?? MediaTypeOf(path), run.Get(id), run.Get(group),
                run.Has(references) ? run.Get(references) : null, run.Has(autoSync) ? true : null, Moment(run.Get(startAt)),
                Payloads: run.Get(noPayloads) ? [] : run.Has(payloads) ? PayloadFiles.Sources(run.Get(payloads)!) : null));
            run.Answer("item-put", Of(run, item), () =>
            {
                Terminal.Data(T("item.put", item.Name, item.Id, item.Revision));
                if (item.Payloads.Count > 0)
                    Terminal.Data(T("item.put-payloads", item.Payloads.Count, Show.Bytes(item.Payloads.Sum(one => one.Size))));
            });
        });
    }

    private static Verb Delete(GlobalOptions globals)
    {
        var id = Symbols.Argument("ID", "item");
        return Verb.Of(globals, "item delete", [id], async run =>
        {
            var item = await run.AskAsync(new DeleteItem(run.Get(id)));
            // Who refers to it is told, not asked: the person may want to change those next.
            var referrers = await run.AskAsync(new ListReferrers(item.Id.ToString()));
            var json = Of(run, item);
            json["referrers"] = Json.List(referrers, referrer => Of(run, referrer));
            run.Answer("item-delete", json, () =>
            {
                Terminal.Data(T("item.deleted", item.Name, item.Id));
                foreach (var referrer in referrers)
                    run.Terminal.Note(T("item.still-referred", item.Name, referrer.Component, referrer.Name, referrer.Id));
            });
        });
    }

    private static Verb AutoSync(GlobalOptions globals)
    {
        var arguments = Symbols.Many("ID… on|off", "auto-sync");
        return Verb.Of(globals, "item auto-sync", [arguments], async run =>
        {
            var given = run.Get(arguments);
            if (given.Length < 2 || given[^1] is not ("on" or "off"))
                throw CommandFailure.Usage(T("item.auto-sync-usage"));
            var items = await run.AskAsync(new SetAutoSync(given[..^1], given[^1] == "on"));
            run.Answer("item-auto-sync", new JsonObject { ["items"] = Json.List(items, item => Of(run, item)) }, () =>
            {
                foreach (var item in items)
                    Terminal.Data(T(item.AutoSync ? "item.auto-sync-on" : "item.auto-sync-off", item.Name, item.Id));
            });
        });
    }

    private static Verb Copy(GlobalOptions globals)
    {
        var ids = Symbols.Many("ID", "items");
        var to = Symbols.Texts("--to", "FQDN");
        to.AllowMultipleArgumentsPerToken = true;
        to.Required = true;
        var wait = Symbols.Flag("--wait");
        var dryRun = Symbols.Flag("--dry-run");
        var exitCode = Symbols.Flag("--exit-code");
        return Verb.Of(globals, "item copy", [ids, to, wait, dryRun, exitCode], async run =>
        {
            if (run.Get(dryRun))
            {
                await VerifyCommands.PlanAsync(
                    run, "item-copy-plan", [.. (run.Get(to) ?? []).Distinct(StringComparer.OrdinalIgnoreCase)], name => new PlanCopy(run.Get(ids), name), run.Get(exitCode));
                return;
            }

            var jobs = await JobProgressView.WhileAsync(run, run.Services, run.AskAsync(new CopyToCores(run.Get(ids), run.Get(to) ?? [], run.Get(wait))));
            run.Answer("item-copy", new JsonObject { ["items"] = Json.List(jobs, CoreJson.Job) }, () => JobCommands.Print(run, jobs));
            JobCommands.TellHandedOver(run, jobs);
            run.Stop.ThrowIfCancellationRequested();
            var code = JobExitCode.Of(jobs);
            if (code != Hosting.HostExitCode.Done)
                JobCommands.Throw(jobs, code);
        });
    }

    private static void Print(Item item, bool isReadOnly) => Terminal.Facts(
        System.Console.Out,
        [
            (T("field.id"), item.Id.ToString()),
            (T("column.component"), item.Component.Value),
            (T("column.name"), item.Name),
            (T("field.group"), item.Group.Length == 0 ? null : item.Group),
            (T("field.origin"), item.Origin.ToString()),
            (T("column.revision"), item.Revision.ToString()),
            ("SHA-256", item.Hash.ToString()),
            (T("column.size"), Show.Bytes(item.Size)),
            (T("field.media-type"), item.MediaType),
            (T("column.auto-sync"), Show.YesNo(item.AutoSync)),
            (T("column.read-only"), Show.YesNo(isReadOnly)),
            (T("field.start-at"), item.StartAt is { } start ? Show.Time(start) : null),
            (T("column.edited-here"), item.IsEdited ? Show.YesNo(true) : null),
            (T("field.origin-name"), item.OriginName),
            (T("field.deleted"), item.IsDeleted ? Show.YesNo(true) : null),
            (T("field.references"), item.References.Count == 0 ? null : string.Join('\n', item.References)),
            (T("field.payloads"), item.Payloads.Count == 0 ? null : string.Join('\n', item.Payloads.Select(one => $"{one.Path} ({Show.Bytes(one.Size)})"))),
        ]);

    private static async Task<byte[]> ReadAsync(string path, string name, CancellationToken stop)
    {
        try
        {
            var size = new FileInfo(path).Length;
            if (size > Item.MaxDocumentBytes)
                throw new CommandFailure(new ItemTooLargeError(name, size, Item.MaxDocumentBytes));
            return await File.ReadAllBytesAsync(path, stop);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage(T("item.file-unreadable", path, failure.Message));
        }
    }

    // ISO 8601; without an offset it is UTC, as everywhere in JSON.
    private static DateTimeOffset? Moment(string? text)
    {
        if (text is null)
            return null;
        string[] formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];
        return DateTimeOffset.TryParseExact(text.Trim(), formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : throw CommandFailure.Usage(T("item.start-at-malformed", text));
    }

    private static string MediaTypeOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".json" => "application/json",
        ".xml" => "application/xml",
        ".txt" or ".md" or ".log" or ".ps1" or ".sh" or ".sql" => "text/plain",
        _ => "application/octet-stream",
    };

    private static JsonObject Of(Invocation run, Item item) => CoreJson.Item(item, IsReadOnly(run, item));

    private static bool IsReadOnly(Invocation run, Item item) => item.IsReadOnlyOn(run.Services.GetRequiredService<ILocalCore>().Current.Id);
}
