-- Each object in the store that avatars are kept in. Its row is there before the object and goes after it, so that none is
-- forgotten: what is due is deleted. state: uploading, stored (nobody's avatar yet), shown, doomed.
CREATE TABLE avatars (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    due_at TEXT
);
CREATE INDEX avatars_user ON avatars (user_id);
CREATE INDEX avatars_due ON avatars (due_at) WHERE due_at IS NOT NULL;
