-- The second factor of staff: a TOTP secret, sealed, and the last step that was used, so that no code works twice.
ALTER TABLE staff ADD COLUMN totp_secret BYTEA;
ALTER TABLE staff ADD COLUMN totp_step BIGINT;
ALTER TABLE staff ADD COLUMN totp_at TIMESTAMPTZ;

-- Codes for somebody whose phone is gone: each works once. The digest is keyed.
CREATE TABLE recovery_codes (
    digest BYTEA NOT NULL PRIMARY KEY,
    staff_id BIGINT NOT NULL REFERENCES staff (id),
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX recovery_codes_staff ON recovery_codes (staff_id);
