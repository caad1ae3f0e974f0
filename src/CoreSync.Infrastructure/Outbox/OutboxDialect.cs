namespace CoreSync.Infrastructure.Outbox;

/// <summary>How the product's database makes the table of the outbox; everything else is SQL that both understand.</summary>
public enum OutboxDialect
{
    /// <summary>SQLite, by Microsoft.Data.Sqlite.</summary>
    Sqlite,

    /// <summary>PostgreSQL, by Npgsql.</summary>
    PostgreSql,
}
