DROP TABLE recovery_codes;
ALTER TABLE staff DROP COLUMN totp_at;
ALTER TABLE staff DROP COLUMN totp_step;
ALTER TABLE staff DROP COLUMN totp_secret;
