-- Since when this member of staff has the role; null: since the account was made. Who became an owner after an emergency
-- was proposed cannot approve it.
ALTER TABLE staff ADD COLUMN role_at TIMESTAMPTZ;
