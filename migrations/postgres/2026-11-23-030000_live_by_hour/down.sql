DELETE FROM hourly WHERE kind = 'live';
ALTER TABLE hourly DROP CONSTRAINT hourly_kind_check;
ALTER TABLE hourly ADD CONSTRAINT hourly_kind_check CHECK (kind IN ('login', 'errcode', 'latency', 'user', 'ended'));
