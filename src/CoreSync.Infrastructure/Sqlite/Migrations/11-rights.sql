-- Whether an account may be used: 1 or 0. A disabled one keeps its password and rights.
ALTER TABLE accounts ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1;

-- A row is a group of the LDAP directory whose members, direct or nested, have these rights here.
CREATE TABLE directory_groups (
    dn_key     TEXT NOT NULL PRIMARY KEY,                             -- the distinguished name in its canonical form, which compares equal whatever its spelling
    dn         TEXT NOT NULL,                                         -- as it was given
    rights     TEXT NOT NULL,
    components TEXT NOT NULL                                          -- names, separated by commas; empty for all
) STRICT;
