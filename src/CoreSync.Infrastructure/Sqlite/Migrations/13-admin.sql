-- A row is a session of the admin API or the web console: who signed in, from where, until when. Its secret is with the one who signed in; here is its SHA-256.
CREATE TABLE admin_sessions (
    hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    account    TEXT    NOT NULL,
    stamp      TEXT    NOT NULL,                                  -- of the account when it signed in: another one now, and the session is void
    kind       TEXT    NOT NULL,                                  -- Cookie or Token
    origin     TEXT    NOT NULL,                                  -- remote address
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX admin_sessions_by_account ON admin_sessions (account, started_at);

-- Pages of the list of jobs, by state or by what started them.
CREATE INDEX jobs_by_state ON jobs (state, row);

CREATE INDEX jobs_by_trigger ON jobs (started_by, row);
