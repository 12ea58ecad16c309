-- When WeChat made the last encrypted data that was taken, by kind: what is not newer is a replay.
ALTER TABLE identities ADD COLUMN profile_sealed_at TEXT;
ALTER TABLE identities ADD COLUMN phone_sealed_at TEXT;

-- The keyed digest of the code that brought the phone number: asked again with it, the answer is the same.
ALTER TABLE users ADD COLUMN phone_code BLOB;
CREATE INDEX users_with_phone ON users (created_at, id) WHERE phone_index IS NOT NULL;
