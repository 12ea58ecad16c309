-- What users want to be called or seen as, until WeChat or staff let it pass: the newest of each kind. What was let pass
-- stands in users, and no more here. next_at: when WeChat is asked (again); null: not before something else happens.
CREATE TABLE reviews (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('nickname', 'avatar')),
    rid TEXT NOT NULL UNIQUE,
    identity_id INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    value TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'review', 'risky')),
    label INTEGER,
    trace_id TEXT,
    tries INTEGER NOT NULL,
    next_at TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (user_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX reviews_due ON reviews (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX reviews_trace ON reviews (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX reviews_state ON reviews (state, created_at, rid);
CREATE INDEX reviews_identity ON reviews (identity_id);

-- What came of a picture's check: its trace, and WeChat's word for it; none when it could not be checked.
ALTER TABLE push_events ADD COLUMN trace_id TEXT;
ALTER TABLE push_events ADD COLUMN suggest TEXT;
ALTER TABLE push_events ADD COLUMN label INTEGER;
