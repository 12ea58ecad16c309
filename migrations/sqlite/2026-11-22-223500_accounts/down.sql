DROP TABLE leases;
DROP TABLE tombstones;
DROP INDEX users_erase;
ALTER TABLE users DROP COLUMN status_before;
ALTER TABLE users DROP COLUMN erased_at;
ALTER TABLE users DROP COLUMN erase_at;
