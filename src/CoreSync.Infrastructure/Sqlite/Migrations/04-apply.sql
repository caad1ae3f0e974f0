-- The name that the origin gives an item, where this core had to give it another one; null elsewhere.
ALTER TABLE items ADD COLUMN origin_name TEXT;

ALTER TABLE inbox ADD COLUMN origin_name TEXT;

-- What happens to a copy that was edited here when its origin sends a newer revision.
ALTER TABLE components ADD COLUMN on_edited TEXT NOT NULL DEFAULT 'Replace';

-- 1: what arrives waits until a person accepts it.
ALTER TABLE components ADD COLUMN needs_approval INTEGER NOT NULL DEFAULT 0;

-- Deletes of documents up to this position of the feed were confirmed by a person.
ALTER TABLE components ADD COLUMN deletes_confirmed_to INTEGER NOT NULL DEFAULT 0;

-- A row is what a document was before a change: the item's columns as in items. The newest of each item are kept, as many as the setting says.
CREATE TABLE item_revisions (
    row         INTEGER PRIMARY KEY,                                  -- grows in the order of keeping
    edit        INTEGER NOT NULL,                                     -- 0, or counts the versions of one revision that were made here
    kept_at     INTEGER NOT NULL,
    id          BLOB    NOT NULL CHECK (length(id) = 16),
    component   TEXT    NOT NULL,
    kind        INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    origin      BLOB    NOT NULL CHECK (length(origin) = 16),
    deleted     INTEGER NOT NULL,
    group_path  TEXT    NOT NULL,
    owner       TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    media_type  TEXT    NOT NULL,
    hash        BLOB    NOT NULL CHECK (length(hash) = 32),
    size        INTEGER NOT NULL,
    modified    INTEGER NOT NULL,
    executable  INTEGER NOT NULL,
    link_target TEXT    NOT NULL,
    refs        BLOB,
    auto_sync   INTEGER NOT NULL,
    payloads    TEXT,
    start_at    INTEGER,
    edited      INTEGER NOT NULL,
    origin_name TEXT,
    body        BLOB
) STRICT;

CREATE INDEX item_revisions_by_item ON item_revisions (id, row);

-- A row is a change that was received and not applied since a person decides about it, or decided: the item's columns as in items, of the source's feed.
CREATE TABLE conflicts (
    id               BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16), -- the incoming item
    source           BLOB    NOT NULL CHECK (length(source) = 16),    -- the core that sent it
    reason           TEXT    NOT NULL,
    other            BLOB,                                            -- the item of this core that it meets, or the held item that it needs; null for none
    first_at         INTEGER NOT NULL,
    last_at          INTEGER NOT NULL,
    decision         TEXT,                                            -- null while it waits
    decided_at       INTEGER,
    decided_by       TEXT,
    sequence         INTEGER NOT NULL,
    change_kind      INTEGER NOT NULL,
    content_sequence INTEGER NOT NULL,
    component        TEXT    NOT NULL,
    kind             INTEGER NOT NULL,
    name             TEXT    NOT NULL,
    origin           BLOB    NOT NULL CHECK (length(origin) = 16),
    deleted          INTEGER NOT NULL,
    group_path       TEXT    NOT NULL,
    owner            TEXT    NOT NULL,
    revision         INTEGER NOT NULL,
    media_type       TEXT    NOT NULL,
    hash             BLOB    NOT NULL CHECK (length(hash) = 32),
    size             INTEGER NOT NULL,
    modified         INTEGER NOT NULL,
    executable       INTEGER NOT NULL,
    link_target      TEXT    NOT NULL,
    refs             BLOB,
    auto_sync        INTEGER NOT NULL,
    payloads         TEXT,
    start_at         INTEGER,
    edited           INTEGER NOT NULL,
    origin_name      TEXT,
    body             BLOB                                             -- the document; null for files and once it was applied
) STRICT;

CREATE INDEX conflicts_waiting ON conflicts (first_at) WHERE decision IS NULL;

-- A row says that an item of another core takes the place of one of this core: a person linked the two, or the policy replaces.
CREATE TABLE links (
    mine    BLOB    NOT NULL PRIMARY KEY CHECK (length(mine) = 16),
    theirs  BLOB    NOT NULL CHECK (length(theirs) = 16),
    at      INTEGER NOT NULL,
    made_by TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX links_by_theirs ON links (theirs);

-- A row counts the attempts to change an item that is read-only here.
CREATE TABLE read_only_attempts (
    item     BLOB    NOT NULL PRIMARY KEY CHECK (length(item) = 16),
    attempts INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    last_by  TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
