using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Infrastructure.Tests.Sqlite;
using CoreSync.Servers;
using CoreSync.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.Infrastructure.Tests.Files;

/// <summary>The real catalogue of a core, in a fresh directory.</summary>
internal sealed class SqliteCatalogueUnderTest : IAsyncDisposable
{
    private readonly TempDirectory directory = new();
    private readonly ServiceProvider services;

    private SqliteCatalogueUnderTest() => services = SqliteStoreUnderTest.Build(directory.At("data"), TimeProvider.System);

    public ICatalogue Catalogue => services.GetRequiredService<ICatalogue>();

    public static async Task<SqliteCatalogueUnderTest> CreateAsync(CoreId core)
    {
        var made = new SqliteCatalogueUnderTest();
        var store = made.services.GetRequiredService<ICoreStore>();
        var local = new LocalCore(core, Fqdn.Parse("core.example.net").Value, CoreRole.Standard, Guid.NewGuid(), "CoreSync", default);
        Assert.True((await store.CreateAsync(local, default)).IsSuccess);
        Assert.True((await store.OpenAsync(default)).IsSuccess);
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        directory.Dispose();
    }
}
