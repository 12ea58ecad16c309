DROP INDEX sessions_user;
CREATE INDEX sessions_user ON sessions (user_id, ended_at, sid);
DROP INDEX sessions_ended;
CREATE INDEX sessions_ended ON sessions (ended_at, sid) WHERE ended_at IS NOT NULL;
