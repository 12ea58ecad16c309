DROP TABLE reveal_counts;
DROP TABLE user_notes;
