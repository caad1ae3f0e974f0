using System.Text;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using CoreSync.Infrastructure.Sqlite;
using CoreSync.Testing;
using CoreSync.Testing.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Infrastructure.Tests.Sqlite;

/// <summary>A SQLite store in a fresh directory. <see cref="OpenAgain"/> gives the same store as another process sees it.</summary>
internal sealed class SqliteStoreUnderTest : IStoreUnderTest
{
    private readonly TempDirectory directory;
    private readonly ServiceProvider services;
    private readonly bool ownsDirectory;

    private SqliteStoreUnderTest(TempDirectory directory, FakeTimeProvider time, bool ownsDirectory)
    {
        this.directory = directory;
        this.ownsDirectory = ownsDirectory;
        Time = time;
        services = Build(Data, time);
    }

    public IServiceProvider Services => services;

    public FakeTimeProvider Time { get; }

    /// <summary>The data directory.</summary>
    public string Data => directory.At("data");

    public SqliteDatabase Database => services.GetRequiredService<SqliteDatabase>();

    public static async ValueTask<SqliteStoreUnderTest> CreateAsync()
    {
        var store = new SqliteStoreUnderTest(new TempDirectory(), new FakeTimeProvider(SomeStored.Start), ownsDirectory: true);
        var created = await store.Core.CreateAsync(SomeStored.Core, CancellationToken.None);
        Assert.True(created.IsSuccess, string.Join("; ", created.Errors.Select(error => error.Message)));
        var opened = await store.Core.OpenAsync(CancellationToken.None);
        Assert.True(opened.IsSuccess, string.Join("; ", opened.Errors.Select(error => error.Message)));
        return store;
    }

    public static ServiceProvider Build(string data, TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddSingleton<ISecretProtector, ReversingProtector>();
        services.AddOptions<CoreSyncOptions>().Configure(options => options.DataDirectory = data);
        new CoreSyncBuilder(services).UseSqlite();
        return services.BuildServiceProvider(validateScopes: true);
    }

    public SqliteStoreUnderTest OpenAgain() => new(directory, Time, ownsDirectory: false);

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (ownsDirectory)
            directory.Dispose();
    }

    /// <summary>Changes a secret enough to notice where it is stored as it is.</summary>
    private sealed class ReversingProtector : ISecretProtector
    {
        public byte[] Protect(string purpose, string secret) => [.. Encoding.UTF8.GetBytes(purpose + "\n" + secret).Reverse()];

        public string Unprotect(string purpose, byte[] data)
        {
            var text = Encoding.UTF8.GetString([.. data.AsEnumerable().Reverse()]);
            return text.StartsWith(purpose + "\n", StringComparison.Ordinal)
                ? text[(purpose.Length + 1)..]
                : throw new CoreSyncException(new SecretUnreadableError(purpose));
        }
    }
}
