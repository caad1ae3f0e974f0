-- Conventions: STRICT tables. A GUID is a BLOB of 16 bytes, big-endian. A moment (…_at) is UTC, in 100 ns since 0001-01-01. A size is in bytes.
-- Enumerations are the text of their C# name, except in items and inbox, where their number saves space.
-- A statement ends with a semicolon at the end of a line; no other line ends with one (the runner splits there).

-- The one row says which core this store belongs to, who writes it and where its change feed ends.
CREATE TABLE core (
    one               INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    id                BLOB    NOT NULL CHECK (length(id) = 16),
    fqdn              TEXT    NOT NULL,
    role              TEXT    NOT NULL,
    store_id          BLOB    NOT NULL CHECK (length(store_id) = 16), -- incarnation of this store
    certificate_store TEXT    NOT NULL,                               -- name of the platform certificate store
    created_at        INTEGER NOT NULL,
    epoch             INTEGER NOT NULL,                               -- counts the processes that became the writer
    sequence          INTEGER NOT NULL                                -- the newest sequence given
) STRICT;

-- A row is a value that differs from the default of its setting.
CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- A row is a kind of item that this core knows, with its policies; directories and patterns are null unless kind is Files.
CREATE TABLE components (
    name              TEXT    NOT NULL PRIMARY KEY,
    kind              TEXT    NOT NULL,
    enabled           INTEGER NOT NULL,
    on_delete         TEXT    NOT NULL,
    on_clash          TEXT    NOT NULL,
    send_from         TEXT,                                           -- absolute directory
    receive_to        TEXT,                                           -- absolute directory
    include           TEXT,                                           -- JSON array of patterns
    exclude           TEXT,                                           -- JSON array of patterns
    auto_sync         INTEGER,
    record_links      INTEGER,
    confirmed_deletes INTEGER NOT NULL DEFAULT 0                      -- files that a person said may vanish at the next scan
) STRICT;

-- A row is an item, own or received, or the tombstone of one. Bodies of documents are in the last column, so that metadata is read without them.
CREATE TABLE items (
    row              INTEGER PRIMARY KEY,
    id               BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    component        TEXT    NOT NULL,
    kind             INTEGER NOT NULL,                                -- 1 document, 2 file, 3 directory, 4 link
    name             TEXT    NOT NULL,
    group_path       TEXT    NOT NULL,
    owner            TEXT    NOT NULL,
    origin           BLOB    NOT NULL CHECK (length(origin) = 16),    -- the core where it was made
    revision         INTEGER NOT NULL,
    media_type       TEXT    NOT NULL,
    hash             BLOB    NOT NULL CHECK (length(hash) = 32),      -- SHA-256 of the content
    size             INTEGER NOT NULL,
    modified         INTEGER NOT NULL,                                -- last modification of the file; 0 for documents
    executable       INTEGER NOT NULL,
    link_target      TEXT    NOT NULL,
    refs             BLOB,                                            -- ids of the items needed, 16 bytes each; null for none
    auto_sync        INTEGER NOT NULL,
    payloads         TEXT,                                            -- JSON array of path, size and hash of each; null for none
    start_at         INTEGER,                                         -- when a task starts; null for none
    edited           INTEGER NOT NULL,                                -- 1: a copy that was changed here after it came
    deleted          INTEGER NOT NULL,                                -- 1: a tombstone
    own              INTEGER NOT NULL,                                -- 1: origin is this core
    sequence         INTEGER NOT NULL,                                -- position in the feed of the last change that travels
    content_sequence INTEGER NOT NULL,                                -- position at which the content that travels changed last
    change_kind      INTEGER NOT NULL,                                -- 1 upsert, 2 delete, 3 release
    travels          INTEGER NOT NULL,                                -- 1: in the feed; 0: never was flagged for auto sync
    name_key         INTEGER,                                         -- hash of the canonical path, near for files of one directory; null for documents and tombstones
    content_key      INTEGER,                                         -- the first 8 bytes of hash for own live files; null for all others
    stamp_size       INTEGER,                                         -- what the scanner saw last; null before
    stamp_modified   INTEGER,
    stamp_scanned    INTEGER,
    body             BLOB                                             -- the document; null for other kinds and tombstones
) STRICT;

CREATE INDEX items_feed ON items (component, sequence) WHERE travels = 1;

CREATE INDEX items_by_name ON items (component, name, id) WHERE deleted = 0;

