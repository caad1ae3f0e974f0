-- The core that sent what the feed tells of an item: it has that revision, so nothing goes back there (A8). Null for what was made here.
ALTER TABLE items ADD COLUMN came_from BLOB;

-- A row is an item that a copy job takes to its target (J2), in the order given.
CREATE TABLE job_items (
    job    BLOB    NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    item   BLOB    NOT NULL CHECK (length(item) = 16),
    PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;

-- One queued run per target is enough to bring everything that is due; each copy brings its own items.
DROP INDEX jobs_one_queued;

CREATE UNIQUE INDEX jobs_one_queued ON jobs (target) WHERE state = 'Queued' AND started_by <> 'Copy';
