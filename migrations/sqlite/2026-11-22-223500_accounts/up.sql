-- A deleted account waits until erase_at, then only its number, uid and times are left; status_before outlives the wait.
ALTER TABLE users ADD COLUMN erase_at TEXT;
ALTER TABLE users ADD COLUMN erased_at TEXT;
ALTER TABLE users ADD COLUMN status_before TEXT;
CREATE INDEX users_erase ON users (erase_at, id) WHERE erase_at IS NOT NULL;

-- Keyed digests of openids and unionids whose user was frozen when the account was erased: a freeze outlives it.
CREATE TABLE tombstones (
    digest BLOB NOT NULL PRIMARY KEY,
    uid TEXT NOT NULL,
    frozen_until TEXT,
    reason TEXT,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstones_uid ON tombstones (uid);
CREATE INDEX tombstones_until ON tombstones (frozen_until) WHERE frozen_until IS NOT NULL;

-- Which process does a job that one must do alone; a holder that dies is replaced when its time is over.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
