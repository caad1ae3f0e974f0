-- How the certificate of a target is judged: Explicit or Chain.
ALTER TABLE trust ADD COLUMN mode TEXT NOT NULL DEFAULT 'Explicit';

-- The next certificate that a target announced, with its details as JSON beside, and the moment of the newest statement that was ever taken from it.
ALTER TABLE trust ADD COLUMN announced TEXT;

ALTER TABLE trust ADD COLUMN announced_der BLOB;

ALTER TABLE trust ADD COLUMN announced_at INTEGER;

-- A row is a warning that was given: so many days were left of this certificate, 0 when it had ended.
CREATE TABLE expiry_warnings (
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    days        INTEGER NOT NULL,
    warned_at   INTEGER NOT NULL,
    PRIMARY KEY (fingerprint, days)
) STRICT, WITHOUT ROWID;

-- A row is a core that presents, or may present, its certificate to this one as a client; columns as in trust.
CREATE TABLE clients (
    core           BLOB    NOT NULL PRIMARY KEY CHECK (length(core) = 16),
    fqdn           TEXT    NOT NULL,
    account        TEXT    NOT NULL,                                  -- the account that it signs in with
    state          TEXT    NOT NULL,
    since_at       INTEGER,
    version        INTEGER NOT NULL,
    authorised     TEXT,
    authorised_der BLOB,
    previous       TEXT,
    previous_der   BLOB,
    pending        TEXT,
    pending_der    BLOB
) STRICT;
