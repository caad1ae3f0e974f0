using System.Diagnostics;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.EndToEnd.Tests.Cli;
using CoreSync.Items;
using CoreSync.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>An import whose process is killed in the middle is done again: nothing is lost and nothing is there twice, new ids included.</summary>
public sealed class B3_interrupted_imports : IDisposable
{
    private const int Documents = 6000;

    private readonly TempDirectory temp = new();

    [Theory]
    [InlineData("update")]
    [InlineData("insert-as-file")]
    public async Task An_import_that_was_killed_converges_when_it_is_done_again(string mode)
    {
        await using var cores = await CarriedPair.CreateAsync(temp);
        await FillAsync(cores.Source);
        var file = await cores.ExportAsync(null, "queries");

        using (var process = Process.Start(new ProcessStartInfo(CliSandbox.Binary, ["--data", cores.Target.DataDirectory, "--json", "import", file, "--mode", mode])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!)
        {
            await Eventually.IsTrueAsync(async () => await CountAsync(cores.Target) > 0 || process.HasExited, "the first batch is applied", 60);
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            Assert.NotEqual(0, process.ExitCode);
        }

        var before = await CountAsync(cores.Target);
        await cores.ImportAsync(file, mode == "update" ? CoreSync.Bundles.ImportMode.Update : CoreSync.Bundles.ImportMode.InsertAsFile);

        Assert.InRange(before, 1, Documents - 1);
        var items = await cores.Target.ListAsync("queries");
        Assert.Equal(Documents, items.Count);
        Assert.Equal(Documents, items.Select(item => item.Name).Distinct().Count());
    }

    public void Dispose() => temp.Dispose();

    private static async Task<long> CountAsync(RealCore core) =>
        (await core.Services.GetRequiredService<ICatalogue>().CountAsync(CancellationToken.None)).GetValueOrDefault(ComponentName.Parse("queries").Value);

    private static async Task FillAsync(RealCore core)
    {
        var here = core.Services.GetRequiredService<ILocalCore>().Current.Id;
        var document = new byte[500];
        await core.Services.GetRequiredService<ICatalogue>().WriteAsync(
            [
                .. Enumerable.Range(1, Documents).Select(number => new CatalogueWrite(
                    new Item
                    {
                        Id = new ItemId(Guid.NewGuid()), Component = ComponentName.Parse("queries").Value, Kind = ItemKind.Document, Name = $"Query {number}", Origin = here,
                        Revision = Revision.None.Next(), Hash = ContentHash.Of(document), Size = document.Length, AutoSync = true,
                    },
                    ContentChanged: true, Document: document)),
            ],
            CancellationToken.None);
    }
}
