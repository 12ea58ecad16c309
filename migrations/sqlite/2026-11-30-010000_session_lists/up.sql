-- What lists of ended sessions are narrowed by stands in their index, and whether somebody has a live session in that of their
-- sessions: otherwise each row that is passed over is read.
DROP INDEX sessions_ended;
CREATE INDEX sessions_ended ON sessions (ended_at, sid, created_at, last_seen_at, expires_at, appid, client, app_version, ended_by, ended_reason) WHERE ended_at IS NOT NULL;
DROP INDEX sessions_user;
CREATE INDEX sessions_user ON sessions (user_id, ended_at, sid, last_seen_at, expires_at, created_at, appid);
