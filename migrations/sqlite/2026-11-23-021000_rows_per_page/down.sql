ALTER TABLE staff DROP COLUMN rows_per_page;
