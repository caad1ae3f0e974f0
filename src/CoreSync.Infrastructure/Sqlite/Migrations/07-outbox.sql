-- 1: an embedding product keeps the items of the component in a database of its own; they are changed and applied only where it runs.
ALTER TABLE components ADD COLUMN product INTEGER NOT NULL DEFAULT 0;
