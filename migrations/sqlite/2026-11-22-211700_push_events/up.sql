-- What WeChat pushed: written down before it is answered, worked off after. Both digests are keyed: one names the
-- message, so that a second delivery is known, the other the signed part of its address, so that it signs nothing else.
CREATE TABLE push_events (
    id INTEGER NOT NULL PRIMARY KEY,
    appid TEXT NOT NULL,
    event TEXT NOT NULL,
    openid TEXT,
    revoke_info TEXT NOT NULL,
    request_id TEXT NOT NULL,
    received_at TEXT NOT NULL,
    done_at TEXT,
    outcome TEXT,
    message_digest BLOB NOT NULL UNIQUE,
    address_digest BLOB NOT NULL UNIQUE
);
CREATE INDEX push_events_done ON push_events (done_at, id);
