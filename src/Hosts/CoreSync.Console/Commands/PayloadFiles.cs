using System.Text.Json.Nodes;
using CoreSync.Application.Items;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;
using CoreSync.Errors;
using static CoreSync.Console.Output.Texts;

namespace CoreSync.Console.Commands;

/// <summary>Payloads of items as files on this machine: the values of <c>--payload</c> on the way in, <c>--out</c> on the way out.</summary>
internal static class PayloadFiles
{
    /// <summary>Reads <c>FILE</c> or <c>NAME=FILE</c>; an existing file whose name holds <c>=</c> is a <c>FILE</c>.</summary>
    public static IReadOnlyList<PayloadSource> Sources(IReadOnlyList<string> given)
    {
        var sources = new List<PayloadSource>(given.Count);
        foreach (var text in given)
        {
            var equals = File.Exists(text) ? -1 : text.IndexOf('=', StringComparison.Ordinal);
            var file = Path.GetFullPath(text[(equals + 1)..]);
            CheckReadable(file);
            sources.Add(PayloadSource.OfFile(equals < 0 ? Path.GetFileName(file) : text[..equals], file));
        }

        return sources;
    }

    /// <summary>Writes a payload to a new file, complete or not at all.</summary>
    public static async Task ExportAsync(Invocation run, string id, string path, string file)
    {
        if (File.Exists(file) || Directory.Exists(file))
            throw CommandFailure.Usage(T("item.payload-out-exists", file));
        var opened = await run.AskAsync(new OpenPayload(id, path));
        await using (opened.Content)
        {
            try
            {
                await WriteAsync(opened.Content, file, run.Stop);
            }
            catch (CoreSyncException damaged)
            {
                throw new CommandFailure(damaged.Error);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw CommandFailure.Usage(T("item.payload-out-failed", file, failure.Message));
            }
        }

        var json = new JsonObject { ["item"] = opened.Item.Id.ToString(), ["path"] = path, ["size"] = opened.Payload.Size, ["sha256"] = opened.Payload.Hash.ToString(), ["file"] = file };
        run.Answer("item-payload", json, () => Terminal.Data(T("item.payload-out", path, file, Show.Bytes(opened.Payload.Size))));
    }

    private static async Task WriteAsync(Stream content, string file, CancellationToken stop)
    {
        var partial = file + ".partial";
        try
        {
            await using (var target = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
                await content.CopyToAsync(target, stop);
            File.Move(partial, file);
        }
        catch (Exception failure) when (failure is not IOException { HResult: 17 })
        {
            File.Delete(partial);
            throw;
        }
    }

    // What is wrong with a file that the person named is said before anything is stored.
    private static void CheckReadable(string file)
    {
        try
        {
            if (Directory.Exists(file))
                throw CommandFailure.Usage(T("item.payload-directory", file));
            // A pipe is opened once, by its reader.
            if (File.Exists(file) && File.GetAttributes(file) == FileAttributes.Normal && new FileInfo(file).Length == 0)
                return;
            using var opened = File.OpenRead(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage(T("item.file-unreadable", file, failure.Message));
        }
    }
}
