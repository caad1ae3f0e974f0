using CoreSync.Testing.Contracts;

namespace CoreSync.Infrastructure.Tests.Sqlite;

// The contract suites of the ports, run on SQLite.

public sealed class SqliteCoreStoreContractTests : CoreStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}
