using CoreSync.Application.Cores;
using CoreSync.Errors;
using CoreSync.Items;
using CoreSync.Servers;
using Dapper;
using FluentResults;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Makes, opens, upgrades and copies the store of this core.</summary>
internal sealed class SqliteCoreStore(SqliteDatabase database, SqliteEngineLock engine) : ICoreStore, ILocalCore, IStoreMaintenance
{
    // A full check reads the whole file; up to this size it takes some 10 ms.
    private const long FullCheckBytes = 8 * 1024 * 1024;

    private LocalCore? current;

    private DataDirectory Directory => database.Directory;

    /// <inheritdoc/>
    public LocalCore Current => current ?? throw new InvalidOperationException("The store is not open yet");

    /// <inheritdoc/>
    public async Task<Result> CreateAsync(LocalCore core, CancellationToken cancellationToken)
    {
        if (File.Exists(Directory.Database))
        {
            var there = await OpenAsync(cancellationToken).ConfigureAwait(false);
            return there.IsSuccess ? Result.Fail(new StoreAlreadyInitialisedError(Directory.Root, there.Value.Name.Ascii)) : there.ToResult();
        }

        if (Directory.MissingStore() is StoreCorruptError leftovers)
            return Result.Fail(leftovers);
        using var creation = new StoreCreation(Directory);
        try
        {
            creation.MakeDirectory();
            var held = engine.TryAcquire();
            if (held.IsFailed)
                return held.ToResult();
            using (held.Value)
            {
                creation.MakeFolders();
                creation.MakeStore(session => Fill(session, core));
            }

            creation.Keep();
        }
        catch (SqliteException exception)
        {
            return Result.Fail(SqliteErrors.Translate(exception, Directory.Database).Error);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Result.Fail(FileErrors.Translate(exception, Directory.Root));
        }

        current = core;
        return Result.Ok();
    }

    /// <inheritdoc/>
    public async Task<Result<LocalCore>> OpenAsync(CancellationToken cancellationToken)
    {
        if (Directory.MissingStore() is { } missing)
            return Result.Fail(missing);
        try
        {
            using (var session = database.Open(forWriting: true))
            {
                if (Examine(session) is { } wrong)
                    return Result.Fail(wrong);
            }

            current = await database.ReadAsync(ReadCore, cancellationToken).ConfigureAwait(false);
            return current;
        }
        catch (CoreSyncException exception)
        {
            return Result.Fail(exception.Error);
        }
    }

