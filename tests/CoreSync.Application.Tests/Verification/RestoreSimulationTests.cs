using System.Globalization;
using CoreSync.Application.Items;
using CoreSync.Application.Verification;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Testing.Simulation;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Application.Tests.Verification;

/// <summary>
/// Either side is put back to an older copy of its store at random moments, while the network breaks and the target crashes. Once that stops, both converge; the source keeps
/// exactly what it has, nothing that it deleted comes back, and nothing stays read-only at the target that the source no longer keeps in sync. More seeds: tests/long/restores.sh.
/// </summary>
public sealed class RestoreSimulationTests
{
    public static IEnumerable<TheoryDataRow<int>> Seeds
    {
        get
        {
            var range = (Environment.GetEnvironmentVariable("CORESYNC_RESTORE_SEEDS") ?? "1-24").Split('-').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            return Enumerable.Range(range[0], range[1] - range[0] + 1).Select(seed => new TheoryDataRow<int>(seed));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_is_restored_when_both_sides_converge_once_the_faults_stop(int seed)
    {
        var random = new Random(seed);
        using var pair = await SimulatedPair.CreateAsync(seed);
        (await pair.Target.SendAsync(new SetComponentPolicy("queries", DeletePolicy.Delete, null))).ThrowIfFailed();
        var model = new Dictionary<string, string>();
        var sources = new List<(string Copy, Dictionary<string, string> Model)>();
        var targets = new List<string>();
        for (var step = 0; step < 14; step++)
        {
            for (var change = random.Next(0, 5); change > 0; change--)
                await ChangeAsync(pair, random, model);
            pair.Network.Breaks = _ => random.Next(12) == 0;
            pair.Target.Crashes = _ => random.Next(30) == 0;
            await pair.SyncAsync();
            pair.Network.Breaks = _ => false;
            pair.Target.Crashes = _ => false;
            switch (random.Next(7))
            {
                case 0:
                    sources.Add((pair.Source.CopyStore(), new Dictionary<string, string>(model)));
                    break;
                case 1:
                    targets.Add(pair.Target.CopyStore());
                    break;
                case 2 when sources.Count > 0:
                    var (copy, then) = sources[random.Next(sources.Count)];
                    pair.Source.RestoreStore(copy);
                    model = new Dictionary<string, string>(then);
                    // Two restores within a day look like two living copies, and a person decides then.
                    pair.Time.Advance(TimeSpan.FromHours(25));
                    break;
                case 4:
                    var tombstones = pair.Source.Services.GetRequiredService<ITombstoneStore>();
                    await tombstones.NoteAsync(pair.Time.GetUtcNow(), CancellationToken.None);
                    await tombstones.PurgeAsync(pair.Time.GetUtcNow(), pair.Time.GetUtcNow().AddDays(-90), CancellationToken.None);
                    break;
                case 3 when targets.Count > 0:
                    pair.Target.RestoreStore(targets[random.Next(targets.Count)]);
                    break;
            }
        }

        var last = await pair.SyncAsync();

        Assert.True(last.State == SyncJobState.Succeeded, $"{last.State}: {last.ErrorMessage}");
        var documents = await SimulatedPair.DocumentsAsync(pair.Source);
        Assert.Equal(model.OrderBy(entry => entry.Key, StringComparer.Ordinal), documents.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Split('|')[3])));
        var received = (await SimulatedPair.DocumentsAsync(pair.Target)).Where(entry => entry.Value.Split('|')[2] == "True");
        Assert.Equal(documents, received);
        Assert.Equal(0, (await pair.SyncAsync()).Progress.ItemsDone);
    }

    private static async Task ChangeAsync(SimulatedPair pair, Random random, Dictionary<string, string> model)
    {
        if (model.Count == 0 || random.Next(3) == 0)
        {
            var document = $"new {random.Next()}";
            var item = await pair.PutAsync($"item {random.Next()}", document);
            model[item.Id.ToString()] = document;
            return;
        }

        var id = model.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(model.Count));
        if (random.Next(4) == 0)
        {
            (await pair.Source.SendAsync(new DeleteItem(id))).ThrowIfFailed();
            model.Remove(id);
        }
        else
        {
            model[id] = $"edit {random.Next()}";
            var name = (await pair.Source.SendAsync(new ShowItem(id))).Ok().Item.Name;
            await pair.PutAsync(name, model[id], id: id);
        }
    }
}
