-- How many rows a list shows to this member of staff, when they chose: 25, 50 or 100.
ALTER TABLE staff ADD COLUMN rows_per_page INTEGER;
