-- A row is what the live auto-synced items of one component and origin, whose ids begin with these 12 bits, add up to (docs/protocol.md, comparing).
CREATE TABLE digests (
    component TEXT    NOT NULL,
    origin    BLOB    NOT NULL CHECK (length(origin) = 16),
    bucket    INTEGER NOT NULL,                                       -- 0 to 4095
    items     INTEGER NOT NULL,
    sum       BLOB    NOT NULL CHECK (length(sum) = 16),              -- sum of their digests modulo 2^128, big-endian
    PRIMARY KEY (component, origin, bucket)
) STRICT, WITHOUT ROWID;

-- The one row says whether the digests cover every item: those that were written before the table existed are counted at the next start.
CREATE TABLE digest_state (
    one      INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    complete INTEGER NOT NULL
) STRICT;

INSERT INTO digest_state (one, complete) SELECT 1, NOT EXISTS (SELECT 1 FROM items);

-- What the target's stream looked like after the last batch: both sides keep it, and a store that went back has another one (P6).
ALTER TABLE checkpoints ADD COLUMN mark BLOB;

ALTER TABLE source_checkpoints ADD COLUMN mark BLOB;

-- The process that writes with the epoch: two copies of one core may have the same epoch, never the same writer.
ALTER TABLE sources ADD COLUMN writer BLOB;

-- A row says that a component of a target must be compared with this core, since one of the two stores went back.
CREATE TABLE doubts (
    target    BLOB    NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
    component TEXT    NOT NULL,
    reason    TEXT    NOT NULL,
    since_at  INTEGER NOT NULL,
    PRIMARY KEY (target, component)
) STRICT, WITHOUT ROWID;

-- A row is what this store knows about writing to a target: which process was let in last, and when this store had to rise above another writer.
CREATE TABLE target_writers (
    target     BLOB    NOT NULL PRIMARY KEY REFERENCES targets (id) ON DELETE CASCADE,
    epoch      INTEGER NOT NULL,
    writer     BLOB    NOT NULL,
    raised_at  INTEGER,
    blocked_at INTEGER                                                -- another copy of this core writes there; a person decides
) STRICT;

-- A row says where the feed ended at a moment: tells how old a tombstone is at least.
CREATE TABLE feed_times (
    sequence INTEGER NOT NULL PRIMARY KEY,
    at       INTEGER NOT NULL
) STRICT;

-- A row says up to which sequence tombstones of a component were purged: a target that stands before it is compared, not only sent what is left.
CREATE TABLE feed_horizons (
    component TEXT    NOT NULL PRIMARY KEY,
    sequence  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A row is a received file whose place on this core no longer holds what the catalogue says.
CREATE TABLE damaged_files (
    item      BLOB    NOT NULL PRIMARY KEY CHECK (length(item) = 16),
    component TEXT    NOT NULL,
    origin    BLOB    NOT NULL,
    damage    TEXT    NOT NULL,
    found_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
