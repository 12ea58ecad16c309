-- A unionid that contradicts what was known of an identity: told late, by a user of their own, or changed. The digest is
-- keyed; other_user_id is who has that unionid.
CREATE TABLE unionid_conflicts (
    identity_id BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    digest BYTEA NOT NULL,
    other_user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (identity_id, digest)
);
CREATE INDEX unionid_conflicts_other ON unionid_conflicts (other_user_id) WHERE other_user_id IS NOT NULL;
