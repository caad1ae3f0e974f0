-- 1: an embedding product keeps the items of the component in a database of its own; they are changed and applied only where it runs.
ALTER TABLE components ADD COLUMN product INTEGER NOT NULL DEFAULT 0;

-- A row is a write of the product that is in the catalogue and may still be in the product's outbox: it must not be taken twice.
CREATE TABLE outbox_taken (
    entry BLOB NOT NULL PRIMARY KEY CHECK (length(entry) = 16)
) STRICT, WITHOUT ROWID;

-- A row is the version under which a product last listed an item that is in the catalogue like that; an item without a row is read at the next scan.
CREATE TABLE listed_items (
    component TEXT NOT NULL,
    id        BLOB NOT NULL CHECK (length(id) = 16),
    version   TEXT NOT NULL,
    PRIMARY KEY (component, id)
) STRICT, WITHOUT ROWID;
