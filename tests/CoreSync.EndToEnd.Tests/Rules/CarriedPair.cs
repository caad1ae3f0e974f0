using CoreSync.Application.Bundles;
using CoreSync.Bundles;
using CoreSync.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Two real cores without a connection between them: files are carried from the source to the target, and receipts back.</summary>
internal sealed class CarriedPair : IAsyncDisposable
{
    private readonly TempDirectory temp;
    private int number;

    private CarriedPair(TempDirectory temp, RealCore source, RealCore target)
    {
        this.temp = temp;
        Source = source;
        Target = target;
    }

    public RealCore Source { get; }

    public RealCore Target { get; }

    /// <summary>Makes the cores.</summary>
    /// <param name="temp">Where the files are.</param>
    /// <param name="introduce">The target knows the source as a signer already.</param>
    /// <param name="target">Adds or replaces services of the target.</param>
    public static async Task<CarriedPair> CreateAsync(TempDirectory temp, bool introduce = true, Action<IServiceCollection>? target = null)
    {
        var cores = new CarriedPair(temp, await RealCore.CreateAsync("source.example.net"), await RealCore.CreateAsync("target.example.net", target));
        if (introduce)
        {
            var file = await cores.ExportAsync();
            await cores.Target.AskAsync(new ImportBundle(file, ImportMode.InsertAsFile, Fingerprint: await cores.Source.FingerprintAsync()));
        }

        return cores;
    }

    /// <summary>A path for a file to be carried.</summary>
    public string NewFile() => temp.At($"carried-{++number}.coresync");

    /// <summary>Exports whole components, all unless some are named.</summary>
    public async Task<string> ExportAsync(long? since = null, params string[] components) =>
        (await Source.AskAsync(new ExportBundle(NewFile(), components, [], since))).File;

    public Task<ImportedBundle> ImportAsync(string file, ImportMode mode = ImportMode.Update, string? group = null, string? owner = null, string? receipt = null) =>
        Target.AskAsync(new ImportBundle(file, mode, group, owner, Receipt: receipt));

    /// <summary>Exports everything and imports it.</summary>
    public async Task<ImportedBundle> CarryAsync(ImportMode mode, string? group = null, string? owner = null) => await ImportAsync(await ExportAsync(), mode, group, owner);

    /// <summary>From now on there is a connection: the target serves, the source has it in its list and trusts it.</summary>
    public async Task ConnectAsync()
    {
        await Target.AddAccountAsync();
        await Target.ServeAsync();
        await Source.AddTargetAsync(Target);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
    }
}
