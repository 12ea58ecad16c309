ALTER TABLE push_events DROP COLUMN label;
ALTER TABLE push_events DROP COLUMN suggest;
ALTER TABLE push_events DROP COLUMN trace_id;
DROP TABLE reviews;
