-- Hours that are to be counted again although they were counted for good: an erasure took rows away that they had.
CREATE TABLE hourly_recounts (
    begins_at TEXT NOT NULL PRIMARY KEY,
    marked_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
