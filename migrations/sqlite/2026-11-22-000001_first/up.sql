-- The person behind one or more openids.
CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    nickname TEXT NOT NULL,
    nickname_folded TEXT NOT NULL,
    avatar_url TEXT NOT NULL,
    gender INTEGER NOT NULL,
    country TEXT NOT NULL,
    province TEXT NOT NULL,
    city TEXT NOT NULL,
    language TEXT NOT NULL,
    phone_sealed BLOB,
    phone_index BLOB,
    status TEXT NOT NULL CHECK (status IN ('active', 'frozen', 'deleted')),
    frozen_until TEXT,
    frozen_reason TEXT,
    created_at TEXT NOT NULL,
    last_login_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;
CREATE INDEX users_created ON users (created_at, id);
CREATE INDEX users_seen ON users (last_login_at, id);
CREATE INDEX users_frozen ON users (id) WHERE status = 'frozen';
CREATE INDEX users_nickname ON users (nickname_folded, id);
CREATE INDEX users_phone ON users (phone_index) WHERE phone_index IS NOT NULL;

-- Who a user is to one mini-program. session_key is WeChat's, sealed; the one before it still opens older data.
CREATE TABLE identities (
    id INTEGER NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    appid TEXT NOT NULL,
    openid TEXT NOT NULL,
    unionid TEXT,
    session_key BLOB NOT NULL,
    session_key_before BLOB,
    created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX identities_openid ON identities (openid, appid);
CREATE INDEX identities_user ON identities (user_id);
CREATE INDEX identities_app ON identities (appid, user_id);
CREATE INDEX identities_unionid ON identities (unionid) WHERE unionid IS NOT NULL;

-- The key is a digest with a time prefix: logins of one moment stand side by side.
CREATE TABLE sessions (
    digest BLOB NOT NULL PRIMARY KEY,
    sid TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    identity_id INTEGER NOT NULL REFERENCES identities (id),
    appid TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    client TEXT NOT NULL,
    device TEXT NOT NULL,
    wechat_version TEXT NOT NULL,
    app_version TEXT NOT NULL,
    ended_at TEXT,
    ended_by TEXT,
    ended_reason TEXT,
    ended_note TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id, ended_at, sid);
CREATE INDEX sessions_seen ON sessions (last_seen_at, sid) WHERE ended_at IS NULL;
CREATE INDEX sessions_expires ON sessions (expires_at, sid) WHERE ended_at IS NULL;
CREATE INDEX sessions_ended ON sessions (ended_at, sid) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_ip ON sessions (ip, sid);

-- Every attempt to log in, told apart by its result.
CREATE TABLE logins (
    id INTEGER NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    appid TEXT NOT NULL,
    user_id INTEGER REFERENCES users (id),
    sid TEXT,
    result TEXT NOT NULL,
    errcode INTEGER,
    rid TEXT,
    latency_ms INTEGER NOT NULL,
    ip TEXT NOT NULL,
    request_id TEXT NOT NULL
) STRICT;
CREATE INDEX logins_user ON logins (user_id, id) WHERE user_id IS NOT NULL;

-- Every one and two characters of a folded nickname: substring search that is an index seek, in any script.
CREATE TABLE nickname_grams (
    gram TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (gram, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('support', 'admin', 'auditor', 'owner')),
    password TEXT,
    language TEXT,
    created_at TEXT NOT NULL,
    password_at TEXT,
    disabled_at TEXT,
    last_sign_in_at TEXT,
    last_sign_in_ip TEXT
) STRICT;

CREATE TABLE staff_sessions (
    digest BLOB NOT NULL PRIMARY KEY,
    sid TEXT NOT NULL UNIQUE,
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    ended_at TEXT,
    ended_reason TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_sessions_staff ON staff_sessions (staff_id) WHERE ended_at IS NULL;

-- One-time links: for a member of staff to choose a password, or (staff_id null) for the first owner.
CREATE TABLE setup_links (
    digest BLOB NOT NULL PRIMARY KEY,
    staff_id INTEGER REFERENCES staff (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT, WITHOUT ROWID;

-- Failed sign-ins by account and by network; keys are digests.
CREATE TABLE throttles (
    key BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at TEXT NOT NULL,
    blocked_until TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a member of staff ticked, kept until it is confirmed, and then what came of it.
CREATE TABLE selections (
    id TEXT NOT NULL PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    items TEXT NOT NULL,
    outcome TEXT,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Append-only: the triggers below refuse everything else. Each row's hash covers the one before it.
CREATE TABLE audit (
    id INTEGER NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    ip TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    result TEXT NOT NULL,
    detail TEXT NOT NULL,
    request_id TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_target ON audit (target, id);
CREATE INDEX audit_action ON audit (action, id);
CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

-- The last link of the chain; updating it is what puts concurrent entries in order.
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    last_id INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
INSERT INTO audit_head (id, last_id, hash) VALUES (1, 0, x'');
