DROP TABLE reveal_counts;
DROP TABLE user_notes;
DROP FUNCTION user_notes_are_not_changed;
