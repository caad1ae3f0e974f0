using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace PackageDesk;

/// <summary>Where the desk keeps its things.</summary>
/// <param name="Directory">The desk's directory.</param>
internal sealed record DeskSettings(string Directory)
{
    /// <summary>A connection to the desk's database, not yet open.</summary>
    public DbConnection Connect() => new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(Directory, "desk.db") }.ToString());

    public string Files => Path.Combine(Directory, "files");
}

/// <summary>The database and the files of the desk.</summary>
internal sealed class Desk
{
    private readonly DeskSettings settings;

    public Desk(DeskSettings settings)
    {
        this.settings = settings;
        Directory.CreateDirectory(settings.Files);
        using var connection = settings.Connect();
        connection.Open();
        foreach (var sql in (string[])
        [
            "PRAGMA journal_mode = WAL",
            "CREATE TABLE IF NOT EXISTS queries (id TEXT PRIMARY KEY, name TEXT NOT NULL, os TEXT NOT NULL, min_memory_gb INTEGER NOT NULL)",
            "CREATE TABLE IF NOT EXISTS packages (id TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, command TEXT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS tasks (id TEXT PRIMARY KEY, name TEXT NOT NULL, query TEXT NOT NULL, package TEXT NOT NULL, start_at TEXT)",
            "CREATE TABLE IF NOT EXISTS devices (name TEXT PRIMARY KEY, os TEXT NOT NULL, memory_gb INTEGER NOT NULL)",
        ])
        {
            Run(connection, null, sql);
        }
    }

    /// <summary>Works in one transaction; a refusal rolls it back.</summary>
    /// <param name="work">Answers why the change may not be made, or null.</param>
    public async Task<string?> ChangeAsync(Func<DbTransaction, Task<string?>> work)
    {
        await using var connection = settings.Connect();
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var refusal = await work(transaction);
        if (refusal is null)
            await transaction.CommitAsync();
        return refusal;
    }

    public static void Save(DbTransaction transaction, DeskItem item) => Run(transaction.Connection!, transaction, item switch
    {
        Query => "INSERT OR REPLACE INTO queries (id, name, os, min_memory_gb) VALUES (@Id, @Name, @Os, @MinMemoryGb)",
        Package => "INSERT OR REPLACE INTO packages (id, name, version, command) VALUES (@Id, @Name, @Version, @Command)",
        DeskTask => "INSERT OR REPLACE INTO tasks (id, name, query, package, start_at) VALUES (@Id, @Name, @Query, @Package, @StartAt)",
        _ => throw new ArgumentOutOfRangeException(nameof(item)),
    }, Values(item));

    public static void Delete<T>(DbTransaction transaction, Guid id)
        where T : DeskItem => Run(transaction.Connection!, transaction, $"DELETE FROM {Table<T>()} WHERE id = @Id", ("Id", id.ToString()));

    public void Add(Device device)
    {
        using var connection = settings.Connect();
        connection.Open();
        Run(connection, null, "INSERT OR REPLACE INTO devices VALUES (@Name, @Os, @Memory)", ("Name", device.Name), ("Os", device.Os), ("Memory", device.MemoryGb));
    }

    public T? Find<T>(Guid id)
        where T : DeskItem => Read($"SELECT * FROM {Table<T>()} WHERE id = @Id", Row<T>, ("Id", id.ToString())).FirstOrDefault();

    public IReadOnlyList<T> List<T>()
        where T : DeskItem => Read($"SELECT * FROM {Table<T>()} ORDER BY name, id", Row<T>);

    /// <summary>The devices of this site that a query finds.</summary>
    public IReadOnlyList<Device> Devices(Query query) => Read(
        "SELECT name, os, memory_gb FROM devices WHERE os = @Os AND memory_gb >= @Memory ORDER BY name",
        row => new Device(row.GetString(0), row.GetString(1), row.GetInt32(2)), ("Os", query.Os), ("Memory", query.MinMemoryGb));

    /// <summary>The files of a package that are here, by path.</summary>
    public IReadOnlyList<PackageFile> FilesOf(Guid package)
    {
        var folder = FolderOf(package);
        return !Directory.Exists(folder) ? [] :
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file =>
            {
                using var stream = File.OpenRead(file);
                return new PackageFile(Path.GetRelativePath(folder, file).Replace('\\', '/'), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
            }),
        ];
    }

    /// <summary>Writes a file of a package; it appears complete or not at all.</summary>
    public async Task WriteFileAsync(Guid package, string path, Stream content)
    {
        var file = PathOf(package, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var half = Path.Combine(settings.Files, Guid.NewGuid().ToString("N") + ".part");
        await using (var stream = File.Create(half))
            await content.CopyToAsync(stream);
        File.Move(half, file, overwrite: true);
    }

    /// <summary>Where the files of a package are.</summary>
    public string FolderOf(Guid package) => Path.Combine(settings.Files, package.ToString());

    private string PathOf(Guid package, string path)
    {
        var folder = FolderOf(package) + Path.DirectorySeparatorChar;
        var file = Path.GetFullPath(folder + path);
        return file.StartsWith(folder, StringComparison.Ordinal) ? file : throw new ArgumentException($"'{path}' leaves the package", nameof(path));
    }

    private static string Table<T>() => typeof(T) == typeof(Query) ? "queries" : typeof(T) == typeof(Package) ? "packages" : "tasks";

    private static T Row<T>(DbDataReader row) => (T)(object)(
        typeof(T) == typeof(Query) ? new Query(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetInt32(3))
        : typeof(T) == typeof(Package) ? new Package(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3))
        : new DeskTask(row.GetGuid(0), row.GetString(1), row.GetGuid(2), row.GetGuid(3), row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4)));

    private static (string, object?)[] Values(DeskItem item) =>
        [.. JsonSerializer.SerializeToElement<object>(item).EnumerateObject().Where(value => value.Name != nameof(DeskItem.Needs)).Select(value => (value.Name, Value(value.Value)))];

    private static object? Value(JsonElement value) => value.ValueKind switch { JsonValueKind.Number => value.GetInt32(), JsonValueKind.Null => null, _ => value.GetString() };

    private List<T> Read<T>(string sql, Func<DbDataReader, T> row, params (string Name, object? Value)[] values)
    {
        using var connection = settings.Connect();
        connection.Open();
        using var command = Command(connection, null, sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    private static void Run(DbConnection connection, DbTransaction? transaction, string sql, params (string Name, object? Value)[] values)
    {
        using var command = Command(connection, transaction, sql, values);
        command.ExecuteNonQuery();
    }

    private static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql, (string Name, object? Value)[] values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // names of tables are the desk's own
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
