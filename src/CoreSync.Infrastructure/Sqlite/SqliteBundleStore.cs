using CoreSync.Application.Bundles;
using CoreSync.Bundles;
using CoreSync.Items;
using CoreSync.Replication;
using CoreSync.Servers;
using CoreSync.Trust;
using Dapper;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>Signers, exports and imports under way.</summary>
internal sealed class SqliteBundleStore(SqliteDatabase database, TimeProvider time) : IBundleStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<RememberedSigner>> SignersAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<RememberedSigner>>(
        session =>
        [
            .. session.Connection.Query<SignerRow>(
                "SELECT fingerprint AS Fingerprint, subject AS Subject, core AS Core, remembered_at AS At, remembered_by AS By FROM bundle_signers ORDER BY remembered_at, fingerprint")
                .Select(row => new RememberedSigner(Fingerprint(row.Fingerprint), row.Subject, new CoreId(StoreValues.Guid(row.Core)), StoreValues.Moment(row.At), row.By)),
        ],
        cancellationToken);

    /// <inheritdoc/>
    public Task RememberAsync(RememberedSigner signer, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute(
                "INSERT OR IGNORE INTO bundle_signers (fingerprint, subject, core, remembered_at, remembered_by) VALUES (@Fingerprint, @Subject, @Core, @At, @By)",
                new { Fingerprint = signer.Fingerprint.Bytes.ToArray(), signer.Subject, Core = StoreValues.Bytes(signer.Core.Value), At = StoreValues.Ticks(signer.At), signer.By });
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ForgetAsync(CertificateFingerprint fingerprint, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Connection.Execute("DELETE FROM bundle_signers WHERE fingerprint = @Fingerprint", new { Fingerprint = fingerprint.Bytes.ToArray() }) > 0,
        cancellationToken);

    /// <inheritdoc/>
    public Task RecordExportAsync(BundleManifest manifest, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            foreach (var component in manifest.Components)
            {
                session.Connection.Execute(
                    "INSERT INTO bundle_exports (bundle, component, reached, exported_at) VALUES (@Bundle, @Component, @Reached, @At)",
                    new { Bundle = StoreValues.Bytes(manifest.Id), Component = component.Name.Value, Reached = component.To.Value, At = StoreValues.Ticks(time.GetUtcNow()) });
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ComponentName, Sequence>> ExportAsync(Guid bundle, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<ComponentName, Sequence>>(
            session => session.Connection.Query<PositionRow>(
                "SELECT component AS Component, reached AS Sequence FROM bundle_exports WHERE bundle = @Bundle", new { Bundle = StoreValues.Bytes(bundle) })
                .ToDictionary(row => StoreValues.Component(row.Component), row => new Sequence(row.Sequence)),
            cancellationToken);

    /// <inheritdoc/>
    public Task<Guid> BeginInsertAsync(BundleInsert insert, Guid seed, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute(
                "INSERT OR IGNORE INTO bundle_inserts (bundle, mode, group_path, owner, seed, begun_at) VALUES (@Bundle, @Mode, @Group, @Owner, @Seed, @At)",
                new { Bundle = StoreValues.Bytes(insert.Bundle), Mode = insert.Mode.ToString(), insert.Group, insert.Owner, Seed = StoreValues.Bytes(seed), At = StoreValues.Ticks(at) });
            return StoreValues.Guid(session.Connection.ExecuteScalar<byte[]>(
                "SELECT seed FROM bundle_inserts WHERE bundle = @Bundle AND mode = @Mode AND group_path = @Group AND owner = @Owner", Key(insert))!);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task EndInsertAsync(BundleInsert insert, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute("DELETE FROM bundle_inserts WHERE bundle = @Bundle AND mode = @Mode AND group_path = @Group AND owner = @Owner", Key(insert));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<KnownSource?> SourceAsync(CoreId core, CancellationToken cancellationToken) => database.ReadAsync(session => SourceRows.Known(session, core), cancellationToken);

    private static object Key(BundleInsert insert) => new { Bundle = StoreValues.Bytes(insert.Bundle), Mode = insert.Mode.ToString(), insert.Group, insert.Owner };

    private static CertificateFingerprint Fingerprint(byte[] bytes) =>
        bytes.Length == CertificateFingerprint.ByteLength ? CertificateFingerprint.FromBytes(bytes) : throw StoreValues.Corrupt("a fingerprint does not have 32 bytes");

    private sealed class SignerRow
    {
        public byte[] Fingerprint { get; init; } = [];

        public string Subject { get; init; } = "";

        public byte[] Core { get; init; } = [];

        public long At { get; init; }

        public string By { get; init; } = "";
    }

    private sealed class PositionRow
    {
        public string Component { get; init; } = "";

        public long Sequence { get; init; }
    }
}
