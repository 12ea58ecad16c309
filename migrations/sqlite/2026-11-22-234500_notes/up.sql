-- What staff noted about a user: added to, never changed; goes with the account.
CREATE TABLE user_notes (
    id INTEGER NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    author TEXT NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX user_notes_user ON user_notes (user_id, id);
CREATE TRIGGER user_notes_are_not_changed BEFORE UPDATE ON user_notes
BEGIN SELECT RAISE(ABORT, 'user_notes is append-only'); END;

-- How many masked fields somebody has seen on one day of Shanghai: all processes share the quota.
CREATE TABLE reveal_counts (
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    day TEXT NOT NULL,
    reveals INTEGER NOT NULL,
    PRIMARY KEY (staff_id, day)
) STRICT, WITHOUT ROWID;
