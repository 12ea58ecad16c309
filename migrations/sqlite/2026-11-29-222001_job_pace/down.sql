ALTER TABLE jobs DROP COLUMN resumed_at;
ALTER TABLE jobs DROP COLUMN resumed_from;
