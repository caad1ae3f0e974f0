using System.Data.Common;
using System.Diagnostics;
using CoreSync.Infrastructure.Outbox;
using Npgsql;

namespace CoreSync.Application.Tests.Outbox;

/// <summary>A PostgreSQL server of its own in a temporary directory, reached by a socket in it alone; each product gets a schema.</summary>
public sealed class PostgreSqlCluster : IAsyncLifetime
{
    // Where Debian keeps the programs of the server; the newest counts.
    private static readonly string? Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    private string? directory;
    private int products;

    private static string? Missing => Programs is null ? "needs the server of PostgreSQL" : Environment.UserName == "root" && !File.Exists("/usr/bin/setpriv") ? "needs setpriv to give up the rights of root" : null;

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
            return;
        directory = Directory.CreateTempSubdirectory("coresync-pg-").FullName;
        if (Environment.UserName == "root")
            await RunAsync("/usr/bin/chown", "postgres", directory);
        await AsServerAsync("initdb", "-D", Path.Combine(directory, "data"), "-U", "product", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync");
        await AsServerAsync(
            "pg_ctl", "start", "-w", "-D", Path.Combine(directory, "data"), "-l", Path.Combine(directory, "log"), "-o", $"-k {directory} -c listen_addresses= -c fsync=off -c max_connections=400");
    }

    public async ValueTask DisposeAsync()
    {
        if (directory is null)
            return;
        await AsServerAsync("pg_ctl", "stop", "-m", "immediate", "-D", Path.Combine(directory, "data"));
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>A new, empty database of a product.</summary>
    internal ProductDatabase NewProduct()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var schema = $"product{Interlocked.Increment(ref products)}";
        using (var connection = new NpgsqlConnection(Text("public")))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE SCHEMA " + schema;
            command.ExecuteNonQuery();
        }

        return new ProductDatabase(OutboxDialect.PostgreSql, Connect);

        DbConnection Connect() => new NpgsqlConnection(Text(schema));
    }

    private string Text(string schema) => $"Host={directory};Username=product;Database=postgres;Search Path={schema};Maximum Pool Size=20";

    private static Task AsServerAsync(string program, params string[] arguments)
    {
        var file = Path.Combine(Programs!, program);
        return Environment.UserName == "root"
            ? RunAsync("/usr/bin/setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", file, .. arguments])
            : RunAsync(file, arguments);
    }

    private static async Task RunAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        // The server that pg_ctl leaves behind has its own log: the pipes end with pg_ctl.
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{file} {string.Join(' ', arguments)}: {await output} {await error}");
    }
}
