-- live: how many sessions were live at the end of the hour.
ALTER TABLE hourly DROP CONSTRAINT hourly_kind_check;
ALTER TABLE hourly ADD CONSTRAINT hourly_kind_check CHECK (kind IN ('login', 'errcode', 'latency', 'user', 'ended', 'live'));
