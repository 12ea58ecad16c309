CREATE TABLE hourly_next (
    begins_at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('login', 'errcode', 'latency', 'user', 'ended')),
    name TEXT NOT NULL,
    appid TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (begins_at, kind, name, appid)
) STRICT, WITHOUT ROWID;
INSERT INTO hourly_next SELECT begins_at, kind, name, appid, amount FROM hourly WHERE kind <> 'live';
DROP TABLE hourly;
ALTER TABLE hourly_next RENAME TO hourly;
