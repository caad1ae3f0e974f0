-- A row is a copy with payloads that a target acknowledged though it does not go there by auto sync: what the target may ask for again when content of it is lost (S18).
CREATE TABLE sent_copies (
    target   BLOB    NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
    item     BLOB    NOT NULL CHECK (length(item) = 16),
    revision INTEGER NOT NULL,                                        -- the one that the target was given last
    PRIMARY KEY (target, item)
) STRICT, WITHOUT ROWID;

-- A row is something that is done at a slow cadence, and when it was done last, in ticks.
CREATE TABLE upkeep (
    task    TEXT    NOT NULL PRIMARY KEY,
    done_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
