using CoreSync.Application.Cores;
using CoreSync.Items;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>Copies of stores and directories, taken and put back as an administrator does.</summary>
internal static class RestoredCores
{
    /// <summary>A copy of the store while the core is stopped: the file and what belongs to it.</summary>
    public static async Task<string> CopyAsync(this RealCore core, string name)
    {
        await core.CloseAsync();
        var copy = Directory.CreateDirectory(Path.Combine(core.DataDirectory, "..", $"copy-{name}")).FullName;
        foreach (var file in Directory.GetFiles(core.DataDirectory, "coresync.db*"))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        core.Open();
        return copy;
    }

    /// <summary>A copy made while the core runs, as <c>db backup</c> does.</summary>
    public static async Task<string> BackupAsync(this RealCore core, string name)
    {
        var copy = Directory.CreateDirectory(Path.Combine(core.DataDirectory, "..", $"backup-{name}")).FullName;
        var made = await core.Services.GetRequiredService<IStoreMaintenance>().BackupAsync(Path.Combine(copy, "coresync.db"), CancellationToken.None);
        Assert.True(made.IsSuccess, made.ToString());
        return copy;
    }

    /// <summary>Puts a copy in the place of the store.</summary>
    public static async Task RestoreAsync(this RealCore core, string copy)
    {
        await core.CloseAsync();
        foreach (var file in Directory.GetFiles(core.DataDirectory, "coresync.db*"))
            File.Delete(file);
        foreach (var file in Directory.GetFiles(copy))
            File.Copy(file, Path.Combine(core.DataDirectory, Path.GetFileName(file)));
        core.Open();
    }

    /// <summary>Replaces a directory tree by a copy of it.</summary>
    public static void Replace(string directory, string by)
    {
        Directory.Delete(directory, recursive: true);
        CopyTree(by, directory);
    }

    public static void CopyTree(string from, string to)
    {
        Directory.CreateDirectory(to);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var place = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Copy(file, place);
            File.SetLastWriteTimeUtc(place, File.GetLastWriteTimeUtc(file));
        }
    }

    /// <summary>Writes to the store behind the back of the core.</summary>
    public static void Tamper(this RealCore core, string sql, params (string Name, object Value)[] values)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(core.DataDirectory, "coresync.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of tests
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }

    /// <summary>Live items of a component that both cores keep in sync, as name, revision and content.</summary>
    public static async Task<SortedDictionary<string, string>> InSyncAsync(this RealCore core, string component = "queries")
    {
        var items = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in (await core.ListAsync(component)).Where(item => item.AutoSync))
            items[item.Id.ToString()] = $"{item.Name}|{item.Revision}|{(item.Kind == ItemKind.Document ? await core.TextAsync(item) : item.Hash)}";
        return items;
    }
}
