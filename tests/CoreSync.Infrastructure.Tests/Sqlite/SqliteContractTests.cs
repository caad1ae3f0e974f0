using CoreSync.Testing.Contracts;

namespace CoreSync.Infrastructure.Tests.Sqlite;

// The contract suites of the ports, run on SQLite.

public sealed class SqliteCoreStoreContractTests : CoreStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteEngineLockContractTests : EngineLockContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteStoreMonitorContractTests : StoreMonitorContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteTargetStoreContractTests : TargetStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqlitePaceStoreContractTests : PaceStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteTrustStoreContractTests : TrustStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteClientStoreContractTests : ClientStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteAccountStoreContractTests : AccountStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteDirectoryGroupStoreContractTests : DirectoryGroupStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteCredentialStoreContractTests : CredentialStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteSettingStoreContractTests : SettingStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteComponentStoreContractTests : ComponentStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteCatalogueContractTests : CatalogueContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteCatalogueFeedContractTests : CatalogueFeedContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteCatalogueFollowerContractTests : CatalogueFollowerContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteListPagesContractTests : ListPagesContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteCheckpointStoreContractTests : CheckpointStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteReplicaStoreContractTests : ReplicaStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteSyncJobStoreContractTests : SyncJobStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteDigestStoreTests : DigestStoreContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqlitePayloadUsesContractTests : PayloadUsesContract
{
    protected override async ValueTask<IStoreUnderTest> CreateStoreAsync() => await SqliteStoreUnderTest.CreateAsync();
}
