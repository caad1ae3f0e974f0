using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>An open connection with its prepared commands. Used by one thread at a time.</summary>
/// <remarks>One statement per command, always: what follows a row-returning statement in one command is run unseen, its error lost.</remarks>
internal sealed class SqliteSession : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SqliteStatement> statements = new(StringComparer.Ordinal);

    public SqliteSession(SqliteConnection connection) => Connection = connection;

    /// <summary>The connection, for Dapper.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Whether a transaction is open.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(Connection.Handle) == 0;

    /// <summary>The command of this text, prepared at its first use; its parameters are in the order named, their values those of the last use.</summary>
    public SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        if (commands.TryGetValue(sql, out var command))
            return command;
        command = Connection.CreateCommand();
#pragma warning disable CA2100 // every text is a constant of this assembly
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter(name, DBNull.Value));
        command.Prepare();
        commands.Add(sql, command);
        return command;
    }

    /// <summary>The statement of this text for a hot path, prepared at its first use.</summary>
    public SqliteStatement Statement(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
            statements.Add(sql, statement = new SqliteStatement(Connection.Handle!, sql));
        return statement;
    }

    /// <summary>Runs a statement without parameters.</summary>
    public void Execute(string sql) => Prepare(sql).ExecuteNonQuery();

    /// <summary>Reads the one number of a query or pragma.</summary>
    public long Number(string sql) => (long)(Prepare(sql).ExecuteScalar() ?? 0L);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in statements.Values)
            statement.Dispose();
        foreach (var command in commands.Values)
            command.Dispose();
        Connection.Dispose();
    }
}
