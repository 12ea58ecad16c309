DROP TABLE push_events;
