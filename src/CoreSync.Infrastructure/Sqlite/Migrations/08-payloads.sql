-- Which contents are in use is read from the rows that name payloads: few among many.
CREATE INDEX items_with_payloads ON items (row) WHERE payloads IS NOT NULL;
