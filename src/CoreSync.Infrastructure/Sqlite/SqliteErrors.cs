using CoreSync.Errors;
using Microsoft.Data.Sqlite;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Says in our words what SQLite says in its own.</summary>
internal static class SqliteErrors
{
    // https://www.sqlite.org/rescode.html
    private const int Perm = 3, Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Corrupt = 11, Full = 13, CanNotOpen = 14, Constraint = 19, NotADatabase = 26;
    private const int Unique = 2067, PrimaryKey = 1555, ForeignKey = 787;

    public static CoreSyncException Translate(SqliteException exception, string file) => new(
        exception.SqliteErrorCode switch
        {
            Full => new StoreFullError(Path.GetDirectoryName(file) ?? file),
            Corrupt or NotADatabase => new StoreCorruptError(file, exception.Message),
            ReadOnly or CanNotOpen or Perm => new StoreUnwritableError(file, exception.Message),
            Busy or Locked or IoError => new StoreUnavailableError(exception.Message),
            _ => new UnexpectedError(exception.Message),
        },
        exception);

    public static bool IsUnique(SqliteException exception) => exception.SqliteExtendedErrorCode is Unique or PrimaryKey;

    public static bool IsForeignKey(SqliteException exception) => exception.SqliteExtendedErrorCode == ForeignKey;

    /// <summary>A broken rule of the schema leaves the connection sound; everything else gives it up.</summary>
    public static bool LeavesConnectionSound(SqliteException exception) => exception.SqliteErrorCode is Constraint or Busy;
}