    /// <inheritdoc/>
    public Task<long> NextEpochAsync(CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Execute("UPDATE core SET epoch = epoch + 1");
            return session.Number("SELECT epoch FROM core");
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<long> RaiseEpochAsync(long atLeast, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var raise = session.Prepare("UPDATE core SET epoch = max(epoch, $epoch)", "$epoch");
            raise.Parameters[0].Value = atLeast;
            raise.ExecuteNonQuery();
            return session.Number("SELECT epoch FROM core");
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<long> EpochAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.Number("SELECT epoch FROM core"), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<StoreSchema>> SchemaAsync(CancellationToken cancellationToken)
    {
        if (Directory.MissingStore() is { } missing)
            return Task.FromResult(Result.Fail<StoreSchema>(missing));
        return Attempt(() =>
        {
            using var session = database.Open(forWriting: false);
            return SqliteSchema.Read(session) is { } found
                ? new StoreSchema(found, SqliteSchema.Known)
                : Result.Fail<StoreSchema>(SqliteSchema.Judge(null, Directory.Database));
        });
    }

    /// <inheritdoc/>
    public Task<Result<StoreSchema>> UpgradeAsync(CancellationToken cancellationToken)
    {
        if (Directory.MissingStore() is { } missing)
            return Task.FromResult(Result.Fail<StoreSchema>(missing));
        var held = engine.TryAcquire();
        if (held.IsFailed)
            return Task.FromResult(held.ToResult<StoreSchema>());
        using (held.Value)
        {
            return Attempt(() =>
            {
                using var session = database.Open(forWriting: true);
                session.Execute("BEGIN IMMEDIATE");
                var found = SqliteSchema.Read(session);
                if (SqliteSchema.Judge(found, Directory.Database) is { } wrong and not StoreOlderSchemaError)
                    return Result.Fail<StoreSchema>(wrong);
                if (found < SqliteSchema.Known)
                    SqliteSchema.Upgrade(session);
                session.Execute("COMMIT");
                return new StoreSchema(SqliteSchema.Known, SqliteSchema.Known);
            });
        }
    }

    /// <inheritdoc/>
    public Task<Result> BackupAsync(string file, CancellationToken cancellationToken)
    {
        if (Directory.MissingStore() is { } missing)
            return Task.FromResult(Result.Fail(missing));
        if (File.Exists(file))
            return Task.FromResult(Result.Fail(new StoreUnwritableError(file, "the file exists already")));
        try
        {
            using var session = database.Open(forWriting: false);
            session.Execute("PRAGMA query_only = 0");
            var copy = session.Prepare("VACUUM INTO $file", "$file");
            copy.Parameters[0].Value = Path.GetFullPath(file);
            copy.ExecuteNonQuery();
            return Task.FromResult(Result.Ok());
        }
        catch (SqliteException exception)
        {
            return Task.FromResult(Result.Fail(SqliteErrors.Translate(exception, file).Error));
        }
    }

    private static void Fill(SqliteSession session, LocalCore core)
    {
        session.Connection.Execute(
            """
            INSERT INTO core (one, id, fqdn, role, store_id, certificate_store, created_at, epoch, sequence)
            VALUES (1, @Id, @Fqdn, @Role, @StoreId, @CertificateStore, @CreatedAt, 0, 0)
            """,
            new
            {
                Id = StoreValues.Bytes(core.Id.Value),
                Fqdn = core.Name.Ascii,
                Role = core.Role.ToString(),
                StoreId = StoreValues.Bytes(core.StoreId),
                CertificateStore = core.CertificateStoreName,
                CreatedAt = StoreValues.Ticks(core.CreatedAt),
            });
        foreach (var name in ComponentName.Presets)
            SqliteComponentStore.Insert(session, new Component(name, ComponentKind.Documents, true, DeletePolicy.Keep, ClashPolicy.Suffix));
    }

    private static LocalCore ReadCore(SqliteSession session)
    {
        var row = session.Connection.QuerySingleOrDefault<CoreRow>(
            "SELECT id AS Id, fqdn AS Fqdn, role AS Role, store_id AS StoreId, certificate_store AS CertificateStore, created_at AS CreatedAt FROM core")
            ?? throw StoreValues.Corrupt("the row of the core is missing");
        return new LocalCore(
            new CoreId(StoreValues.Guid(row.Id)), StoreValues.Fqdn(row.Fqdn), StoreValues.Enumeration<CoreRole>(row.Role), StoreValues.Guid(row.StoreId),
            row.CertificateStore, StoreValues.Moment(row.CreatedAt));
    }

    private CoreSyncError? Examine(SqliteSession session)
    {
        try
        {
            if (SqliteSchema.Judge(SqliteSchema.Read(session), Directory.Database) is { } wrong)
                return wrong;
            if (SQLitePCL.raw.sqlite3_db_readonly(session.Connection.Handle, "main") != 0)
                return new StoreUnwritableError(Directory.Database, "it is read-only");
            if (new FileInfo(Directory.Database).Length <= FullCheckBytes
                && session.Prepare("PRAGMA quick_check(1)").ExecuteScalar() is string found && found != "ok")
                return new StoreCorruptError(Directory.Database, found);
            return null;
        }
        catch (SqliteException exception)
        {
            return database.Translate(exception).Error;
        }
    }

    private Task<Result<T>> Attempt<T>(Func<Result<T>> work)
    {
        try
        {
            return Task.FromResult(work());
        }
        catch (SqliteException exception)
        {
            return Task.FromResult(Result.Fail<T>(database.Translate(exception).Error));
        }
        catch (CoreSyncException exception)
        {
            return Task.FromResult(Result.Fail<T>(exception.Error));
        }
    }

    private sealed class CoreRow
    {
        public byte[] Id { get; init; } = [];

        public string Fqdn { get; init; } = "";

        public string Role { get; init; } = "";

        public byte[] StoreId { get; init; } = [];

        public string CertificateStore { get; init; } = "";

        public long CreatedAt { get; init; }
    }
}
