using CoreSync.Items;
using CoreSync.Servers;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>Base of the contract suites: a fresh store for each test.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private IStoreUnderTest? store;

    /// <summary>The store of this test.</summary>
    protected IStoreUnderTest Store => store ?? throw new InvalidOperationException("The store is not there yet");

    /// <summary>The end of a test that hangs.</summary>
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => store = await CreateStoreAsync();

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
            await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the store of the adapter under test for <see cref="SomeStored.Core"/> and opens it.</summary>
    protected abstract ValueTask<IStoreUnderTest> CreateStoreAsync();
}

/// <summary>Values to store; arguments name what matters to the test.</summary>
public static class SomeStored
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);

    public static LocalCore Core { get; } = new(
        new CoreId(Guid.Parse("11111111-2222-3333-4444-555555555555")), Name("here.example.org"), CoreRole.Standard,
        Guid.Parse("99999999-8888-7777-6666-555555555555"), "CoreSync-11111111", Start.AddTicks(1234567));

    public static CoreId OtherCore { get; } = new(Guid.Parse("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"));

    public static ComponentName Queries { get; } = ComponentName.Parse("queries").Value;

    public static ComponentName Packages { get; } = ComponentName.Parse("packages").Value;

    public static Fqdn Name(string text) => Fqdn.Parse(text).Value;

    public static CoreServer Target(string name = "target.example.org", int port = 443, DialAddress? dial = null) => CoreServer.Add(
        new TargetId(Guid.NewGuid()), new CoreAddress(Name(name), port, dial), Core.Name, "the other site", enabled: true, Start).Value;

    public static Item Document(
        string name = "all servers", string content = "{}", ItemId? id = null, long revision = 1, bool autoSync = true, CoreId? origin = null, ComponentName? component = null) => new()
        {
            Id = id ?? new ItemId(Guid.NewGuid()),
            Component = component ?? Queries,
            Kind = ItemKind.Document,
            Name = name,
            Origin = origin ?? Core.Id,
            Revision = new Revision(revision),
            MediaType = "application/json",
            Hash = ContentHash.Of(Bytes(content)),
            Size = Bytes(content).Length,
            AutoSync = autoSync,
        };

    public static Item File(string path, string content = "text", long revision = 1, bool autoSync = true, CoreId? origin = null, ItemId? id = null) =>
        Document(path, content, id, revision, autoSync, origin, Packages) with
        {
            Kind = ItemKind.File,
            MediaType = "application/octet-stream",
            ModifiedTicks = Start.UtcTicks,
        };

    public static byte[] Bytes(string content) => System.Text.Encoding.UTF8.GetBytes(content);
}
