-- When, what and how fast a target is synchronised: what a person decided.
ALTER TABLE targets ADD COLUMN every_seconds REAL;

ALTER TABLE targets ADD COLUMN cron TEXT;

ALTER TABLE targets ADD COLUMN on_change INTEGER;

-- Windows and blackouts in their text form, separated by semicolons; empty for none.
ALTER TABLE targets ADD COLUMN windows TEXT NOT NULL DEFAULT '';

ALTER TABLE targets ADD COLUMN blackouts TEXT NOT NULL DEFAULT '';

ALTER TABLE targets ADD COLUMN paused_until INTEGER;

-- Names, separated by commas; empty for all components.
ALTER TABLE targets ADD COLUMN only_components TEXT NOT NULL DEFAULT '';

-- In units of 1000 bytes; 0 for no limit.
ALTER TABLE targets ADD COLUMN kilobytes_per_second INTEGER NOT NULL DEFAULT 0;

-- A row is what the engine observed about a target: how the attempts to reach it went, and whether its schedule fires. Apart from targets, which people edit.
CREATE TABLE paces (
    target         BLOB    NOT NULL PRIMARY KEY REFERENCES targets (id) ON DELETE CASCADE,
    failed         INTEGER NOT NULL DEFAULT 0,                        -- attempts since the last that worked
    next_at        INTEGER,
    quarantined_at INTEGER,
    error_code     TEXT,
    error_message  TEXT,
    fired_at       INTEGER,                                           -- when the schedule fired last
    expected_at    INTEGER,                                           -- when it fires next
    missed_at      INTEGER                                            -- when it should have fired and did not; null once it fired again
) STRICT, WITHOUT ROWID;

-- When an item that a target refused is offered again, and since when at the slow cadence only.
ALTER TABLE failures ADD COLUMN next_at INTEGER;

ALTER TABLE failures ADD COLUMN quarantined_at INTEGER;

-- Which try a job was, what it repeats, and the later job that brought across what failed in it.
ALTER TABLE jobs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;

ALTER TABLE jobs ADD COLUMN attempts INTEGER NOT NULL DEFAULT 1;

ALTER TABLE jobs ADD COLUMN next_attempt_at INTEGER;

ALTER TABLE jobs ADD COLUMN retry_of BLOB;

ALTER TABLE jobs ADD COLUMN resolved_by BLOB;
