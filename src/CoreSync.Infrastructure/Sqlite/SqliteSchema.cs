using System.Globalization;
using System.Reflection;
using System.Text;
using CoreSync.Errors;
using DbUp;
using DbUp.Engine;
using DbUp.Sqlite.Helpers;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The numbered scripts and the number of the schema that a store has (S4).</summary>
/// <remarks>The number is <c>PRAGMA user_version</c>, set in the transaction of the scripts; <c>application_id</c> tells our files from others'.</remarks>
internal static class SqliteSchema
{
    /// <summary><c>CoSy</c> in ASCII.</summary>
    public const long ApplicationId = 0x436F5379;

    private const string Folder = "CoreSync.Infrastructure.Sqlite.Migrations.";

    /// <summary>The number of the newest script: the schema that this program knows.</summary>
    public static int Known { get; } = Scripts().Max(script => Number(script.Name));

    /// <summary>The schema number of an open store.</summary>
    /// <returns>Null when the file is not a store of CoreSync.</returns>
    public static int? Read(SqliteSession session) =>
        session.Number("PRAGMA application_id") == ApplicationId ? (int)session.Number("PRAGMA user_version") : null;

    /// <summary>Says why a store of this schema cannot be used; null when it can.</summary>
    public static CoreSyncError? Judge(int? found, string file) => found switch
    {
        null => new StoreCorruptError(file, "it is not a store of CoreSync"),
        { } number when number > Known => new StoreNewerSchemaError(number, Known),
        { } number when number < Known => new StoreOlderSchemaError(number, Known),
        _ => null,
    };

    /// <summary>Runs the scripts that this store does not have yet. The caller holds the lock and an open transaction: all or none.</summary>
    /// <exception cref="SqliteException">A statement failed.</exception>
    public static void Upgrade(SqliteSession session)
    {
        using var shared = new SharedConnection(session.Connection);
        var result = DeployChanges.To
            .SqliteDatabase(shared)
            .WithScripts(Scripts())
            .WithVariablesDisabled()
            .WithoutTransaction()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw result.Error is SqliteException failure ? failure : new InvalidOperationException($"The script {result.ErrorScript?.Name} failed", result.Error);

        session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}"));
        session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Known}"));
    }

    /// <summary>The statements of a script: each ends with a semicolon at the end of a line.</summary>
    public static IReadOnlyList<string> Statements(string script)
    {
        var statements = new List<string>();
        var statement = new StringBuilder();
        foreach (var line in script.Split('\n').Select(line => line.TrimEnd()))
        {
            var comment = line.TrimStart().StartsWith("--", StringComparison.Ordinal);
            if (!comment)
                statement.Append(line).Append('\n');
            if (comment || !line.EndsWith(';'))
                continue;
            statements.Add(statement.ToString().Trim().TrimEnd(';'));
            statement.Clear();
        }

        return statement.ToString().Trim().Length == 0
            ? statements
            : throw new InvalidOperationException("The last statement of a script does not end with a semicolon");
    }

    // DbUp's SQLite adapter runs as one command what stands between lines of a lone semicolon.
    private static List<SqlScript> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => new SqlScript(name[Folder.Length..], string.Join("\n;\n", Statements(Text(assembly, name))))),
        ];
    }

    private static string Text(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static int Number(string script) => int.Parse(script.AsSpan(0, script.IndexOf('-', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture);
}
