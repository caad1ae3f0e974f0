-- A row is a certificate whose bundles this core imports, beside those of its trusted target cores.
CREATE TABLE bundle_signers (
    fingerprint   BLOB    NOT NULL PRIMARY KEY CHECK (length(fingerprint) = 32),
    subject       TEXT    NOT NULL,
    core          BLOB    NOT NULL CHECK (length(core) = 16),         -- the only core in whose name it signs
    remembered_at INTEGER NOT NULL,
    remembered_by TEXT    NOT NULL
) STRICT;

-- A row is a component of a bundle that this core exported: what a receipt may speak of.
CREATE TABLE bundle_exports (
    bundle      BLOB    NOT NULL CHECK (length(bundle) = 16),
    component   TEXT    NOT NULL,
    reached     INTEGER NOT NULL,                                     -- the last sequence in it
    exported_at INTEGER NOT NULL,
    PRIMARY KEY (bundle, component)
) STRICT, WITHOUT ROWID;

-- A row is an import with new ids that has begun and not ended: done again, it makes the same ids.
CREATE TABLE bundle_inserts (
    bundle     BLOB    NOT NULL CHECK (length(bundle) = 16),
    mode       TEXT    NOT NULL,
    group_path TEXT    NOT NULL,                                      -- empty for the groups of the file
    owner      TEXT    NOT NULL,                                      -- empty for the owners of the file
    seed       BLOB    NOT NULL CHECK (length(seed) = 16),
    begun_at   INTEGER NOT NULL,
    PRIMARY KEY (bundle, mode, group_path, owner)
) STRICT, WITHOUT ROWID;
