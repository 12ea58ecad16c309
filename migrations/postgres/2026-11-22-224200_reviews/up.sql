-- What users want to be called or seen as, until WeChat or staff let it pass: the newest of each kind. What was let pass
-- stands in users, and no more here. next_at: when WeChat is asked (again); null: not before something else happens.
CREATE TABLE reviews (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('nickname', 'avatar')),
    rid TEXT COLLATE "C" NOT NULL UNIQUE,
    identity_id BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    value TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'review', 'risky')),
    label BIGINT,
    trace_id TEXT COLLATE "C",
    tries BIGINT NOT NULL,
    next_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, kind)
);
CREATE INDEX reviews_due ON reviews (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX reviews_trace ON reviews (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX reviews_state ON reviews (state, created_at, rid);
CREATE INDEX reviews_identity ON reviews (identity_id);

-- What came of a picture's check: its trace, and WeChat's word for it; none when it could not be checked.
ALTER TABLE push_events ADD COLUMN trace_id TEXT COLLATE "C";
ALTER TABLE push_events ADD COLUMN suggest TEXT COLLATE "C";
ALTER TABLE push_events ADD COLUMN label BIGINT;