-- The component is left out: both keys are selective, and small entries keep the pages that a batch touches few.
CREATE INDEX items_by_key ON items (name_key) WHERE name_key IS NOT NULL;

CREATE INDEX items_by_content ON items (content_key) WHERE content_key IS NOT NULL;

-- A row says that an item refers to another, which may be absent: who must be told when that one changes (J4).
CREATE TABLE item_references (
    needed BLOB NOT NULL CHECK (length(needed) = 16),
    item   BLOB NOT NULL CHECK (length(item) = 16),
    PRIMARY KEY (needed, item)
) STRICT, WITHOUT ROWID;

-- A row is something that the last scan of a files component could not take.
CREATE TABLE scan_problems (
    component TEXT NOT NULL,
    path      TEXT NOT NULL,
    code      TEXT NOT NULL,
    message   TEXT NOT NULL
) STRICT;

CREATE INDEX scan_problems_by_component ON scan_problems (component, path);

-- A row is an entry in the list of target cores.
CREATE TABLE targets (
    id              BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    fqdn            TEXT    NOT NULL UNIQUE,                          -- ASCII form
    port            INTEGER NOT NULL,
    dial_host       TEXT,                                             -- where to connect instead; null dials fqdn and port
    dial_port       INTEGER,
    description     TEXT    NOT NULL,
    enabled         INTEGER NOT NULL,
    added_at        INTEGER NOT NULL,
    known_core      BLOB,                                             -- id that the core gave at the first trusted contact
    contact_state   TEXT    NOT NULL,
    contact_at      INTEGER,
    contact_code    TEXT,
    contact_message TEXT,
    last_success_at INTEGER
) STRICT;

-- A row is what was decided about the certificate of a target; certificates are DER with their details as JSON beside.
CREATE TABLE trust (
    target         BLOB    NOT NULL PRIMARY KEY REFERENCES targets (id) ON DELETE CASCADE,
    state          TEXT    NOT NULL,
    since_at       INTEGER,
    version        INTEGER NOT NULL,                                  -- counts saves
    authorised     TEXT,
    authorised_der BLOB,
    previous       TEXT,
    previous_der   BLOB,
    pending        TEXT,
    pending_der    BLOB
) STRICT;

-- A row is an event of the trust in a core; each is chained to the one before by its hash, none is ever changed or removed.
CREATE TABLE trust_history (
    number               INTEGER NOT NULL PRIMARY KEY,                -- 1, 2, 3 … without gaps
    at                   INTEGER NOT NULL,                            -- milliseconds since 1970-01-01 UTC: what the hash covers
    fqdn                 TEXT    NOT NULL,
    kind                 TEXT    NOT NULL,
    fingerprint          BLOB,
    previous_fingerprint BLOB,
    problems             TEXT    NOT NULL,                            -- names, separated by commas
    actor                TEXT    NOT NULL,
    origin               TEXT    NOT NULL,
    reason               TEXT    NOT NULL,
    previous_hash        BLOB    NOT NULL,
    hash                 BLOB    NOT NULL
) STRICT;

CREATE TRIGGER trust_history_is_never_changed BEFORE UPDATE ON trust_history BEGIN SELECT RAISE(ABORT, 'the trust history is append-only'); END;

CREATE TRIGGER trust_history_is_never_removed BEFORE DELETE ON trust_history BEGIN SELECT RAISE(ABORT, 'the trust history is append-only'); END;

CREATE INDEX trust_history_by_target ON trust_history (fqdn, number);

-- A row is a built-in account.
CREATE TABLE accounts (
    name_key      TEXT NOT NULL PRIMARY KEY,                          -- the name in NFC and upper case
    name          TEXT NOT NULL,
    rights        TEXT NOT NULL,
    components    TEXT NOT NULL,                                      -- names, separated by commas; empty for all
    stamp         TEXT NOT NULL,
    password_hash TEXT NOT NULL
) STRICT;

-- A row is a user name and password that this core uses on others; the password is encrypted with keys outside the store.
CREATE TABLE credentials (
    scope     TEXT NOT NULL PRIMARY KEY,                              -- default, scheduler, target:GUID
    kind      TEXT NOT NULL,
    target    BLOB REFERENCES targets (id) ON DELETE CASCADE,
    user_name TEXT NOT NULL,
    secret    BLOB NOT NULL
) STRICT;

