-- live: how many sessions were live at the end of the hour. SQLite changes no CHECK: the rows go to a table that has it.
CREATE TABLE hourly_next (
    begins_at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('login', 'errcode', 'latency', 'user', 'ended', 'live')),
    name TEXT NOT NULL,
    appid TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (begins_at, kind, name, appid)
) STRICT, WITHOUT ROWID;
INSERT INTO hourly_next SELECT begins_at, kind, name, appid, amount FROM hourly;
DROP TABLE hourly;
ALTER TABLE hourly_next RENAME TO hourly;
