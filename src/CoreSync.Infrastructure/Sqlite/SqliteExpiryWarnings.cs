using CoreSync.Application.Trust;
using CoreSync.Trust;
using Dapper;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Remembers which warnings about the end of certificates were given.</summary>
internal sealed class SqliteExpiryWarnings(SqliteDatabase database) : IExpiryWarnings
{
    /// <inheritdoc/>
    public Task<bool> IsFirstAsync(CertificateFingerprint certificate, int threshold, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Connection.Execute(
            "INSERT INTO expiry_warnings (fingerprint, days, warned_at) VALUES (@Fingerprint, @Days, @WarnedAt) ON CONFLICT (fingerprint, days) DO NOTHING",
            new { Fingerprint = certificate.Bytes.ToArray(), Days = threshold, WarnedAt = StoreValues.Ticks(at) }) > 0,
        cancellationToken);
}