CREATE INDEX credentials_by_target ON credentials (target);

-- A row is where a target stood in this core's feed at its last receipt.
CREATE TABLE checkpoints (
    target    BLOB    NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
    component TEXT    NOT NULL,
    store_id  BLOB    NOT NULL CHECK (length(store_id) = 16),
    sequence  INTEGER NOT NULL,
    PRIMARY KEY (target, component)
) STRICT, WITHOUT ROWID;

-- A row is an item that a target refused and has not applied since.
CREATE TABLE failures (
    target    BLOB    NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
    item      BLOB    NOT NULL CHECK (length(item) = 16),
    component TEXT    NOT NULL,
    kind      TEXT    NOT NULL,
    code      TEXT    NOT NULL,
    message   TEXT    NOT NULL,
    attempts  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    PRIMARY KEY (target, item)
) STRICT, WITHOUT ROWID;

-- A row is a source core that sends to this one: the incarnation of its store and the highest writer epoch seen.
CREATE TABLE sources (
    core     BLOB    NOT NULL PRIMARY KEY CHECK (length(core) = 16),
    store_id BLOB    NOT NULL CHECK (length(store_id) = 16),
    epoch    INTEGER NOT NULL
) STRICT;

-- A row is where this core stands in the feed of a source; never moves back, forgotten when the source's store is replaced.
CREATE TABLE source_checkpoints (
    source    BLOB    NOT NULL REFERENCES sources (core) ON DELETE CASCADE,
    component TEXT    NOT NULL,
    sequence  INTEGER NOT NULL,
    PRIMARY KEY (source, component)
) STRICT, WITHOUT ROWID;

-- A row is a change that was received and is not applied yet: the item's columns as in items, of the source's feed.
CREATE TABLE inbox (
    row              INTEGER PRIMARY KEY,
    source           BLOB    NOT NULL REFERENCES sources (core) ON DELETE CASCADE,
    stream           TEXT    NOT NULL,                                -- the component whose batch brought it
    sequence         INTEGER NOT NULL,
    change_kind      INTEGER NOT NULL,
    content_sequence INTEGER NOT NULL,
    id               BLOB    NOT NULL CHECK (length(id) = 16),
    component        TEXT    NOT NULL,
    kind             INTEGER NOT NULL,
    name             TEXT    NOT NULL,
    group_path       TEXT    NOT NULL,
    owner            TEXT    NOT NULL,
    origin           BLOB    NOT NULL CHECK (length(origin) = 16),
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
    deleted          INTEGER NOT NULL,
    body             BLOB,                                            -- content that came inside the batch
    UNIQUE (source, stream, sequence)
) STRICT;

-- A row is one run of synchronisation to one target; it outlives the entry of the target.
CREATE TABLE jobs (
    row              INTEGER PRIMARY KEY,                             -- grows in the order of queueing
    id               BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    target           BLOB    NOT NULL,
    fqdn             TEXT    NOT NULL,
    started_by       TEXT    NOT NULL,                                -- the trigger
    state            TEXT    NOT NULL,
    queued_at        INTEGER NOT NULL,
    started_at       INTEGER,
    ended_at         INTEGER,
    items_total      INTEGER NOT NULL,
    applied          INTEGER NOT NULL,
    skipped          INTEGER NOT NULL,
    rejected         INTEGER NOT NULL,
    conflicts        INTEGER NOT NULL,
    bytes_sent       INTEGER NOT NULL,
    bytes_total      INTEGER NOT NULL,
    error_code       TEXT,
    error_message    TEXT,
    cancel_requested INTEGER NOT NULL
) STRICT;

-- Never more than one queued and one running job per target.
CREATE UNIQUE INDEX jobs_one_queued ON jobs (target) WHERE state = 'Queued';

CREATE UNIQUE INDEX jobs_one_running ON jobs (target) WHERE state = 'Running';

CREATE INDEX jobs_by_target ON jobs (fqdn, row);

-- A row is how one item of a job ended, when it was neither applied nor skipped.
CREATE TABLE outcomes (
    row       INTEGER PRIMARY KEY,
    job       BLOB    NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    item      BLOB    NOT NULL CHECK (length(item) = 16),
    sequence  INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    code      TEXT    NOT NULL,
    message   TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    component TEXT    NOT NULL
) STRICT;

CREATE INDEX outcomes_by_job ON outcomes (job);
