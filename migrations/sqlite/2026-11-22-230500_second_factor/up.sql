-- The second factor of staff: a TOTP secret, sealed, and the last step that was used, so that no code works twice.
ALTER TABLE staff ADD COLUMN totp_secret BLOB;
ALTER TABLE staff ADD COLUMN totp_step INTEGER;
ALTER TABLE staff ADD COLUMN totp_at TEXT;

-- Codes for somebody whose phone is gone: each works once. The digest is keyed.
CREATE TABLE recovery_codes (
    digest BLOB NOT NULL PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    created_at TEXT NOT NULL,
    used_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX recovery_codes_staff ON recovery_codes (staff_id);
