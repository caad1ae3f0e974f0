using CoreSync.Application;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Settings;
using CoreSync.Infrastructure.Files;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NSubstitute;

namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>A source core and a target core, as far as files go: scanning, applying, and a replication that does what the real one promises.</summary>
internal sealed class FilesBench : IDisposable
{
    public static readonly CoreId SourceId = new(new Guid("11111111-1111-1111-1111-111111111111"));
    public static readonly CoreId TargetId = new(new Guid("22222222-2222-2222-2222-222222222222"));
    private Sequence checkpoint;
    private FileApplier? applier;

    public FilesBench(DeletePolicy onDelete = DeletePolicy.Delete, bool recordLinks = false, ClashPolicy onClash = ClashPolicy.Replace, bool onDisk = false)
    {
        Tree = new TempTree(onDisk);
        var name = ComponentName.Parse("tree").Value;
        SendFrom = Tree.Make("send");
        ReceiveTo = Tree.Make("receive");
        DataDirectory = Tree.Make("data");
        Sent = new Component(name, ComponentKind.Files, true, onDelete, onClash, new FilesSettings(SendFrom, null, [], [], RecordLinks: recordLinks));
        Received = new Component(name, ComponentKind.Files, true, onDelete, onClash, new FilesSettings(null, ReceiveTo, [], [], RecordLinks: recordLinks));
        SourceCatalogue = new InMemoryCatalogue(SourceId);
        TargetCatalogue = new InMemoryCatalogue(TargetId);
        Settings.AllAsync(default).ReturnsForAnyArgs(_ => new Dictionary<string, string> { ["sync.mass-delete-percent"] = MassDeletePercent.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        Components.ConfirmedDeletesAsync(default!, default).ReturnsForAnyArgs(_ => ConfirmedDeletes);
        Components.SetConfirmedDeletesAsync(default!, default, default).ReturnsForAnyArgs(call =>
        {
            ConfirmedDeletes = call.Arg<long>();
            return Task.CompletedTask;
        });
        Inbox = new ContentInbox(Options);
    }

    public TempTree Tree { get; }

    public string SendFrom { get; }

    public string ReceiveTo { get; }

    public string DataDirectory { get; }

    public Component Sent { get; set; }

    public Component Received { get; set; }

    public InMemoryCatalogue SourceCatalogue { get; }

    public InMemoryCatalogue TargetCatalogue { get; }

    /// <summary>The source's catalogue, when it is not the one in memory.</summary>
    public ICatalogue? SourceStore { get; init; }

    /// <summary>The target's catalogue, when it is not the one in memory.</summary>
    public ICatalogue? TargetStore { get; init; }

    public ISettingStore Settings { get; } = Substitute.For<ISettingStore>();

    public IComponentStore Components { get; } = Substitute.For<IComponentStore>();

    public int MassDeletePercent { get; set; } = 100;

    public long ConfirmedDeletes { get; set; }

    public FileApplier Applier => applier ??= NewApplier();

    public ContentInbox Inbox { get; }

    /// <summary>Content bytes that travelled.</summary>
    public long SentBytes { get; private set; }

    public IOptions<CoreSyncOptions> Options => Microsoft.Extensions.Options.Options.Create(new CoreSyncOptions { DataDirectory = DataDirectory });

    public static ILocalCore Core(CoreId id)
    {
        var core = Substitute.For<ILocalCore>();
        core.Current.Returns(new LocalCore(id, Fqdn.Parse("core.example.net").Value, CoreRole.Standard, Guid.NewGuid(), "CoreSync", default));
        return core;
    }

    public FileScanner Scanner(TimeProvider? time = null, ICatalogue? catalogue = null)
    {
        var random = Substitute.For<IRandomSource>();
        random.NewGuid().Returns(_ => Guid.NewGuid());
        return new FileScanner(
            catalogue ?? Source, Components, Settings, Core(SourceId), random, time ?? TimeProvider.System, Options, NullLogger<FileScanner>.Instance);
    }

    public FileApplier NewApplier() => new(Target, Core(TargetId), TimeProvider.System, Options, NullLogger<FileApplier>.Instance);

    /// <summary>The process ended: what it knew in memory is gone.</summary>
    public void RestartTarget()
    {
        applier?.Dispose();
        applier = null;
    }

    public async Task<ScanSummary> ScanAsync(TimeProvider? time = null)
    {
        var result = await Scanner(time).ScanAsync(Sent, default);
        Assert.True(result.IsSuccess, string.Join("; ", result.Errors.Select(error => error.Message)));
        return result.Value;
    }

    /// <summary>Scans and replicates until the target has all, resending content that it misses.</summary>
    public async Task<IReadOnlyList<ItemOutcome>> SyncAsync(int batchSize = 2000)
    {
        await ScanAsync();
        var refused = new List<ItemOutcome>();
        while (await Source.ChangesAsync(Sent.Name, checkpoint, TargetId, batchSize, default) is { Count: > 0 } changes)
        {
            var outcomes = await SendAsync([.. changes], change => change.ContentSequence > checkpoint);
            var missing = outcomes.Where(outcome => outcome.Kind == ItemOutcomeKind.ContentMissing).Select(outcome => outcome.Item).ToHashSet();
            if (missing.Count > 0)
            {
                outcomes = await SendAsync([.. changes.Where(change => missing.Contains(change.Item.Id))], _ => true);
                Assert.DoesNotContain(outcomes, outcome => outcome.Kind == ItemOutcomeKind.ContentMissing);
            }

            refused.AddRange(outcomes);
            checkpoint = changes[^1].Sequence;
        }

        await Applier.TidyAsync(Received, default);
        return refused;
    }

    /// <summary>The changes as they would be staged: content inline or sent apart, and what the target holds already.</summary>
    public async Task<List<IncomingChange>> PrepareAsync(IReadOnlyList<ItemChange> changes, Func<ItemChange, bool> withContent)
    {
        var incoming = new List<IncomingChange>();
        foreach (var change in changes)
        {
            var item = change.Item;
            var sent = change;
            ReceivedContent? received = null;
            if (change.Kind == ChangeKind.Upsert && item.Kind == ItemKind.File && withContent(change))
            {
                var opened = Scanner().OpenContent(Sent, item);
                Assert.True(opened.IsSuccess, item.Name);
                await using var content = opened.Value;
                SentBytes += item.Size;
                if (item.Size <= ItemLimits.MaxInlineBytes)
                {
                    var bytes = new byte[item.Size];
                    await content.ReadExactlyAsync(bytes);
                    sent = change with { Content = bytes };
                }
                else
                {
                    var result = await Inbox.AppendAsync(Received, item.Hash, item.Size, 0, content, default);
                    Assert.Equal(item.Size, result.Value);
                    received = Inbox.Find(Received, item.Hash);
                }
            }

            incoming.Add(new IncomingChange(sent, await Target.FindAsync(item.Id, default), received));
        }

        return incoming;
    }

    /// <summary>Records what was applied, as the target's store does.</summary>
    public async Task CommitAsync(IReadOnlyList<IncomingChange> changes, IReadOnlyList<ItemOutcome> outcomes)
    {
        var failed = outcomes.Select(outcome => outcome.Item).ToHashSet();
        foreach (var change in changes.Where(change => !failed.Contains(change.Change.Item.Id)))
        {
            var item = change.Change.Item;
            if (change.Change.Kind == ChangeKind.Delete && change.Existing is null)
                continue;
            var after = change.Change.Kind switch
            {
                ChangeKind.Delete when Received.OnDelete == DeletePolicy.Keep => change.Existing! with { AutoSync = false },
                ChangeKind.Delete => item with { IsDeleted = true },
                ChangeKind.Release => item with { AutoSync = false },
                _ => item,
            };
            await Target.WriteAsync([new CatalogueWrite(after, true, change.Change.Kind)], default);
        }
    }

    public async Task<IReadOnlyList<ItemOutcome>> StageAndApplyAsync(IReadOnlyList<IncomingChange> incoming)
    {
        var refused = await Applier.StageAsync(Received, incoming, default);
        var skip = refused.Select(outcome => outcome.Item).ToHashSet();
        var rest = incoming.Where(change => !skip.Contains(change.Change.Item.Id)).ToList();
        return [.. refused, .. await Applier.ApplyAsync(Received, rest, default)];
    }

    public void Dispose()
    {
        applier?.Dispose();
        Inbox.Dispose();
        Tree.Dispose();
    }

    private ICatalogue Source => SourceStore ?? SourceCatalogue;

    private ICatalogue Target => TargetStore ?? TargetCatalogue;

    private async Task<IReadOnlyList<ItemOutcome>> SendAsync(IReadOnlyList<ItemChange> changes, Func<ItemChange, bool> withContent)
    {
        var incoming = await PrepareAsync(changes, withContent);
        var outcomes = await StageAndApplyAsync(incoming);
        await CommitAsync(incoming, outcomes);
        return outcomes;
    }
}
