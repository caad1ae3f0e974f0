-- The one row is the service that started last: where it listens, for other processes that look after the core.
CREATE TABLE serving (
    one        INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    host       TEXT    NOT NULL,
    port       INTEGER NOT NULL,
    process_id INTEGER NOT NULL,
    version    TEXT    NOT NULL,
    runtime    TEXT    NOT NULL,
    started_at INTEGER NOT NULL
) STRICT;

-- A row is a trouble that people were told of and that is not over; key is code and subject of the finding.
CREATE TABLE troubles (
    key       TEXT    NOT NULL PRIMARY KEY,
    code      TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    severity  TEXT    NOT NULL,
    since_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A row is a notification on its way through one channel; it goes when it was handed over, or given up.
CREATE TABLE notifications (
    row        INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL CHECK (length(id) = 16),              -- the same in all channels
    channel    TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    severity   TEXT    NOT NULL,
    message    TEXT    NOT NULL,
    hint       TEXT    NOT NULL,
    since_at   INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_at    INTEGER NOT NULL,
    last_error TEXT
) STRICT;

CREATE INDEX notifications_due ON notifications (next_at);
