DROP INDEX users_with_phone;
ALTER TABLE users DROP COLUMN phone_code;
ALTER TABLE identities DROP COLUMN phone_sealed_at;
ALTER TABLE identities DROP COLUMN profile_sealed_at;
