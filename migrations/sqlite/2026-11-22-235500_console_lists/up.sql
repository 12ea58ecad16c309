-- What the console's lists seek and count, so that each screen costs the same at any size. Where a column stands behind the
-- ones that are sought, it is there to be read: SQLite reads rows only for what an index lacks, be it the index's own
-- condition.
DROP INDEX users_frozen;
CREATE INDEX users_frozen_created ON users (created_at, id, frozen_until, status) WHERE status = 'frozen';
CREATE INDEX users_frozen_seen ON users (last_login_at, id, frozen_until, status) WHERE status = 'frozen';
DROP INDEX users_phone;
CREATE INDEX users_phone ON users (phone_index, status) WHERE phone_index IS NOT NULL;
DROP INDEX sessions_seen;
CREATE INDEX sessions_seen ON sessions (last_seen_at, sid, expires_at, created_at, appid, client, app_version, ended_at) WHERE ended_at IS NULL;
DROP INDEX sessions_expires;
CREATE INDEX sessions_expires ON sessions (expires_at, sid, last_seen_at, created_at, appid, client, app_version, ended_at) WHERE ended_at IS NULL;
-- Ended for one reason, or by one member of staff: either may be rare among all that ended.
CREATE INDEX sessions_reason ON sessions (ended_reason, ended_at, sid) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_by ON sessions (ended_by, ended_at, sid) WHERE ended_at IS NOT NULL;
