using System.Globalization;
using CoreSync.Application.Health;
using CoreSync.Application.Settings;
using CoreSync.Errors;
using CoreSync.Settings;

namespace CoreSync.Infrastructure.Sqlite;

/// <summary>The store and its volume: size, free space, damage, an inbox that does not get on, and a clock that is behind what was recorded.</summary>
internal sealed class StoreHealth(SqliteDatabase database, ISettingStore settings, TimeProvider time) : IHealthProbe
{
    private const long Megabyte = 1024 * 1024;

    // Below this nothing can be received: content is written before it is applied.
    private const long HardlyAny = 64;

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan InboxPatience = TimeSpan.FromMinutes(10);

    private (long Row, long Stamp)? inboxHead;

    public HealthArea Area => HealthArea.Store;

    public async Task LookAsync(HealthNotes notes, CancellationToken cancellationToken)
    {
        await LookAtSpaceAsync(notes, cancellationToken).ConfigureAwait(false);
        var seen = await database.ReadAsync(
            session => (
                Schema: SqliteSchema.Read(session) ?? 0, Inbox: session.Number("SELECT count(*) FROM inbox"), InboxRow: session.Number("SELECT coalesce(min(row), 0) FROM inbox"),
                Newest: session.Number("SELECT max(coalesce((SELECT max(contact_at) FROM targets), 0), coalesce((SELECT max(started_at) FROM serving), 0))")),
            cancellationToken).ConfigureAwait(false);
        notes.Fact(Area, "store-schema", seen.Schema.ToString(CultureInfo.InvariantCulture));
        LookAtInbox(notes, seen.Inbox, seen.InboxRow);
        var now = time.GetUtcNow();
        if (StoreValues.Moment(seen.Newest) is var newest && newest > now + ClockTolerance)
            notes.Find(HealthArea.Core, HealthSeverity.Warning, new ClockWentBackError(Text(now), Text(newest)));
        if (notes.IsDeep)
            await CheckAsync(notes, cancellationToken).ConfigureAwait(false);
    }

    private async Task LookAtSpaceAsync(HealthNotes notes, CancellationToken cancellationToken)
    {
        var directory = database.Directory;
        notes.Fact(Area, "store-size", Size(directory.Database, directory.Database + "-wal").ToString(CultureInfo.InvariantCulture));
        try
        {
            var free = new DriveInfo(directory.Root).AvailableFreeSpace;
            notes.Fact(Area, "free-space", free.ToString(CultureInfo.InvariantCulture));
            var wanted = await settings.ReadNumberAsync(Setting.FreeMegabytes, cancellationToken).ConfigureAwait(false);
            if (free < wanted * Megabyte)
                notes.Find(Area, free < HardlyAny * Megabyte ? HealthSeverity.Failure : HealthSeverity.Warning, new SpaceLowError(directory.Root, free / Megabyte, wanted));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            notes.Find(Area, HealthSeverity.Failure, new StoreUnwritableError(directory.Root, failure.Message));
        }
    }

    // The same first row for long: nothing is applied any more. A process that looks once cannot tell.
    private void LookAtInbox(HealthNotes notes, long count, long row)
    {
        notes.Fact(Area, "inbox-items", count.ToString(CultureInfo.InvariantCulture));
        if (count == 0)
            inboxHead = null;
        else if (inboxHead is not { } head || head.Row != row)
            inboxHead = (row, time.GetTimestamp());
        else if (time.GetElapsedTime(head.Stamp) is var since && since > InboxPatience)
            notes.Find(HealthArea.Core, HealthSeverity.Failure, new InboxStuckError(count, (int)since.TotalMinutes));
    }

    private async Task CheckAsync(HealthNotes notes, CancellationToken cancellationToken)
    {
        var verdict = await database.ReadAsync(session => (string?)session.Prepare("PRAGMA quick_check(1)").ExecuteScalar() ?? "", cancellationToken).ConfigureAwait(false);
        notes.Fact(Area, "store-check", verdict);
        if (verdict != "ok")
            notes.Find(Area, HealthSeverity.Failure, new StoreCorruptError(database.Directory.Database, verdict));
    }

    private static long Size(params string[] files) => files.Select(file => new FileInfo(file)).Where(file => file.Exists).Sum(file => file.Length);

    private static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
