-- Push: a core that this one sends to; Pull: a source that this rollup core collects from.
ALTER TABLE targets ADD COLUMN direction TEXT NOT NULL DEFAULT 'Push';

-- Position of the last write of an item whose place in the feed for targets stayed where it was; null where it is the sequence. Rollup cores are told of every write.
ALTER TABLE items ADD COLUMN written INTEGER;

CREATE INDEX items_unflagged ON items (component, sequence) WHERE travels = 0;

CREATE INDEX items_written ON items (component, written) WHERE written IS NOT NULL;

-- Up to which position tombstones were purged that rollup cores would have been told of.
ALTER TABLE feed_horizons ADD COLUMN written INTEGER NOT NULL DEFAULT 0;

-- A row is a rollup core that collects from this core.
CREATE TABLE readers (
    core      BLOB    NOT NULL PRIMARY KEY CHECK (length(core) = 16),
    name      TEXT    NOT NULL,                                       -- the FQDN that it gave
    account   TEXT    NOT NULL,                                       -- the account that it signed in with last
    seen_at   INTEGER NOT NULL,
    refused   TEXT,                                                   -- why it was refused last; null when it was let in
    epoch     INTEGER NOT NULL,                                       -- what it knows of the writers of this store, as in target_writers
    writer    BLOB    NOT NULL,
    raised_at INTEGER
) STRICT;

-- A row is what a rollup core acknowledged of a component, as in checkpoints.
CREATE TABLE reader_positions (
    reader    BLOB    NOT NULL REFERENCES readers (core) ON DELETE CASCADE,
    component TEXT    NOT NULL,
    store_id  BLOB    NOT NULL CHECK (length(store_id) = 16),
    sequence  INTEGER NOT NULL,
    mark      BLOB,
    PRIMARY KEY (reader, component)
) STRICT, WITHOUT ROWID;
