using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>A prepared statement for the hot paths, bound by position (1 is the first parameter in the text) without garbage.</summary>
/// <remarks>The provider's own command looks every parameter up by name and boxes each value: a third of the cost of writing an item.</remarks>
internal sealed class SqliteStatement : IDisposable
{
    private const int StackBytes = 512;
    private const int Persistent = 1;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public SqliteStatement(sqlite3 database, string sql)
    {
        this.database = database;
        var code = raw.sqlite3_prepare_v3(database, sql, Persistent, out statement);
        SqliteException.ThrowExceptionForRC(code, database);
    }

    public void Bind(int position, long value) => Check(raw.sqlite3_bind_int64(statement, position, value));

    public void Bind(int position, bool value) => Check(raw.sqlite3_bind_int64(statement, position, value ? 1 : 0));

    public void BindNull(int position) => Check(raw.sqlite3_bind_null(statement, position));

    public void Bind(int position, string value)
    {
        // An empty span has no address and would be taken as null.
        if (value.Length == 0)
        {
            Check(raw.sqlite3_bind_text(statement, position, ""));
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> bytes = most <= StackBytes ? stackalloc byte[StackBytes] : new byte[most];
        Check(raw.sqlite3_bind_text(statement, position, bytes[..Encoding.UTF8.GetBytes(value, bytes)]));
    }

    public void Bind(int position, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        Check(raw.sqlite3_bind_blob(statement, position, bytes));
    }

    public void Bind(int position, ReadOnlySpan<byte> value) =>
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, position, 0) : raw.sqlite3_bind_blob(statement, position, value));

    /// <summary>Binds content, or null.</summary>
    public void Bind(int position, ReadOnlyMemory<byte>? value)
    {
        if (value is { } content)
            Bind(position, content.Span);
        else
            BindNull(position);
    }

    public void Bind(int position, long? value)
    {
        if (value is { } number)
            Bind(position, number);
        else
            BindNull(position);
    }

    /// <summary>Runs a statement that gives no row.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Goes to the next row; false at the end. Call <see cref="Reset"/> when done.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code == raw.SQLITE_DONE)
            return false;
        try
        {
            SqliteException.ThrowExceptionForRC(code, database);
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }

        return false;
    }

    /// <summary>A number of the present row.</summary>
    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>The bytes of a column of the present row; empty for null. Valid until the statement goes on.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    /// <summary>Whether a column of the present row is this text.</summary>
    public bool Holds(int column, string text)
    {
        var stored = raw.sqlite3_column_blob(statement, column);
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= StackBytes ? stackalloc byte[StackBytes] : new byte[most];
        return stored.SequenceEqual(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <summary>Whether a column of the present row is this GUID.</summary>
    public bool Holds(int column, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return raw.sqlite3_column_blob(statement, column).SequenceEqual(bytes);
    }

    /// <summary>Makes the statement ready for its next use; bindings stay.</summary>
    public void Reset() => Check(raw.sqlite3_reset(statement));

    /// <inheritdoc/>
    public void Dispose() => statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(code, database);
    }
}
